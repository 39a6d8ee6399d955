namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>Maps values to places on an axis, linearly or by their logarithm. Any two doubles make an axis: equal ones, denormals, and ones that are further apart than a double can say.</summary>
/// <param name="Low">The value at the start.</param>
/// <param name="High">The value at the end.</param>
/// <param name="From">The place of the start.</param>
/// <param name="To">The place of the end.</param>
/// <param name="IsLogarithmic">Whether equal ratios are equally far apart.</param>
internal sealed record ChartScale(double Low, double High, double From, double To, bool IsLogarithmic = false)
{
    /// <summary>The most ticks that an axis has, whatever its values.</summary>
    public const int MostTicks = 50;

    /// <summary>Fewer values than these have no outliers.</summary>
    private const int FewestForOutliers = 10;

    /// <summary>The share of the values at each end that may be outliers.</summary>
    private const double OutlyingShare = 0.01;

    /// <summary>An outlier is further away from the others than so many times their span.</summary>
    private const double OutlyingDistance = 2;

    /// <summary>An axis is logarithmic when what it shows spans more than two decades.</summary>
    private const double Decades = 100;

    /// <summary>The room beside the outermost values of a logarithmic axis, as a factor.</summary>
    private const double LogarithmicMargin = 1.25;

    /// <summary>A logarithmic axis of fewer decades has ticks between its powers of ten.</summary>
    private const int FewDecades = 3;

    /// <summary>Fits a scale to values.</summary>
    public static ChartScale Fit(IEnumerable<double> values, double from, double to, AxisKind kind = AxisKind.Free)
    {
        var finite = values.Where(double.IsFinite).Order().ToList();
        if (finite.Count == 0)
        {
            return new ChartScale(0, 1, from, to);
        }

        if (kind != AxisKind.Free)
        {
            return Linear(kind == AxisKind.Schedule ? Math.Min(0, finite[0]) : finite[0], finite[^1], from, to, kind == AxisKind.Score);
        }

        int spared = Spared(finite.Count);
        bool isLogarithmic = finite[spared] > 0 && finite[^(spared + 1)] / finite[spared] > Decades;
        var (low, high) = WithoutOutliers(isLogarithmic ? finite.SkipWhile(value => value <= 0).ToList() : finite, isLogarithmic);
        return isLogarithmic ? Logarithmic(low, high, from, to) : Linear(low, high, from, to, false);
    }

    /// <summary>Makes a scale of steps, which spans something even where all steps are one.</summary>
    public static ChartScale OfSteps(double first, double last, double from, double to) =>
        new(first, last > first ? last : Math.Max(first + 1, Math.BitIncrement(first)), from, to);

    public double Place(double value)
    {
        double share = IsLogarithmic
            ? (Math.Log10(Math.Max(value, Low)) - Math.Log10(Low)) / (Math.Log10(High) - Math.Log10(Low))
            : double.IsFinite(High - Low) ? (value - Low) / (High - Low)
            : ((value / 2) - (Low / 2)) / ((High / 2) - (Low / 2));
        return From + ((double.IsNaN(share) ? 0 : Math.Clamp(share, 0, 1)) * (To - From));
    }

    /// <summary>Returns round values along the axis, <see cref="MostTicks"/> at most.</summary>
    public IEnumerable<double> Ticks(double wanted) => IsLogarithmic ? LogarithmicTicks(wanted) : LinearTicks(wanted);

    private static int Spared(int count) => count < FewestForOutliers ? 0 : Math.Max(1, (int)(count * OutlyingShare));

    /// <summary>The span of the values without those few that lie far from all others.</summary>
    private static (double Low, double High) WithoutOutliers(List<double> ordered, bool isLogarithmic)
    {
        int spared = Spared(ordered.Count);
        var (low, high) = (Place(ordered[spared]), Place(ordered[^(spared + 1)]));
        double room = OutlyingDistance * Math.Max(high - low, isLogarithmic ? 0.5 : Math.Max(Math.Abs(low), Math.Abs(high)) * 0.1);
        return (ordered.First(value => Place(value) >= low - room), ordered.Last(value => Place(value) <= high + room));

        double Place(double value) => isLogarithmic ? Math.Log10(value) : value;
    }

    private static ChartScale Logarithmic(double least, double greatest, double from, double to)
    {
        double low = Math.Max(double.Epsilon, least / LogarithmicMargin);
        return new ChartScale(low, Math.Max(Finite(greatest * LogarithmicMargin), Math.BitIncrement(low)), from, to, true);
    }

    private static ChartScale Linear(double low, double high, double from, double to, bool isScore)
    {
        double room = Math.Max(high - low, Math.Max(Math.Abs(low), Math.Abs(high)) * 0.2);
        room = room == 0 ? 1 : Finite(room);

        // A level curve lies in the middle, with round numbers about it; noise on it stays small.
        double margin = ((room - Finite(high - low)) / 2) + (0.05 * room);
        double bottom = low >= 0 && low < room ? 0 : Finite(low - margin);
        double top = Finite(high + margin);
        return new ChartScale(isScore && low >= 0 ? Math.Max(0, bottom) : bottom, isScore && high <= 1 ? Math.Min(1, top) : top, from, to);
    }

    private static double Finite(double value) => Math.Clamp(value, double.MinValue, double.MaxValue);

    private IEnumerable<double> LogarithmicTicks(double wanted)
    {
        int first = (int)Math.Floor(Math.Log10(Low));
        int last = (int)Math.Floor(Math.Log10(High));
        int stride = Math.Max(1, (int)Math.Ceiling((last - first) / Math.Clamp(wanted, 1, MostTicks - 1)));
        int[] digits = last - first < FewDecades ? [1, 2, 5] : [1];
        for (int power = first; power <= last; power += stride)
        {
            foreach (int digit in digits)
            {
                double tick = Math.Pow(10, power) * digit;
                if (tick >= Low && tick <= High)
                {
                    yield return tick;
                }
            }
        }
    }

    private IEnumerable<double> LinearTicks(double wanted)
    {
        double rough = (High / wanted) - (Low / wanted);
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
        double begin = Math.Ceiling(Low / step);
        if (!double.IsFinite(step) || !double.IsFinite(begin) || step <= 0)
        {
            // Too narrow for round numbers: denormals, or values that are all one.
            yield return Low;
            yield break;
        }

        for (int index = 0; index < MostTicks; index++)
        {
            double tick = (begin + index) * step;

            // Above 2^53 a double may not know the next tick from this one.
            if (!double.IsFinite(tick) || tick > High + (step * 1e-9) || (index > 0 && tick <= (begin + index - 1) * step))
            {
                yield break;
            }

            yield return tick;
        }
    }
}
