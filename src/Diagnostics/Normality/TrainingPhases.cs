using System.Numerics;
using TrainingDoctor.Differences;

namespace TrainingDoctor.Normality;

/// <summary>
/// Cuts the steps of a run into phases: each of the first eight steps, where a fault of the set-up shows, then four for each doubling. A run of a million steps has 76.
/// </summary>
internal static class TrainingPhases
{
    private const int SingleSteps = 8;
    private const int PerDoubling = 4;

    /// <summary>Returns the phase of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    public static int Of(long step)
    {
        if (step < SingleSteps)
        {
            return (int)Math.Max(step, 0);
        }

        int doubling = BitOperations.Log2((ulong)step);
        long start = 1L << doubling;
        return SingleSteps + ((doubling - BitOperations.Log2(SingleSteps)) * PerDoubling) + (int)((Int128)(step - start) * PerDoubling / start);
    }

    /// <summary>Cuts a series into phases.</summary>
    /// <param name="series">The series, in spans of steps that never cross the border of a phase.</param>
    /// <param name="stretch">What steps are multiplied by, so that runs of other batch sizes can be laid over each other.</param>
    public static TraceSeries Cut(TraceSeries series, double stretch)
    {
        var phases = new List<(int Phase, TraceBin Value)>();
        foreach (var (_, value) in series.Bins)
        {
            int phase = Of(stretch == 1 ? value.Step : (long)Math.Round(value.Step * stretch));
            if (phases.Count > 0 && phases[^1].Phase == phase)
            {
                phases[^1] = (phase, phases[^1].Value.With(value));
            }
            else
            {
                phases.Add((phase, value));
            }
        }

        return new TraceSeries(phases);
    }
}
