using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Differences;

/// <summary>One series of a run set against the same series of runs that went well.</summary>
/// <param name="Key">What it is of.</param>
/// <param name="Traits">What is known of the metric.</param>
/// <param name="Points">The spans of steps in which both were measured.</param>
/// <param name="Probability">The probability of so lasting a difference between two seeds of one program, before correction for the number of series.</param>
/// <param name="Onset">The index of the point from which it lasts; -1 when no difference is large enough for anybody to see.</param>
internal sealed record SeriesDifference(SeriesKey Key, MetricTraits Traits, IReadOnlyList<DifferencePoint> Points, double Probability, int Onset)
{
    /// <summary>The degrees of freedom of noise that is known from two runs or from one: few, since what seeds do has heavy tails.</summary>
    public const int Degrees = 6;

    /// <summary>As many runs as what seeds usually do is worth.</summary>
    private const int Believed = 2;

    /// <summary>Relative differences below this are those of rounding in single precision, summed in another order.</summary>
    private const double Rounding = 1e-4;

    /// <summary>Gets the first point at which numbers that were the same to the last digits are not any more, and differ by more than rounding can grow to within a step; -1 when there is none.</summary>
    public int AbruptOnset
    {
        get
        {
            int first = Points.TakeWhile(point => !point.Differs).Count();
            return first < Points.Count && Points.Skip(first).Any(point => point.Differs && point.Distance >= SharedStart.Abrupt * Traits.Effect) ? first : -1;
        }
    }

    /// <summary>Sets a series against those of the good runs.</summary>
    /// <param name="key">What the series is of.</param>
    /// <param name="good">The series of the good runs; at least one.</param>
    /// <param name="bad">The series of the run in question.</param>
    /// <param name="surroundings">What the good runs tell beside it.</param>
    /// <returns>Null when there is no span in which all were measured.</returns>
    public static SeriesDifference? Between(SeriesKey key, IReadOnlyList<TraceSeries> good, TraceSeries bad, SeriesSurroundings surroundings)
    {
        var traits = surroundings.Traits;
        var scale = ComparisonScale.Of(traits, good, surroundings.Unit);
        var goods = good.Select(series => new ScaledCurve(scale, series)).ToList();
        var curve = new ScaledCurve(scale, bad);
        var points = new List<DifferencePoint>();
        double noise = Math.Max(curve.Noise, goods.Max(one => one.Noise));
        double seeds = SeedSpread.Of(key.Metric, traits, surroundings.Elements, scale.Share);
        double between = goods.Count > 1 ? Between(goods, curve, seeds) : seeds;
        foreach (var (bin, value) in bad.Bins)
        {
            var others = goods.Select(one => one.At(bin)).OfType<ScaledValue>().ToList();
            if (others.Count < goods.Count)
            {
                continue;
            }

            bool isBroken = value.NonFiniteStep is not null;
            bool othersBroke = others.Exists(other => other.IsNonFinite);
            double here = curve.At(bin)!.Value.Place;
            double there = others.Average(other => other.Place);
            double distance = isBroken != othersBroke ? double.PositiveInfinity : isBroken ? 0 : Math.Abs(here - there);
            double deviation = Math.Sqrt((between * between * (1 + (1.0 / goods.Count))) + (noise * noise * (1 + (1.0 / goods.Count))));
            double rounding = traits.Scale == ValueScale.Ratio ? Rounding : Rounding * Math.Max(Math.Abs(there), 1e-3);
            points.Add(new DifferencePoint(
                bin,
                isBroken ? value.NonFiniteStep!.Value : value.Step,
                othersBroke ? double.NaN : others.Average(other => other.Value),
                isBroken ? double.NaN : value.Mean,
                distance,
                distance / Math.Max(deviation, 1e-12),
                distance > rounding && others.TrueForAll(other => other.Step == value.Step && other.Count == value.Count)));
        }

        return points.Count == 0 ? null : Judge(key, traits, points, Degrees);
    }

    /// <summary>Finds the stretch that differs most surely, and where it begins.</summary>
    /// <param name="key">What the series is of.</param>
    /// <param name="traits">What is known of the metric.</param>
    /// <param name="points">The spans in which both were measured; at least one.</param>
    /// <param name="degrees">The degrees of freedom of the noise.</param>
    public static SeriesDifference Judge(SeriesKey key, MetricTraits traits, List<DifferencePoint> points, int degrees)
    {
        int least = Math.Min(3, points.Count);
        int window = Math.Max(least, points.Count / 8);
        double best = -1;
        int found = -1;
        for (int start = 0; start + least <= points.Count; start++)
        {
            // A stretch differs when all of it does, and it may be short where it goes on to the end.
            double surprise = double.PositiveInfinity;
            double effect = double.PositiveInfinity;
            for (int i = start; i < Math.Min(start + window, points.Count); i++)
            {
                surprise = Math.Min(surprise, points[i].Surprise);
                effect = Math.Min(effect, points[i].Distance);
            }

            if (effect >= traits.Effect && surprise > best)
            {
                (best, found) = (surprise, start);
            }
        }

        if (found < 0)
        {
            return new SeriesDifference(key, traits, points, 1, -1);
        }

        // One chance for every stretch that does not overlap another.
        double probability = Math.Min(1, StudentDistribution.TwoSided(best, degrees) * points.Count / window);
        int onset = found;
        double enough = traits.Effect / 2;
        while (onset > 0 && points[onset - 1].Distance >= enough && points[onset - 1].Surprise >= 2)
        {
            onset--;
        }

        return new SeriesDifference(key, traits, points, probability, onset);
    }

    /// <summary>How far good runs are from each other, a deviation blended with what seeds usually do: of few runs the latter counts more.</summary>
    /// <param name="variance">The variance that the good runs show.</param>
    /// <param name="usual">The deviation that seeds usually have.</param>
    /// <param name="runs">The number of good runs.</param>
    public static double Blend(double variance, double usual, int runs) => Math.Sqrt(((Believed * usual * usual) + ((runs - 1) * variance)) / (Believed + runs - 1));

    /// <summary>How far good runs are from each other: their own deviation, held up by what seeds usually do where there are only a few of them.</summary>
    private static double Between(List<ScaledCurve> goods, ScaledCurve curve, double usual)
    {
        double squares = 0;
        int degrees = 0;
        foreach (int bin in curve.Bins)
        {
            var places = goods.Select(one => one.At(bin)).OfType<ScaledValue>().Where(value => !value.IsNonFinite).Select(value => value.Place).ToList();
            if (places.Count == goods.Count)
            {
                double mean = places.Average();
                squares += places.Sum(place => (place - mean) * (place - mean));
                degrees += goods.Count - 1;
            }
        }

        // Spans of one run are no independent witnesses: together they count as one run less than there are.
        return Blend(degrees == 0 ? usual * usual : squares / degrees, usual, goods.Count);
    }
}

/// <summary>One span of steps of two runs.</summary>
/// <param name="Bin">Its place among all spans.</param>
/// <param name="Step">Its first step, as the run in question counts them.</param>
/// <param name="Good">The value of the good runs, their mean when they are several; NaN where it was none.</param>
/// <param name="Bad">The value of the run in question; NaN where it was none.</param>
/// <param name="Distance">How far apart they are on the scale of the metric.</param>
/// <param name="Surprise">The distance in deviations of what chance does.</param>
/// <param name="Differs">Whether they were measured at the same steps and differ by more than rounding does.</param>
internal readonly record struct DifferencePoint(int Bin, long Step, double Good, double Bad, double Distance, double Surprise, bool Differs);
