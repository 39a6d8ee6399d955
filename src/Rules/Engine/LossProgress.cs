using TrainingDoctor.Statistics;

namespace TrainingDoctor;

/// <summary>Whether training gets anywhere, judged by the loss alone: what turns a symptom that may be harmless into one that is not.</summary>
/// <param name="IsKnown">Whether there were enough losses, and whether the loss of the task measures progress at all.</param>
/// <param name="Fell">The share of its first value by which the loss has fallen; negative when it rose.</param>
/// <param name="IsStuck">Whether the loss stayed where it was after the first steps, far from done.</param>
/// <param name="IsWorse">Whether the loss ended above its start, or as no number.</param>
/// <remarks>
/// A bias alone can bring the loss to that of a constant answer within the first steps, which is why the end is compared with the level between 10 and 30 % of the run, too.
/// </remarks>
public readonly record struct LossProgress(bool IsKnown, double Fell, bool IsStuck, bool IsWorse)
{
    private const int MinimumLosses = 20;
    private const double NoMove = 0.02;
    private const double Halved = 0.5;
    private const double Risen = 0.1;

    /// <summary>Gets a value indicating whether the loss went down by half or more.</summary>
    public bool IsGood => IsKnown && Fell >= Halved;

    /// <summary>Gets a value indicating whether training demonstrably gets nowhere.</summary>
    public bool IsBad => IsKnown && (IsStuck || IsWorse);

    /// <summary>Judges a run as far as it went.</summary>
    /// <param name="facts">The run.</param>
    public static LossProgress Of(RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Run.Task is TrainingTask.Adversarial or TrainingTask.Reinforcement || facts.Of(Metric.Loss) is not { } loss)
        {
            return default;
        }

        if (!double.IsFinite(loss.Last))
        {
            return new LossProgress(true, double.NegativeInfinity, false, true);
        }

        var series = facts.LossSeries;
        return series.Count < MinimumLosses ? default : Of(series);
    }

    private static LossProgress Of(CompactedSeries series)
    {
        double start = Math.Max(series.First, series.MedianOf(0, 0.05));
        double early = series.MeanOf(0.1, 0.3);
        double late = series.MeanOf(0.8, 1);
        double fell = start == 0 ? 0 : (start - late) / Math.Abs(start);
        return new LossProgress(true, fell, fell < Halved && fell >= -Risen && early - late <= NoMove * Math.Abs(early), fell < -Risen);
    }
}
