namespace TrainingDoctor.Differences;

/// <summary>One number of two runs.</summary>
/// <param name="Key">What it is of, as the original names it.</param>
/// <param name="Stage">Where in a training it is measured.</param>
/// <param name="Step">The step.</param>
/// <param name="Original">Its value in the original.</param>
/// <param name="Copy">Its value in the copy.</param>
/// <param name="Relative">The difference over the size of what is compared; infinite where one of them is no number.</param>
/// <param name="Conditioning">How many times larger than its parts rounding makes it.</param>
internal readonly record struct EqualityPair(SeriesKey Key, Stage Stage, long Step, double Original, double Copy, double Relative, double Conditioning);

/// <summary>Pairs the numbers of two runs that were measured at the same steps, in the order in which one brings about the next.</summary>
internal static class EqualityPairs
{
    /// <summary>Differences are relative to the largest of its kind in the step where a value is below this part of it: rounding of what is next to nothing is as large as itself.</summary>
    private const double Negligible = 0.03;

    /// <summary>A gradient below this part of the largest is rounding, and an optimizer that divides by it makes any step of it.</summary>
    private const double NoGradient = 1e-5;

    /// <summary>A backward pass sums twice as often as a forward pass, over batches too.</summary>
    private const double Backward = 4;

    /// <summary>What every element enters and every framework computes alike.</summary>
    private static readonly HashSet<Metric> Compared =
    [
        Metric.InputMean, Metric.InputStandardDeviation, Metric.TargetMean, Metric.TargetStandardDeviation, Metric.BatchSize, Metric.OutputMean, Metric.OutputStandardDeviation, Metric.Loss, Metric.GradientNorm,
        Metric.GlobalGradientNorm, Metric.LearningRate, Metric.UpdateRatio, Metric.WeightNorm, Metric.GlobalWeightNorm, Metric.ValidationLoss,
    ];

    /// <summary>Lists the pairs.</summary>
    public static IReadOnlyList<EqualityPair> Of(RunTrace original, RunTrace copy)
    {
        var own = original.Series();
        var other = Renamed(copy.Series(), LayerNames(original.Run.Model, copy.Run.Model), ParameterNames(original.Run.Model, copy.Run.Model));
        var largest = Largest(own);
        var order = Order(own, original.Run.Model);
        var pairs = new List<EqualityPair>();
        foreach (var (key, series) in own.Where(entry => Compared.Contains(entry.Key.Metric) && other.ContainsKey(entry.Key)))
        {
            var traits = MetricTraits.Find(key.Metric)!;
            var there = other[key].Bins.ToDictionary(bin => bin.Bin, bin => bin.Value);
            var deviations = traits.Deviation is { } deviation && own.GetValueOrDefault(key with { Metric = deviation }) is { } unit ? unit.Bins.ToDictionary(bin => bin.Bin, bin => Math.Abs(bin.Value.Mean)) : null;
            foreach (var (bin, a) in series.Bins)
            {
                // Spans of several steps are means: of the same steps in both runs, or no pair.
                if (!there.TryGetValue(bin, out var b) || a.Step != b.Step || a.Count != b.Count || a.LastStep != b.LastStep || IsOfNoGradient(key, bin, own, largest))
                {
                    continue;
                }

                double size = Math.Max(Math.Max(Math.Abs(a.Mean), Math.Abs(b.Mean)), Math.Max(deviations?.GetValueOrDefault(bin) ?? 0, Negligible * largest.GetValueOrDefault((key.Metric, bin))));
                bool isBroken = a.NonFiniteStep != b.NonFiniteStep;
                double relative = isBroken ? double.PositiveInfinity : a.Count == 0 || size == 0 ? 0 : Math.Abs(a.Mean - b.Mean) / size;

                // An update is what is left of weights that nearly cancel.
                double conditioning = key.Metric == Metric.UpdateRatio ? Backward * Math.Max(1, 1 / Math.Max(a.Mean, 1e-12)) : traits.Stage >= Stage.Gradients ? Backward : 1;
                pairs.Add(new EqualityPair(key, traits.Stage, a.Step, isBroken && a.NonFiniteStep is not null ? double.NaN : a.Mean, isBroken && b.NonFiniteStep is not null ? double.NaN : b.Mean, relative, conditioning));
            }
        }

        // Of one layer the number that differs most is the most telling.
        return
        [
            .. pairs
                .OrderBy(pair => pair.Step)
                .ThenBy(pair => pair.Stage)
                .ThenBy(pair => pair.Stage == Stage.Gradients ? -Place(pair.Key) : Place(pair.Key))
                .ThenByDescending(pair => pair.Relative / pair.Conditioning)
                .ThenBy(pair => pair.Key.Metric),
        ];

        int Place(SeriesKey key) => order.GetValueOrDefault((key.Kind, key.Scope), int.MaxValue / 2);
    }

