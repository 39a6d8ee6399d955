namespace TrainingDoctor.Reports;

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

    /// <summary>Fits a scale to values: logarithmic when all are positive and span more than two decades.</summary>
    public static ChartScale Fit(IEnumerable<double> values, double from, double to, bool? logarithmic = null)
    {
        var finite = values.Where(double.IsFinite).ToList();
        if (finite.Count == 0)
        {
            return new ChartScale(0, 1, from, to);
        }

        var (low, high) = (finite.Min(), finite.Max());
        if (logarithmic ?? (low > 0 && high / low > 100))
        {
            var positive = finite.Where(value => value > 0).DefaultIfEmpty(1).ToList();
            low = Math.Max(double.Epsilon, Math.Pow(10, Math.Floor(Math.Log10(positive.Min()))));
            high = Finite(Math.Pow(10, Math.Ceiling(Math.Log10(positive.Max()))));
            return high > low ? new ChartScale(low, high, from, to, true) : double.IsFinite(low * 10) ? new ChartScale(low, low * 10, from, to, true) : new ChartScale(low / 10, low, from, to, true);
        }

        double room = Math.Max(high - low, Math.Max(Math.Abs(low), Math.Abs(high)) * 0.2);
        room = room == 0 ? 1 : Finite(room);

        // A level curve lies in the middle, with round numbers about it; noise on it stays small.
        double margin = ((room - Finite(high - low)) / 2) + (0.05 * room);
        double bottom = low >= 0 && low < room ? 0 : Finite(low - margin);
        return new ChartScale(bottom, Finite(high + margin), from, to);
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

    private static double Finite(double value) => Math.Clamp(value, double.MinValue, double.MaxValue);

    private IEnumerable<double> LogarithmicTicks(double wanted)
    {
        int first = (int)Math.Round(Math.Log10(Low));
        int last = (int)Math.Round(Math.Log10(High));
        int stride = Math.Max(1, (int)Math.Ceiling((last - first) / Math.Clamp(wanted, 1, MostTicks - 1)));
        for (int index = 0; index < MostTicks && first + (index * stride) <= last; index++)
        {
            yield return Finite(Math.Pow(10, first + (index * stride)));
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
