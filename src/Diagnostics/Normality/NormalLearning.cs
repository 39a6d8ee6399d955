using TrainingDoctor.Differences;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Normality;

/// <summary>Learns from good runs what each of their series, and the relations of some, usually do.</summary>
internal static class NormalLearning
{
    /// <summary>A part of a relation below this share of its usual size is rounding, and its ratio to anything says nothing.</summary>
    private const double Negligible = 1e-2;

    /// <summary>What is far below any ratio: the scale of relations is that of their logarithm.</summary>
    private const double SmallestRatio = 1e-9;

    /// <summary>Learns from runs whose steps are those of the first.</summary>
    /// <param name="runs">The good runs; at least one.</param>
    public static IReadOnlyList<NormalSeries> Learn(IReadOnlyList<RunTrace> runs)
    {
        var pace = Pace.Of(runs[0]);
        var cut = runs.Select(run => Cut(run, Alignment.Of(pace, Pace.Of(run)).Stretch)).ToList();
        var model = runs[0].Run.Model;
        var learnt = new List<NormalSeries>();
        foreach (var (key, _) in cut[0].OrderBy(entry => entry.Key.Metric).ThenBy(entry => entry.Key.Kind).ThenBy(entry => entry.Key.Scope, StringComparer.Ordinal))
        {
            if (SeriesSurroundings.Of(key, cut, model) is not { } surroundings || All(cut, key) is not { } all)
            {
                continue;
            }

            var scale = ComparisonScale.Of(surroundings.Traits, all, surroundings.Unit);
            if (Summarize(all, scale, SeedSpread.Of(key.Metric, surroundings.Traits, surroundings.Elements, scale.Share)) is var (noise, phases) && phases.Count > 0)
            {
                learnt.Add(new NormalSeries(key, null, 0, 0, scale, noise, phases));
            }
        }

        learnt.AddRange(Relations(model).Select(relation => Relate(cut, relation.Of, relation.To, model)).OfType<NormalSeries>());
        return learnt;
    }

    /// <summary>Cuts every series of a run into phases.</summary>
    public static Dictionary<SeriesKey, TraceSeries> Cut(RunTrace run, double stretch) => run.Series().ToDictionary(entry => entry.Key, entry => TrainingPhases.Cut(entry.Value, stretch));

    /// <summary>What belongs together in a training that goes well: how much worse unseen data are, and how signal and gradient come through the depth of the model.</summary>
    private static IEnumerable<(SeriesKey Of, SeriesKey To)> Relations(ModelDescription? model)
    {
        yield return (Run(Metric.ValidationLoss), Run(Metric.Loss));
        yield return (Run(Metric.ValidationError), Run(Metric.Error));
        var weights = model?.Parameters.Where(parameter => parameter.Shape.Count > 1).ToList();
        if (weights is [var first, .., var last])
        {
            yield return (new(Metric.GradientNorm, ScopeKind.Parameter, first.Name), new(Metric.GradientNorm, ScopeKind.Parameter, last.Name));
        }

        var layers = model?.Leaves.ToList();
        if (layers is [var entry, .., var exit])
        {
            yield return (new(Metric.OutputStandardDeviation, ScopeKind.Layer, exit.Path), new(Metric.OutputStandardDeviation, ScopeKind.Layer, entry.Path));
        }

        static SeriesKey Run(Metric metric) => new(metric, ScopeKind.Run, string.Empty);
    }

    private static NormalSeries? Relate(List<Dictionary<SeriesKey, TraceSeries>> cut, SeriesKey of, SeriesKey to, ModelDescription? model)
    {
        if (All(cut, of) is not { } over || All(cut, to) is not { } under)
        {
            return null;
        }

        var (floor, toFloor) = (Negligible * Usual(over), Negligible * Usual(under));
        if (!(floor > 0) || !(toFloor > 0))
        {
            return null;
        }

        List<TraceSeries> ratios = [.. over.Select((series, index) => NormalSeries.Divide(series, floor, under[index], toFloor))];
        if (ratios.Exists(series => series.Bins.Count == 0))
        {
            return null;
        }

        // Both parts have their own chance; what they share makes the relation only steadier.
        double spread = Math.Sqrt(Square(of) + Square(to));
        var scale = new ComparisonScale(ValueScale.Ratio, SmallestRatio);
        return Summarize(ratios, scale, spread) is var (noise, phases) && phases.Count > 0 ? new NormalSeries(of, to, floor, toFloor, scale, noise, phases) : null;

        double Square(SeriesKey key) => Math.Pow(SeriesSurroundings.Of(key, cut, model) is { } one ? SeedSpread.Of(key.Metric, one.Traits, one.Elements) : 0, 2);
    }

    private static (double Noise, List<NormalPhase> Phases) Summarize(IReadOnlyList<TraceSeries> runs, ComparisonScale scale, double usual)
    {
        var curves = runs.Select(series => new ScaledCurve(scale, series)).ToList();
        var values = new List<(int Phase, double[] Places)>();
        foreach (int phase in curves[0].Bins)
        {
            var places = curves.Select(curve => curve.At(phase)).OfType<ScaledValue>().Where(value => !value.IsNonFinite).Select(value => value.Place).ToArray();
            if (places.Length == curves.Count)
            {
                values.Add((phase, places));
            }
        }

        // Phases of one run are no independent witnesses, but what two runs do in one phase is nearly as telling of the next: half of a phase's own deviation, half of all.
        double pooled = values.Count == 0 ? 0 : values.Average(value => Variance(value.Places));
        return (curves.Max(curve => curve.Noise), values.ConvertAll(value => Phase(value.Phase, value.Places)));

        NormalPhase Phase(int phase, double[] places)
        {
            double deviation = SeriesDifference.Blend((Variance(places) + pooled) / 2, usual, places.Length);
            return new NormalPhase(phase, scale.ValueAt(places.Average()), scale.ValueAt(places.Min()), scale.ValueAt(places.Max()), deviation);
        }

        static double Variance(double[] places)
        {
            double mean = places.Average();
            return places.Length < 2 ? 0 : places.Sum(place => (place - mean) * (place - mean)) / (places.Length - 1);
        }
    }

    /// <summary>The series of every run; null when one does not have it.</summary>
    private static List<TraceSeries>? All(List<Dictionary<SeriesKey, TraceSeries>> cut, SeriesKey key)
    {
        var all = cut.Select(run => run.GetValueOrDefault(key)).OfType<TraceSeries>().ToList();
        return all.Count == cut.Count ? all : null;
    }

    private static double Usual(List<TraceSeries> series)
    {
        double[] values = [.. series.SelectMany(one => one.Finite).Select(bin => Math.Abs(bin.Value.Mean))];
        return values.Length == 0 ? 0 : Quantiles.Median(values);
    }
}
