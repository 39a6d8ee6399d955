using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

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
    private const double ClearlyBelow = 0.7;

    /// <summary>Gets a value indicating whether the loss went down by half or more.</summary>
    public bool IsGood => IsKnown && Fell >= Halved;

    /// <summary>Gets a value indicating whether training demonstrably gets nowhere.</summary>
    public bool IsBad => IsKnown && (IsStuck || IsWorse);

    /// <summary>Judges a run as far as it went.</summary>
    /// <param name="facts">The run.</param>
    public static LossProgress Of(RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (!TaskProfile.IsMeasuredByLoss(facts.Run.Task) || facts.Of(Metric.Loss) is not { } loss)
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

    /// <summary>
    /// Tells whether a run went well as a whole: its loss fell by half or more and, where it is known what a constant answer costs, ended clearly below that. A loss that starts at a thousand
    /// falls by half before anything is learnt.
    /// </summary>
    /// <param name="facts">The run, at its end.</param>
    /// <returns>Null where nothing can be said.</returns>
    internal static bool? TrainsWell(RunFacts facts)
    {
        var progress = Of(facts);
        if (!progress.IsKnown)
        {
            return null;
        }

        double? constant = LossBaseline.Of(facts);
        return progress.IsGood && !(facts.LossSeries.MeanOf(0.8, 1) > ClearlyBelow * constant);
    }

    private static LossProgress Of(CompactedSeries series)
    {
        // The first loss alone: a peak in the next steps would make any later loss look like progress.
        double start = series.First;
        double early = series.MeanOf(0.1, 0.3);
        double late = series.MeanOf(0.8, 1);
        double fell = start == 0 ? 0 : (start - late) / Math.Abs(start);
        return new LossProgress(true, fell, fell < Halved && fell >= -Risen && early - late <= NoMove * Math.Abs(early), fell < -Risen);
    }
}
