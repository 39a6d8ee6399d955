using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Operation;

/// <summary>Tells a slow, lasting growth of what a training needs from a warm-up that ends and from a load that comes and goes. Constant memory.</summary>
/// <remarks>The first quarter is left out: caches fill, allocators warm up, the runtime compiles. Of the rest the medians of three parts must rise, and go on rising to the end.</remarks>
internal sealed class ResourceDrift
{
    /// <summary>Fewer blocks tell no trend.</summary>
    private const int FewestBlocks = 16;

    /// <summary>The last part must grow by at least this share of what the part before grew by: a growth that levels out is a cache that has filled.</summary>
    private const double StillGrowing = 0.75;

    private readonly CompactedSeries _series = new();

    /// <summary>Gets the number of measurements.</summary>
    public long Count => _series.Count;

    /// <summary>Gets the step of the last measurement; -1 before any.</summary>
    public long LastStep => _series.LastStep;

    /// <summary>Takes a measurement.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="value">The value.</param>
    public void Add(long step, double value) => _series.Add(step, value);

    /// <summary>Measures the growth.</summary>
    /// <param name="certainty">How many standard deviations the trend (Mann-Kendall) must stand out.</param>
    /// <returns>Null where nothing grows for good.</returns>
    public Growth? Measure(double certainty)
    {
        if (_series.BlockCount < FewestBlocks || _series.Trend(0.25).Z < certainty)
        {
            return null;
        }

        var (early, middle, late) = (_series.MedianOf(0.25, 0.5), _series.MedianOf(0.5, 0.75), _series.MedianOf(0.75, 1));
        return middle > early && late - middle >= StillGrowing * (middle - early)
            ? new Growth(_series.Steps[_series.Part(0.25, 0.5).First], early, _series.LastStep, late)
            : null;
    }

    /// <summary>A growth that lasts.</summary>
    /// <param name="FirstStep">The step from which it was measured.</param>
    /// <param name="Early">The median of the first part behind the warm-up.</param>
    /// <param name="LastStep">The last step.</param>
    /// <param name="Late">The median of the last quarter.</param>
    internal readonly record struct Growth(long FirstStep, double Early, long LastStep, double Late);
}
