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

    /// <summary>Works the price out: from when the last of the curves that count was next to its best.</summary>
    /// <param name="primary">The root finding; null when there is none at warning or above.</param>
    /// <param name="facts">The run.</param>
    internal static TrainingPrice? Of(Finding? primary, RunFacts facts)
    {
        if (primary is null || primary.RecoveredAt is not null || facts.LastStep <= facts.FirstStep)
        {
            return null;
        }

        bool ofValidation = primary.Rule.Category == RuleCategory.Generalization && Settled(Metric.ValidationLoss, facts, higherIsBetter: false) is not null;
        long?[] settled = ofValidation
            ? [Settled(Metric.ValidationLoss, facts, higherIsBetter: false), Settled(Metric.ValidationAccuracy, facts, higherIsBetter: true)]
            : [Settled(Metric.Loss, facts, higherIsBetter: false), Settled(Metric.Accuracy, facts, higherIsBetter: true), Settled(Metric.ValidationAccuracy, facts, higherIsBetter: true), Settled(Metric.ValidationLoss, facts, higherIsBetter: false)];
        double share = settled.Max() is { } since ? (double)(facts.LastStep - since) / (facts.LastStep - facts.FirstStep + 1) : 0;
        return share < Least ? null : new TrainingPrice(settled.Max()!.Value, share, ofValidation);
    }

    private static long? Settled(Metric metric, RunFacts facts, bool higherIsBetter) =>
        facts.Curves.Of(metric) is { Series.Count: >= Enough } curve && curve.Describe(higherIsBetter) is { } description ? description.SettledStep : null;
}