    private static bool IsOfNoGradient(SeriesKey key, int bin, Dictionary<SeriesKey, TraceSeries> own, Dictionary<(Metric, int), double> largest) =>
        key.Kind == ScopeKind.Parameter
        && key.Metric != Metric.GradientNorm
        && largest.GetValueOrDefault((Metric.GradientNorm, bin)) is var most && most > 0
        && own.GetValueOrDefault(key with { Metric = Metric.GradientNorm })?.Bins.Where(entry => entry.Bin <= bin).Select(entry => entry.Value.Mean).DefaultIfEmpty(most).Min() < NoGradient * most;

    /// <summary>The largest of each metric in each span, over all layers or parameters.</summary>
    private static Dictionary<(Metric Metric, int Bin), double> Largest(Dictionary<SeriesKey, TraceSeries> own)
    {
        var largest = new Dictionary<(Metric, int), double>();
        foreach (var (key, series) in own.Where(entry => Compared.Contains(entry.Key.Metric) && entry.Key.Kind == ScopeKind.Parameter))
        {
            foreach (var (bin, value) in series.Finite)
            {
                largest[(key.Metric, bin)] = Math.Max(largest.GetValueOrDefault((key.Metric, bin)), Math.Abs(value.Mean));
            }
        }

        return largest;
    }

    /// <summary>The order of layers as they were called, else as they stand in the model; that of parameters as they stand there.</summary>
    private static Dictionary<(ScopeKind Kind, string Scope), int> Order(Dictionary<SeriesKey, TraceSeries> own, ModelDescription? model)
    {
        var order = new Dictionary<(ScopeKind, string), int>();
        foreach (var (layer, index) in (model?.Leaves ?? []).Select((layer, index) => (layer, index)))
        {
            order[(ScopeKind.Layer, layer.Path)] = index;
        }

        foreach (var (parameter, index) in (model?.Parameters ?? []).Select((parameter, index) => (parameter, index)))
        {
            order[(ScopeKind.Parameter, parameter.Name)] = index;
        }

        foreach (var (key, series) in own.Where(entry => entry.Key.Metric == Metric.CallOrder))
        {
            order[(ScopeKind.Layer, key.Scope)] = (int)series.Bins[0].Value.Mean;
        }

        return order;
    }

    private static Dictionary<string, string> LayerNames(ModelDescription? original, ModelDescription? copy) => Names(
        [.. (original?.Leaves ?? []).Select(layer => (layer.Path, $"{layer.TypeName} {layer.InputFeatures} {layer.OutputFeatures}"))],
        [.. (copy?.Leaves ?? []).Select(layer => (layer.Path, $"{layer.TypeName} {layer.InputFeatures} {layer.OutputFeatures}"))]);

    private static Dictionary<string, string> ParameterNames(ModelDescription? original, ModelDescription? copy) => Names(
        [.. (original?.Parameters ?? []).Select(parameter => (parameter.Name, string.Join('x', parameter.Shape)))],
        [.. (copy?.Parameters ?? []).Select(parameter => (parameter.Name, string.Join('x', parameter.Shape)))]);

    /// <summary>Names of the copy with those of the original, where both have the same things in the same order under other names.</summary>
    private static Dictionary<string, string> Names(List<(string Name, string Kind)> original, List<(string Name, string Kind)> copy) =>
        original.Select(entry => entry.Kind).SequenceEqual(copy.Select(entry => entry.Kind))
            ? copy.Zip(original).ToDictionary(pair => pair.First.Name, pair => pair.Second.Name)
            : [];

    private static Dictionary<SeriesKey, TraceSeries> Renamed(Dictionary<SeriesKey, TraceSeries> series, Dictionary<string, string> layers, Dictionary<string, string> parameters)
    {
        var renamed = new Dictionary<SeriesKey, TraceSeries>();
        foreach (var (key, value) in series)
        {
            var names = key.Kind switch { ScopeKind.Layer => layers, ScopeKind.Parameter => parameters, _ => null };
            renamed.TryAdd(key with { Scope = names?.GetValueOrDefault(key.Scope) ?? key.Scope }, value);
        }

        return renamed;
    }
}
