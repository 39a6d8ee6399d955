using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Tests.Curves;

/// <summary>Curves of values that are written down, without a run around them.</summary>
internal static class CurveOf
{
    /// <summary>A series of values from step 0 on.</summary>
    public static CompactedSeries Series(IEnumerable<double> values)
    {
        var series = new CompactedSeries();
        foreach (var (step, value) in values.Index())
        {
            series.Add(step, value);
        }

        return series;
    }

    /// <summary>What is known of a run of which some metrics were measured, each from step 0 on.</summary>
    public static RunFacts Facts(RunDescription run, params (Metric Metric, double[] Values)[] measured)
    {
        var facts = new RunFacts(run, new ScopeTable());
        foreach (var (metric, values) in measured)
        {
            foreach (var (step, value) in values.Index())
            {
                facts.Add(new Measurement(step, metric, ScopeTable.Run, value));
            }
        }

        return facts;
    }

    /// <summary>A loss as rules see it.</summary>
    /// <param name="values">The losses.</param>
    /// <param name="run">What is known of the run.</param>
    /// <param name="minimum">How many losses it takes to be judged.</param>
    /// <param name="first">The step of the first.</param>
    /// <param name="every">How far apart they are.</param>
    /// <param name="others">What else was measured, each from step 0 on.</param>
    public static LossCurve Loss(IEnumerable<double> values, RunDescription? run = null, int minimum = 20, long first = 0, long every = 1, params (Metric Metric, double[] Values)[] others)
    {
        run ??= new RunDescription();
        var facts = Facts(run, others);
        var curve = new LossCurve(run, facts, minimum);
        foreach (var (index, value) in values.Index())
        {
            var measurement = new Measurement(first + (every * index), Metric.Loss, ScopeTable.Run, value);
            facts.Add(measurement);
            _ = curve.Add(measurement);
        }

        return curve;
    }

    /// <summary>A curve that goes straight to a turning point and straight on from there, with a noise that repeats every five steps.</summary>
    public static double[] Bend(int steps, int turn, double from, double low, double to, double noise) =>
    [
        .. Enumerable.Range(0, steps).Select(step =>
            (step < turn ? from + ((low - from) * step / turn) : low + ((to - low) * (step - turn) / (steps - turn))) + ((((step * 7) % 5) - 2) * noise)),
    ];
}
