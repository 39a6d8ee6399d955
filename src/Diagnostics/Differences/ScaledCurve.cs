using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Differences;

/// <summary>A series on the scale of its metric.</summary>
internal sealed class ScaledCurve
{
    /// <summary>A value may stand in for a span in which nothing was measured, as long as it was measured near it.</summary>
    private const int Reach = 6;

    /// <summary>The step of a value that was not measured.</summary>
    private const long Between = -1;

    private readonly List<int> _bins = [];
    private readonly List<ScaledValue> _values = [];

    public ScaledCurve(ComparisonScale scale, TraceSeries series)
    {
        foreach (var (bin, value) in series.Bins)
        {
            _bins.Add(bin);
            _values.Add(new ScaledValue(value.Step, value.Count, value.Mean, value.Count == 0 ? 0 : scale.Place(value.Mean), value.NonFiniteStep is not null));
        }

        Noise = NoiseOf([.. _values.Where(value => !value.IsNonFinite).Select(value => value.Place)]);
    }

    /// <summary>Gets the spans in which it was measured.</summary>
    public IReadOnlyList<int> Bins => _bins;

    /// <summary>Gets how much neighbours differ, as a standard deviation that single jumps leave alone.</summary>
    public double Noise { get; }

    /// <summary>Returns the value in a span, between its neighbours where it was not measured there; null where nothing is near.</summary>
    public ScaledValue? At(int bin)
    {
        int index = _bins.BinarySearch(bin);
        if (index >= 0)
        {
            return _values[index];
        }

        int after = ~index;
        if (after == 0 || after == _bins.Count)
        {
            return null;
        }

        var (left, right) = (_bins[after - 1], _bins[after]);
        if (right - left > Reach)
        {
            return null;
        }

        double share = (bin - left) / (double)(right - left);
        var (a, b) = (_values[after - 1], _values[after]);
        return a.IsNonFinite || b.IsNonFinite ? a : new ScaledValue(Between, 0, a.Value + (share * (b.Value - a.Value)), a.Place + (share * (b.Place - a.Place)), false);
    }

    private static double NoiseOf(double[] places)
    {
        if (places.Length < 3)
        {
            return 0;
        }

        // Second differences leave a steady trend out; that of white noise has six times its variance.
        var bends = new double[places.Length - 2];
        for (int i = 0; i < bends.Length; i++)
        {
            bends[i] = Math.Abs(places[i] - (2 * places[i + 1]) + places[i + 2]);
        }

        return Quantiles.Median(bends) / Quantiles.NormalMedianDeviation / Math.Sqrt(6);
    }
}

/// <summary>One value of a series.</summary>
/// <param name="Step">The first step that it was measured at; -1 when it lies between others.</param>
/// <param name="Count">The number of measurements that it is the mean of.</param>
/// <param name="Value">The value.</param>
/// <param name="Place">Its place on the scale of the metric.</param>
/// <param name="IsNonFinite">Whether it was NaN or infinite somewhere in its span.</param>
internal readonly record struct ScaledValue(long Step, int Count, double Value, double Place, bool IsNonFinite);
