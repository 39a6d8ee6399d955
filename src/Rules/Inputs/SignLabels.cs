using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>Labels that count from 0 in a loss that takes -1 and 1: whoever has the label 0 teaches nothing.</summary>
internal static class SignLabels
{
    /// <summary>Looks for them, at the end of the run.</summary>
    /// <param name="facts">The run.</param>
    /// <returns>The smallest label, and how sure it is; null when labels are signs, or the loss takes others.</returns>
    public static (Evidence Lowest, Severity Severity)? Find(RunFacts facts)
    {
        var loss = facts.Run.Loss;
        bool takesSigns = loss?.TakesSigns ?? false;

        // Some losses with a margin take class indices; one that is recognised by its values takes signs.
        bool isSeen = loss is null or { Kind: LossKind.Other } && !takesSigns && RecognizedLoss.Of(facts)?.Kind == LossKind.Margin;
        if ((!takesSigns && !isSeen) || facts.Of(Metric.TargetMinimum) is not { Minimum: 0 } lowest || facts.Of(Metric.TargetMaximum) is not { Maximum: >= 1 and var highest } || (isSeen && highest > 1))
        {
            return null;
        }

        // What goes into a function is not seen: labels may be told as they are stored, and made signs on the way.
        bool isFunction = takesSigns && loss!.TypeName.Contains('_', StringComparison.Ordinal);
        return (new Evidence(MetricCatalog.NameOf(Metric.TargetMinimum), null, lowest.MinimumStep, 0, -1, ">"), isFunction ? Severity.Warning : Severity.Error);
    }
}
