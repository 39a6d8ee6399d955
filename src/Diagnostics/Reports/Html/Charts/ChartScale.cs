namespace TrainingDoctor.Reports;

/// <summary>Maps values to places on an axis, linearly or by their logarithm.</summary>
/// <param name="Low">The value at the start.</param>
/// <param name="High">The value at the end.</param>
/// <param name="From">The place of the start.</param>
/// <param name="To">The place of the end.</param>
/// <param name="IsLogarithmic">Whether equal ratios are equally far apart.</param>
internal sealed record ChartScale(double Low, double High, double From, double To, bool IsLogarithmic = false)
{
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
            low = Math.Pow(10, Math.Floor(Math.Log10(positive.Min())));
            high = Math.Pow(10, Math.Ceiling(Math.Log10(positive.Max())));
            return new ChartScale(low, high > low ? high : low * 10, from, to, true);
        }

        double room = Math.Max(high - low, Math.Max(Math.Abs(low), Math.Abs(high)) * 0.2);
        room = room == 0 ? 1 : room;

        // A level curve lies in the middle, with round numbers about it; noise on it stays small.
        double margin = ((room - (high - low)) / 2) + (0.05 * room);
        double bottom = low >= 0 && low < room ? 0 : low - margin;
        return new ChartScale(bottom, high + margin, from, to);
    }

    public double Place(double value)
    {
        double share = IsLogarithmic
            ? (Math.Log10(Math.Max(value, Low)) - Math.Log10(Low)) / (Math.Log10(High) - Math.Log10(Low))
            : (value - Low) / (High - Low);
        return From + (Math.Clamp(share, 0, 1) * (To - From));
    }

    /// <summary>Returns round values along the axis.</summary>
    public IEnumerable<double> Ticks(double wanted)
    {
        if (IsLogarithmic)
        {
            int first = (int)Math.Round(Math.Log10(Low));
            int last = (int)Math.Round(Math.Log10(High));
            int stride = Math.Max(1, (int)Math.Ceiling((last - first) / wanted));
            for (int exponent = first; exponent <= last; exponent += stride)
            {
                yield return Math.Pow(10, exponent);
            }

            yield break;
        }

        double rough = (High - Low) / wanted;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
        for (double tick = Math.Ceiling(Low / step); tick * step <= High + (step * 1e-9); tick++)
        {
            yield return tick * step;
        }
    }
}
