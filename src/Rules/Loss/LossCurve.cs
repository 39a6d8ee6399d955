using TrainingDoctor.Statistics;

namespace TrainingDoctor.Rules.Loss;

/// <summary>The training loss of a run as the loss rules see it: the series, and whether it may be judged at all.</summary>
/// <param name="context">The run.</param>
/// <param name="minimumSamples">How many losses are needed for a judgement.</param>
internal sealed class LossCurve(RuleContext context, int minimumSamples)
{
    /// <summary>Gets the series.</summary>
    public CompactedSeries Series { get; } = new();

    /// <summary>Gets the mean of the first tenth, where training began; the first sample alone is mostly noise.</summary>
    public double Start => Series.Count < 20 ? Series.First : Series.MeanOf(0, 0.1) is var early && Series.Means[0] > early ? Series.Means[0] : early;

    /// <summary>Gets why the curve cannot be judged; null when it can.</summary>
    public Text? WhyNotJudged => context.Run.Task switch
    {
        TrainingTask.Reinforcement => $"the loss of reinforcement learning is no measure of progress",
        TrainingTask.Adversarial => $"the losses of adversarial training are no measure of progress",
        _ when context.Run.Log is { IsSummaryOnly: true } => $"the log holds last values only, no curve",
        _ when Series.Count < minimumSamples => $"needs {minimumSamples} losses, had {Series.Count}",
        _ => null,
    };

    /// <summary>Takes a measurement; losses of the run itself only.</summary>
    public void Add(in Measurement measurement)
    {
        if (measurement.Metric == Metric.Loss && measurement.Scope == ScopeTable.Run)
        {
            Series.Add(measurement.Step, measurement.Value);
        }
    }
}
