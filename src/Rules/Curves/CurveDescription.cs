using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Curves;

/// <summary>
/// How a curve went: where it began, its best and what came after it, with the noise that tells what is significant. All levels are means or medians of neighbours; what was
/// measured at a step is told by <see cref="SeriesSummary"/>.
/// </summary>
/// <remarks>Rules ask for an effect that a person would see (<see cref="Rise"/>, <see cref="Lost"/>) and for its significance (<see cref="IsSignificant"/>), never for one alone.</remarks>
internal readonly record struct CurveDescription
{
    /// <summary>So many blocks tell their own noise.</summary>
    private const int Enough = 8;

    /// <summary>Values after the best that all keep away from it are no chance from this number on: one in five falls there. One less where each is worse than the one before, as one in 24 orders is.</summary>
    private const int SeparateFrom = 4;

    /// <summary>Gets the number of blocks.</summary>
    public required int Blocks { get; init; }

    /// <summary>Gets the level at the beginning: the first value.</summary>
    public required double First { get; init; }

    /// <summary>Gets the best level, of as many neighbours as a twentieth of the curve has.</summary>
    public required double Best { get; init; }

    /// <summary>Gets the place of the best among the blocks.</summary>
    public required int BestIndex { get; init; }

    /// <summary>Gets the step of the best.</summary>
    public required long BestStep { get; init; }

    /// <summary>Gets how many blocks came after the curve first was next to its best: within its noise, at least a fiftieth and at most a twentieth of it.</summary>
    public required int AfterSettled { get; init; }

    /// <summary>Gets the step at which the curve first was next to its best.</summary>
    public required long SettledStep { get; init; }

    /// <summary>Gets how many blocks came after the best.</summary>
    public required int After { get; init; }

    /// <summary>Gets the level at the end: the median of the last third of what came after the best, or the mean of the last two where that is better.</summary>
    public required double End { get; init; }

    /// <summary>Gets how many blocks the level at the end is taken from.</summary>
    public required int EndBlocks { get; init; }

    /// <summary>Gets the best that came after the best; NaN when nothing did.</summary>
    public required double BestAfter { get; init; }

    /// <summary>Gets a value indicating whether every block after the best is worse than the one before.</summary>
    public required bool Worsens { get; init; }

    /// <summary>Gets a value indicating whether the value before the best is better than all after it: the best is no lone outlier.</summary>
    public required bool IsSupported { get; init; }

    /// <summary>Gets how surely the curve has worsened since its best, as a z-score of the trend; 0 where too little came after.</summary>
    public required double Trend { get; init; }

    /// <summary>Gets the standard error of the difference between end and best.</summary>
    public required double Error { get; init; }

    /// <summary>Gets the scatter of a single block around the level of its neighbours.</summary>
    public required double Noise { get; init; }

    /// <summary>Gets by how much the end is worse than the best, in the unit of the curve.</summary>
    public double Loss => Math.Abs(End - Best);

    /// <summary>Gets by what share of the best the end is worse.</summary>
    public double Rise => Loss / Math.Abs(Best);

    /// <summary>Gets what share of what was won from the first value to the best is lost again at the end; infinite when nothing was won.</summary>
    public double Lost => First == Best ? double.PositiveInfinity : Loss / Math.Abs(First - Best);

    /// <summary>Gets by how many standard errors the end is worse than the best.</summary>
    public double Z => Error > 0 ? Loss / Error : Loss > 0 ? double.PositiveInfinity : 0;

    /// <summary>Gets what share of the curve came after it was next to its best.</summary>
    public double ShareAfterSettled => (double)AfterSettled / Blocks;

    /// <summary>Tells whether the end is worse than the best beyond chance.</summary>
    /// <param name="errors">By how many standard errors.</param>
    /// <param name="distance">Or what share of the best nothing that came after has come near.</param>
    public bool IsSignificant(double errors, double distance) =>
        Z > errors || (Worsens && After >= SeparateFrom - 1 && KeepsAway(distance)) || (Z > errors / 2 && (Trend > errors - 1 || (Trend > errors - 2.2 && KeepsAway(distance / 3)) || (After >= SeparateFrom && IsSupported && KeepsAway(distance))));

    /// <summary>Tells whether nothing that came after the best was near it.</summary>
    /// <param name="distance">What share of the best is near.</param>
    public bool KeepsAway(double distance) => Math.Abs(BestAfter - Best) > distance * Math.Abs(Best);

    /// <summary>Describes a series.</summary>
    /// <param name="series">The series; at least one block.</param>
    /// <param name="sign">1 where lower is better, -1 where higher is.</param>
    public static CurveDescription Of(CompactedSeries series, int sign)
    {
        var means = series.Means;
        int blocks = means.Length;
        int width = Math.Clamp(blocks / 20, 1, 5);
        var (best, index) = series.Best(width, sign);
        int after = blocks - index - width;
        int tail = Math.Min(blocks, Math.Max(2, after / 3));

        // A level that is getting better again at the very end has not worsened for good.
        double median = series.MedianOf((double)(blocks - tail) / blocks, 1);
        double last = series.MeanOf((blocks - 2.0) / blocks, 1);
        double end = sign * Math.Min(sign * median, sign * last);
        double bestAfter = double.NaN;
        bool worsens = after > 0;
        for (int i = index + width; i < blocks; i++)
        {
            bestAfter = double.IsNaN(bestAfter) || sign * means[i] < sign * bestAfter ? means[i] : bestAfter;
            worsens &= sign * means[i] > sign * means[i - 1];
        }

        double noise = series.BlockNoiseOf(blocks < 2 * Enough ? 0 : 0.2, 1);
        if (after >= Enough)
        {
            noise = Math.Max(noise, series.BlockNoiseOf((index + width) / (double)blocks, 1));
        }

        int settled = 0;
        double near = Math.Clamp(2 * noise, Math.Abs(best) / 50, Math.Abs(best) / 20);
        while (sign * (means[settled] - best) > near)
        {
            settled++;
        }

        return new CurveDescription
        {
            AfterSettled = blocks - settled - 1,
            SettledStep = series.Steps[settled],
            Blocks = blocks,
            First = series.First,
            Best = best,
            BestIndex = index,
            BestStep = series.Steps[Math.Min(blocks - 1, index + (width / 2))],
            After = after,
            End = end,
            EndBlocks = sign * median <= sign * last ? tail : Math.Min(2, blocks),
            BestAfter = bestAfter,
            Worsens = worsens,
            IsSupported = index > 0 && sign * means[index - 1] < sign * bestAfter,
            Trend = after > SeparateFrom ? sign * series.Trend((index + width) / (double)blocks).Z : 0,
            Noise = noise,
            Error = noise * Math.Sqrt((1.0 / width) + (1.0 / tail)),
        };
    }
}
