namespace TrainingDoctor.Rules.Inputs;

/// <summary>The rules about inputs and targets.</summary>
public static class InputRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<NonFiniteInputOptions>(NonFiniteInput.Metadata, options => new NonFiniteInput(options)),
        RuleEntry.Of<UnscaledInputOptions>(UnscaledInput.Metadata, options => new UnscaledInput(options)),
        RuleEntry.Of<ConstantInputOptions>(ConstantInput.Metadata, options => new ConstantInput(options)),
        RuleEntry.Of<ClassImbalanceOptions>(ClassImbalance.Metadata, options => new ClassImbalance(options)),
        RuleEntry.Of<UnshuffledDataOptions>(UnshuffledData.Metadata, options => new UnshuffledData(options)),
        RuleEntry.Of<InvalidTargetOptions>(InvalidTarget.Metadata, options => new InvalidTarget(options)),
        RuleEntry.Of<UnscaledTargetOptions>(UnscaledTarget.Metadata, options => new UnscaledTarget(options)),
        RuleEntry.Of<IgnoredTargetsOptions>(IgnoredTargets.Metadata, options => new IgnoredTargets(options)),
        RuleEntry.Of<CopiedTargetOptions>(CopiedTarget.Metadata, options => new CopiedTarget(options)),
        RuleEntry.Of<ShiftedTargetOptions>(ShiftedTarget.Metadata, options => new ShiftedTarget(options)),
        RuleEntry.Of<PaddingInLossOptions>(PaddingInLoss.Metadata, options => new PaddingInLoss(options)),
        RuleEntry.Of<AbsentTargetClassOptions>(AbsentTargetClass.Metadata, options => new AbsentTargetClass(options)),
        RuleEntry.Of<RepeatedSamplesOptions>(RepeatedSamples.Metadata, options => new RepeatedSamples(options)),
        RuleEntry.Of<DominantLookupOptions>(DominantLookup.Metadata, options => new DominantLookup(options)),
    ];
}
