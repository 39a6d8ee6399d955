using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor;

/// <summary>What an illness cost: the part of a run in which nothing was gained any more.</summary>
/// <param name="Since">The step after which nothing improved.</param>
/// <param name="Share">The share of the run that came after it, from 0 to 1.</param>
/// <param name="OfValidation">Whether it was validation that no longer improved, while training did.</param>
public sealed record TrainingPrice(long Since, double Share, bool OfValidation)
{
    /// <summary>So many values tell when a curve was next to its best.</summary>
    private const int Enough = 8;

    /// <summary>Below this share of a run there is nothing to speak of.</summary>
    private const double Least = 0.1;

    /// <summary>Kinds of training of which this rule has no say level out while they go on learning: only the end of all numbers tells that of them.</summary>
    private const string PlateauedLoss = "TD4005";

    private static readonly string[] NonFinite = ["TD2003", "TD4001", "TD4009", "TD5004"];

    /// <summary>Works the price out: from when the last of the curves that count was next to its best; where the loss is not a measure of progress, by the reward alone.</summary>
    /// <param name="primary">The root finding; null when there is none at warning or above.</param>
    /// <param name="facts">The run.</param>
    internal static TrainingPrice? Of(Finding? primary, RunFacts facts)
    {
        if (primary is null || primary.RecoveredAt is not null || facts.LastStep <= facts.FirstStep)
        {
            return null;
        }

        bool ofValidation = primary.Rule.Category == RuleCategory.Generalization && Best(Metric.ValidationLoss, facts, higherIsBetter: false) is not null;
        long?[] settled = ofValidation ? [Best(Metric.ValidationLoss, facts, higherIsBetter: false), Best(Metric.ValidationAccuracy, facts, higherIsBetter: true)]
            : !TaskProfile.IsMeasuredByLoss(facts.Run.Task) ? [Settled(Metric.Reward, facts, higherIsBetter: true)]
            : TaskProfile.WhySilent(facts.Run.Task, PlateauedLoss) is not null && !NonFinite.Contains(primary.Rule.Id) ? []
            : [Settled(Metric.Loss, facts, higherIsBetter: false), Settled(Metric.Accuracy, facts, higherIsBetter: true), Settled(Metric.ValidationAccuracy, facts, higherIsBetter: true), Settled(Metric.ValidationLoss, facts, higherIsBetter: false)];
        double share = settled.Max() is { } since ? (double)(facts.LastStep - since) / (facts.LastStep - facts.FirstStep + 1) : 0;
        return share < Least ? null : new TrainingPrice(settled.Max()!.Value, share, ofValidation);
    }

    /// <summary>Of validation it is said that it improved no more: that is so after its best alone.</summary>
    private static long? Best(Metric metric, RunFacts facts, bool higherIsBetter) => Describe(metric, facts, higherIsBetter)?.BestStep;

    private static long? Settled(Metric metric, RunFacts facts, bool higherIsBetter) => Describe(metric, facts, higherIsBetter)?.SettledStep;

    private static CurveDescription? Describe(Metric metric, RunFacts facts, bool higherIsBetter) =>
        facts.Curves.Of(metric) is { Series.Count: >= Enough } curve ? curve.Describe(higherIsBetter) : null;
}
