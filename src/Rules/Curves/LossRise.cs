using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Curves;

/// <summary>How far a loss lies above its lowest level and above its beginning when the run ends, with what the noise explains of it.</summary>
internal readonly record struct LossRise
{
    private readonly CompactedSeries _series;

    private LossRise(CompactedSeries series) => _series = series;

    /// <summary>Gets the level at which training began.</summary>
    public double Start { get; private init; }

    /// <summary>Gets the lowest level, of a tenth of the run.</summary>
    public double Lowest { get; private init; }

    /// <summary>Gets the step of the lowest level.</summary>
    public long LowestStep { get; private init; }

    /// <summary>Gets a value indicating whether the lowest level lies before the last part, from which the level at the end is taken.</summary>
    public bool IsFromLongAgo { get; private init; }

    /// <summary>Gets the level at the end: the median of the last part.</summary>
    public double End { get; private init; }

    /// <summary>Gets the lowest value of the last tenth.</summary>
    public double Floor { get; private init; }

    /// <summary>Gets how surely the last half rises, as a z-score.</summary>
    public double LateTrend { get; private init; }

    /// <summary>Gets how surely the loss rises since it was lowest, as a z-score.</summary>
    public double TrendSinceLowest { get; private init; }

    /// <summary>Gets how surely the loss falls until it is lowest, as a z-score; negative for a fall.</summary>
    public double TrendToLowest { get; private init; }

    /// <summary>Gets the standard error of the difference between end and beginning.</summary>
    public double Error { get; private init; }

    /// <summary>Gets by how much the end lies above the beginning.</summary>
    public double AboveStart => End - Start;

    /// <summary>Gets by how much the end lies above the lowest level.</summary>
    public double SinceLowest => End - Lowest;

    /// <summary>Gets by how much the loss had fallen to its lowest level.</summary>
    public double Fall => Start - Lowest;

    /// <summary>Gets what share of the fall is given back.</summary>
    public double Share => SinceLowest / Fall;

    /// <summary>Tells whether the end lies above the beginning beyond chance.</summary>
    /// <param name="errors">By how many standard errors; by half of them where the trend is as sure.</param>
    public bool IsAboveStartBeyondNoise(double errors) => AboveStart > errors * Error || (AboveStart > errors / 2 * Error && TrendSinceLowest > errors - 2);

    /// <summary>Tells whether there was a fall beyond chance.</summary>
    /// <param name="errors">By how many standard errors; by half of them where the trend is as sure.</param>
    public bool IsFallBeyondNoise(double errors) => Fall > errors * Error || (Fall > errors / 2 * Error && TrendToLowest < 2 - errors);

    /// <summary>Tells whether the rise since the lowest level is beyond chance, which of many levels found the lowest.</summary>
    /// <param name="errors">By how many standard errors; by half of them where the trend is as sure, as it may be where a few rows scatter widely.</param>
    public bool IsBeyondNoise(double errors)
    {
        bool isSure = TrendSinceLowest > errors - 2 && LateTrend > 0;
        double least = isSure ? errors / 2 : errors;
        double error = _series.Stride > 1 ? _series.ErrorOf(0.5, 1) : Scatter(_series) * Math.Sqrt(2.0 / _series.BlockCount);
        double noise = _series.Stride > 1 ? _series.NoiseOf(0.5, 1) / Math.Sqrt(_series.Stride) : Scatter(_series);
        return SinceLowest > least * error * Math.Sqrt(2) && SinceLowest > (isSure ? 2 : 4) * noise;
    }

    /// <summary>Tells whether the last quarter lies above the first by a factor, whatever single losses do: their noise is of orders of magnitude too.</summary>
    /// <param name="factor">The factor.</param>
    public bool HasLeftItsOrder(double factor)
    {
        double last = _series.MedianOf(0.75, 1);
        var (early, late) = (_series.Part(0, 0.25), _series.Part(0.75, 1));
        return last > factor * _series.MedianOf(0, 0.25) && last > factor * Start
            && (TrendTest.RankSum(_series.Means[early.First..early.End], _series.Means[late.First..late.End]) > 2.5 || _series.Trend(0).Z > 3);
    }

    /// <summary>Describes a curve.</summary>
    /// <param name="curve">The curve; at least one block.</param>
    public static LossRise Of(LossCurve curve)
    {
        var series = curve.Series;
        int width = Math.Max(1, series.BlockCount / 10);
        var (lowest, index) = series.Lowest(width);
        int middle = Math.Min(series.BlockCount - 1, index + (width / 2));
        var tail = series.Part(0.9, 1);
        double floor = double.PositiveInfinity;
        for (int i = tail.First; i < tail.End; i++)
        {
            floor = Math.Min(floor, series.Means[i]);
        }

        return new LossRise(series)
        {
            Start = curve.Beginning,
            Lowest = lowest,
            LowestStep = series.Steps[middle],
            IsFromLongAgo = index + width < 0.85 * series.BlockCount,
            End = series.MedianOf(0.85, 1),
            Floor = floor,
            LateTrend = series.Trend(0.5).Z,
            TrendSinceLowest = series.Trend(middle / (double)series.BlockCount).Z,
            TrendToLowest = series.Trend(0, (middle + 1) / (double)series.BlockCount).Z,
            Error = series.Stride > 1
                ? Math.Sqrt(Math.Pow(series.ErrorOf(0.85, 1), 2) + Math.Pow(curve.BeginningError, 2))
                : Scatter(series) * Math.Sqrt((1.0 / Math.Max(1, (int)(0.15 * series.BlockCount))) + (1.0 / curve.StartBlocks)),
        };
    }

    /// <summary>
    /// The scatter of a single value, of a curve of few. Differences of neighbours hold the rise itself, which between few rows is as large as any noise; second differences do not, and
    /// a short part of them may be small by chance.
    /// </summary>
    private static double Scatter(CompactedSeries series) => Math.Max(series.BlockNoiseOf(0, 1), series.BlockNoiseOf(0.5, 1));
}
