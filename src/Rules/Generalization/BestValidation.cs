using TrainingDoctor.Statistics;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>How the end of a series of validations stands to its best.</summary>
/// <param name="Best">The lowest level.</param>
/// <param name="Step">Its step.</param>
/// <param name="Index">Its place among the blocks.</param>
/// <param name="After">How many blocks came after it.</param>
/// <param name="End">The level at the end.</param>
/// <param name="Floor">The lowest block after it.</param>
/// <param name="Climbs">Whether every block after it lies above the one before.</param>
/// <param name="Error">The standard error of the difference between end and best.</param>
internal readonly record struct BestValidation(double Best, long Step, int Index, int After, double End, double Floor, bool Climbs, double Error)
{
    /// <summary>So many blocks tell their own noise.</summary>
    private const int Enough = 8;

    /// <summary>Fewer may lie close together by chance.</summary>
    private const int Few = 4;

    /// <summary>Gets by what share of the best the end lies above it.</summary>
    public double Rise => (End - Best) / Math.Abs(Best);

    /// <summary>Gets by how many standard errors the end lies above the best.</summary>
    public double Z => Error > 0 ? (End - Best) / Error : End > Best ? double.PositiveInfinity : 0;

    /// <summary>Finds the best of a series where lower is better.</summary>
    /// <param name="series">The validations; at least one.</param>
    public static BestValidation Of(CompactedSeries series)
    {
        int blocks = series.BlockCount;
        int width = Math.Clamp(blocks / 20, 1, 5);
        var (best, index) = series.Lowest(width);
        int after = blocks - index - width;
        int tail = Math.Max(2, after / 3);

        // A level that is coming down again at the very end has not risen for good.
        double end = Math.Min(series.MedianOf((double)(blocks - tail) / blocks, 1), series.MeanOf((blocks - 2.0) / blocks, 1));
        double floor = double.PositiveInfinity;
        bool climbs = true;
        for (int i = index + width; i < blocks; i++)
        {
            floor = Math.Min(floor, series.Means[i]);
            climbs &= series.Means[i] > series.Means[i - 1];
        }

        // Noise is taken from the best on: before it lies the descent, which second differences bear where what came after is too little to tell.
        double noise = series.BlockCount - index < 4 ? series.NoiseOf(0, 1) : series.NoiseOf((index + width) / (double)blocks, 1);
        double ofBlocks = after switch
        {
            < Few => series.BlockNoiseOf(Math.Max(0.0, blocks - Enough) / blocks, 1),
            < Enough => 0,
            _ => series.BlockNoiseOf((index + width) / (double)blocks, 1),
        };
        noise = Math.Max(noise / Math.Sqrt(series.Stride), ofBlocks);
        double error = noise * Math.Sqrt((1.0 / width) + (1.0 / Math.Min(tail, Math.Max(1, after))));
        return new BestValidation(best, series.Steps[Math.Min(blocks - 1, index + (width / 2))], index, after, end, floor, climbs, error);
    }
}
