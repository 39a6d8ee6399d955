using TrainingDoctor.Rules.Loss;
using TrainingDoctor.Statistics;

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
    /// <param name="errors">By how many standard errors.</param>
    public bool IsFallBeyondNoise(double errors) => Fall > errors * Error;

    /// <summary>Tells whether the rise since the lowest level is beyond chance, which of many levels found the lowest.</summary>
    /// <param name="errors">By how many standard errors.</param>
    public bool IsBeyondNoise(double errors) =>
        SinceLowest > errors * _series.ErrorOf(0.5, 1) * Math.Sqrt(2) && SinceLowest > 4 * _series.NoiseOf(0.5, 1) / Math.Sqrt(_series.Stride);

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
            Error = Math.Sqrt(Math.Pow(series.ErrorOf(0.85, 1), 2) + Math.Pow(curve.BeginningError, 2)),
        };
    }
}
