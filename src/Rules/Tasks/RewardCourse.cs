using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>How a reward went: where it began, its best, where it ended, and how surely. Levels are means of neighbouring blocks.</summary>
internal readonly record struct RewardCourse
{
    /// <summary>The course in so many parts shows its trend.</summary>
    private const int Bins = 16;

    /// <summary>By so many standard errors the best of many places must lie above the beginning to be no chance.</summary>
    private const double Chosen = 5;

    /// <summary>Gets the level at the beginning.</summary>
    public required double Start { get; init; }

    /// <summary>Gets the best level.</summary>
    public required double Best { get; init; }

    /// <summary>Gets the step of the best level.</summary>
    public required long BestStep { get; init; }

    /// <summary>Gets the level at the end.</summary>
    public required double End { get; init; }

    /// <summary>Gets the standard error of a level.</summary>
    public required double Error { get; init; }

    /// <summary>Gets how surely the reward has a trend over the run, as the t of a straight line through the means of sixteen parts.</summary>
    public required double TrendT { get; init; }

    /// <summary>Gets by how many standard deviations of single values the level lies above the very first ones.</summary>
    public required double EarlyRise { get; init; }

    /// <summary>Gets a value indicating whether the reward keeps to the largest value that it can have.</summary>
    public required bool IsAtCeiling { get; init; }

    /// <summary>Gets what was won.</summary>
    public double Gain => Best - Start;

    /// <summary>Gets a value indicating whether something was won, beyond chance.</summary>
    public bool HasGained => Gain > Chosen * Error * Math.Sqrt(2) && Gain > 0;

    /// <summary>Gets the share of what was won that is gone at the end.</summary>
    public double Lost => Gain > 0 ? (Best - End) / Gain : 0;

    /// <summary>Gets a value indicating whether the end lies below the best beyond chance.</summary>
    public bool HasFallen => Best - End > Chosen * Error * Math.Sqrt(2);

    /// <summary>Gets a value indicating whether the run ends next to the best that it had, after it had won something.</summary>
    public bool IsNearBest => IsAtCeiling || (HasGained && Lost < 0.15) || (HasGained && Best - End < 2 * Error);

    /// <summary>Gets the largest single reward.</summary>
    public required double Highest { get; init; }

    /// <summary>Gets a value indicating whether the run ends where it wanted to be: next to its best level, and no single reward shows that far more could be had.</summary>
    public bool IsWon => IsAtCeiling || (IsNearBest && End - Start >= 0.5 * (Highest - Start));

    /// <summary>Describes a reward.</summary>
    /// <param name="facts">The run.</param>
    /// <returns>Null before there are enough values for any level.</returns>
    public static RewardCourse? Of(RunFacts facts) => facts.Series(Metric.Reward) is { BlockCount: >= 8 } series ? Of(series) : null;

    /// <summary>Describes a series that is better where it is higher.</summary>
    /// <param name="series">The series; at least eight blocks.</param>
    public static RewardCourse Of(CompactedSeries series)
    {
        int blocks = series.BlockCount;
        int width = Math.Max(2, blocks / Bins);
        var (best, index) = series.Best(width, -1);
        double share = (double)width / blocks;
        double start = series.MeanOf(0, share / 2);
        double end = Math.Max(series.MeanOf(1 - Math.Max(0.1, share), 1), series.MedianOf(1 - Math.Max(0.1, share), 1));
        double block = Math.Max(series.BlockNoiseOf(0, 1), series.Noise / Math.Sqrt(series.Stride));
        double level = series.MedianOf(0, 1);
        double[] parts = PartsOf(series);
        double single = Math.Max(series.Noise, 1e-12);
        return new RewardCourse
        {
            Start = start,
            Best = best,
            BestStep = series.Steps[Math.Clamp(index + (width / 2), 0, blocks - 1)],
            End = end,
            Error = Math.Max(block / Math.Sqrt(width), NoiseOf(parts)),
            TrendT = Trend(parts),
            Highest = HighestOf(series),
            EarlyRise = (level - series.First) / single,
            IsAtCeiling = IsPinned(series),
        };
    }

    private static double[] PartsOf(CompactedSeries series)
    {
        int count = Math.Min(Bins, series.BlockCount);
        return [.. Enumerable.Range(0, count).Select(i => series.MeanOf((i + 0.01) / count, (i + 0.99) / count))];
    }

    /// <summary>The usual distance of a part's mean from the line between its neighbours: a running mean wanders, which single values hide.</summary>
    private static double NoiseOf(double[] means)
    {
        double[] bends = [.. Enumerable.Range(1, means.Length - 2).Select(i => Math.Abs(means[i - 1] - (2 * means[i]) + means[i + 1]))];
        return Quantiles.Median(bends) / (Quantiles.NormalMedianDeviation * Math.Sqrt(6));
    }

    /// <summary>A straight line through means of parts, which depend on each other less than neighbours do.</summary>
    private static double Trend(double[] means)
    {
        int count = means.Length;
        double center = (count - 1) / 2.0;
        double mean = means.Average();
        double spread = means.Select((_, i) => (i - center) * (i - center)).Sum();
        double slope = means.Select((value, i) => (i - center) * (value - mean)).Sum() / spread;
        double rest = means.Select((value, i) => Math.Pow(value - mean - (slope * (i - center)), 2)).Sum() / (count - 2);
        return rest > 0 ? slope / Math.Sqrt(rest / spread) : slope == 0 ? 0 : Math.Sign(slope) * double.PositiveInfinity;
    }

    /// <summary>Where many parts of the run touch the very same largest value and the level is next to it, there is nothing above.</summary>
    private static bool IsPinned(CompactedSeries series)
    {
        double highest = HighestOf(series);
        double lowest = double.PositiveInfinity;
        foreach (double value in series.Lowests)
        {
            lowest = Math.Min(lowest, value);
        }

        var (first, end) = series.Part(0.5, 1);
        int touching = 0;
        for (int i = first; i < end; i++)
        {
            touching += series.Highests[i] >= highest - (1e-6 * Math.Abs(highest)) ? 1 : 0;
        }

        // A reward that never changes is the largest there is, or that of who earns nothing.
        return (lowest < highest || highest > 0) && touching >= Math.Max(3, 0.1 * (end - first)) && highest - series.MeanOf(0.5, 1) <= 0.35 * (highest - lowest);
    }

    private static double HighestOf(CompactedSeries series)
    {
        double highest = double.NegativeInfinity;
        foreach (double value in series.Highests)
        {
            highest = Math.Max(highest, value);
        }

        return highest;
    }
}
