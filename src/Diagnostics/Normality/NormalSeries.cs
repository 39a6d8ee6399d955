using TrainingDoctor.Differences;

namespace TrainingDoctor.Normality;

/// <summary>What one series, or the relation of two, usually does in good runs.</summary>
/// <param name="Key">What the series is of.</param>
/// <param name="To">What it is divided by; null when it stands for itself.</param>
/// <param name="Floor">The value below which the series of a relation counts as this value; 0 for others.</param>
/// <param name="ToFloor">The same for what it is divided by.</param>
/// <param name="Scale">The scale on which values are set against each other.</param>
/// <param name="Noise">How much neighbouring phases differ within a run, as a standard deviation on that scale.</param>
/// <param name="Phases">What it does in each phase, in their order.</param>
internal sealed record NormalSeries(SeriesKey Key, SeriesKey? To, double Floor, double ToFloor, ComparisonScale Scale, double Noise, IReadOnlyList<NormalPhase> Phases)
{
    /// <summary>What the run's own range may be stretched by before a phase in between is no longer told from its neighbours.</summary>
    private const int Reach = 6;

    private static readonly double RelationEffect = Math.Log(1.5);

    /// <summary>Gets what a comparison has to know of it; null for a metric that comparisons leave out.</summary>
    public MetricTraits? Traits => MetricTraits.Find(Key.Metric) is not { } traits ? null : To is null ? (traits.IsLoss && Scale.Kind == ValueScale.Signed ? traits.BelowZero : traits) : new(traits.Stage, ValueScale.Ratio, RelationEffect);

    /// <summary>Gets it in words.</summary>
    public string Name => To is { } to ? $"{Describe(Key)} / {Describe(to)}" : Describe(Key);

    /// <summary>Returns the series of a run that corresponds to this one; null when the run does not have it.</summary>
    /// <param name="run">The series of the run, cut into phases.</param>
    public TraceSeries? In(Dictionary<SeriesKey, TraceSeries> run) =>
        run.GetValueOrDefault(Key) is not { } own ? null : To is not { } to ? own : run.GetValueOrDefault(to) is { } other ? Divide(own, Floor, other, ToFloor) : null;

    /// <summary>Returns what it does in a phase, between its neighbours where it was not measured there; null where nothing is near.</summary>
    public NormalPhase? At(int phase)
    {
        int after = 0;
        for (int high = Phases.Count; after < high;)
        {
            int middle = (after + high) / 2;
            (after, high) = Phases[middle].Phase < phase ? (middle + 1, high) : (after, middle);
        }

        if (after < Phases.Count && Phases[after].Phase == phase)
        {
            return Phases[after];
        }

        if (after == 0 || after == Phases.Count || Phases[after].Phase - Phases[after - 1].Phase > Reach)
        {
            return null;
        }

        var (a, b) = (Phases[after - 1], Phases[after]);
        double share = (phase - a.Phase) / (double)(b.Phase - a.Phase);
        return new NormalPhase(phase, Between(a.Typical, b.Typical), Math.Min(a.Low, b.Low), Math.Max(a.High, b.High), Math.Max(a.Deviation, b.Deviation));

        double Between(double x, double y) => Scale.ValueAt(Scale.Place(x) + (share * (Scale.Place(y) - Scale.Place(x))));
    }

    /// <summary>Divides one series by another, phase by phase.</summary>
    public static TraceSeries Divide(TraceSeries series, double floor, TraceSeries by, double byFloor)
    {
        var others = by.Finite.ToDictionary(bin => bin.Bin, bin => bin.Value);
        return new TraceSeries([
            .. series.Finite.Where(bin => others.ContainsKey(bin.Bin)).Select(bin =>
            {
                var other = others[bin.Bin];
                double ratio = Math.Max(bin.Value.Mean, floor) / Math.Max(other.Mean, byFloor);
                return (bin.Bin, new TraceBin(Math.Min(bin.Value.Step, other.Step), 1, ratio, null, Math.Max(bin.Value.LastStep, other.LastStep)));
            })]);
    }

    private static string Describe(SeriesKey key) => key.Scope.Length == 0 ? MetricCatalog.NameOf(key.Metric) : $"{MetricCatalog.NameOf(key.Metric)} of {key.Scope}";
}

/// <summary>What a series does in one phase of training.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Typical">The value in the middle of the good runs, on the scale of the series.</param>
/// <param name="Low">The smallest in a good run.</param>
/// <param name="High">The largest in a good run.</param>
/// <param name="Deviation">How far two good runs are from each other there, as a standard deviation on that scale.</param>
internal readonly record struct NormalPhase(int Phase, double Typical, double Low, double High, double Deviation);
