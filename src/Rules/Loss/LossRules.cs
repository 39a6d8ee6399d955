namespace TrainingDoctor.Rules.Loss;

/// <summary>The rules about the loss curve.</summary>
public static class LossRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<NonFiniteLossOptions>(NonFiniteLoss.Metadata, options => new NonFiniteLoss(options)),
        RuleEntry.Of<StalledLossOptions>(StalledLoss.Metadata, options => new StalledLoss(options)),
    ];
}
