namespace TrainingDoctor.Differences;

/// <summary>Places the values of one metric on a line on which distances mean the same everywhere.</summary>
/// <param name="Kind">How values are set against each other.</param>
/// <param name="Unit">The value that counts as one; of ratios the one below which nothing is told apart.</param>
internal sealed record ComparisonScale(ValueScale Kind, double Unit)
{
    /// <summary>What is smaller than this part of a metric's usual size is as good as nothing.</summary>
    private const double Negligible = 1e-3;

    /// <summary>A loss below this part of where it began is as good as learnt, and a gradient has as good as come to rest.</summary>
    private const double NegligibleBesideStart = 1e-2;

    /// <summary>Gets what a share usually is; NaN for what is none.</summary>
    public double Share { get; private init; } = double.NaN;

    /// <summary>Finds the scale of a metric from the runs that went well.</summary>
    /// <param name="traits">What is known of the metric.</param>
    /// <param name="good">Its series in those runs.</param>
    /// <param name="deviation">The unit of a signed metric; null when it has none.</param>
    public static ComparisonScale Of(MetricTraits traits, IReadOnlyList<TraceSeries> good, double? deviation)
    {
        var sizes = good.SelectMany(series => series.Finite).Select(bin => Math.Abs(bin.Value.Mean)).Order().ToList();
        double usual = sizes.Count == 0 ? 0 : sizes[sizes.Count / 2];
        double largest = sizes.Count == 0 ? 0 : sizes[^1];
        double first = good.Select(series => series.Finite.Select(bin => Math.Abs(bin.Value.Mean)).FirstOrDefault()).DefaultIfEmpty(0).Max();
        double unit = traits.Scale switch
        {
            ValueScale.Ratio when traits.Stage is Stage.Loss or Stage.Validation => NegligibleBesideStart * Math.Max(first, usual),
            ValueScale.Ratio when traits.Stage is Stage.Gradients or Stage.Updates => Math.Max(NegligibleBesideStart * first, Negligible * (usual > 0 ? usual : largest)),
            ValueScale.Ratio => Negligible * (usual > 0 ? usual : largest),
            ValueScale.Score => largest <= 1.5 ? 1 : largest <= 150 ? 100 : largest,
            ValueScale.Signed => deviation ?? 1,
            _ => 1,
        };
        return new ComparisonScale(traits.Scale, unit > 0 && double.IsFinite(unit) ? unit : 1e-12) { Share = traits.Scale == ValueScale.Fraction ? usual : double.NaN };
    }

    /// <summary>Returns the place of a finite value.</summary>
    public double Place(double value) => Kind switch
    {
        ValueScale.Ratio => Math.CopySign(Math.Log(1 + (Math.Abs(value) / Unit)), value),
        ValueScale.Flag => value == 0 ? 0 : 1,
        _ => value / Unit,
    };

    /// <summary>Returns the value at a place: the other way round.</summary>
    public double ValueAt(double place) => Kind switch
    {
        ValueScale.Ratio => Math.CopySign(Unit * (Math.Exp(Math.Abs(place)) - 1), place),
        ValueScale.Flag => place,
        _ => place * Unit,
    };
}
