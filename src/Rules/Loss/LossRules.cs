namespace TrainingDoctor.Rules.Loss;

/// <summary>The rules about the loss curve.</summary>
public static class LossRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<NonFiniteLossOptions>(NonFiniteLoss.Metadata, options => new NonFiniteLoss(options)),
        RuleEntry.Of<StalledLossOptions>(StalledLoss.Metadata, options => new StalledLoss(options)),
        RuleEntry.Of<DivergingLossOptions>(DivergingLoss.Metadata, options => new DivergingLoss(options)),
        RuleEntry.Of<OscillatingLossOptions>(OscillatingLoss.Metadata, options => new OscillatingLoss(options)),
        RuleEntry.Of<PlateauedLossOptions>(PlateauedLoss.Metadata, options => new PlateauedLoss(options)),
        RuleEntry.Of<LossSpikeOptions>(LossSpike.Metadata, options => new LossSpike(options)),
        RuleEntry.Of<SlowConvergenceOptions>(SlowConvergence.Metadata, options => new SlowConvergence(options)),
        RuleEntry.Of<ImplausibleLossOptions>(ImplausibleLoss.Metadata, options => new ImplausibleLoss(options)),
        RuleEntry.Of<VanishedLossOptions>(VanishedLoss.Metadata, options => new VanishedLoss(options)),
    ];
}
