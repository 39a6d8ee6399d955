namespace TrainingDoctor.Rules.Activations;

/// <summary>The rules about activations.</summary>
public static class ActivationRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<DeadUnitsOptions>(DeadUnits.Metadata, options => new DeadUnits(options)),
        RuleEntry.Of<SaturatedActivationOptions>(SaturatedActivation.Metadata, options => new SaturatedActivation(options)),
        RuleEntry.Of<SkewedActivationOptions>(SkewedActivation.Metadata, options => new SkewedActivation(options)),
        RuleEntry.Of<CollapsedActivationOptions>(CollapsedActivation.Metadata, options => new CollapsedActivation(options)),
        RuleEntry.Of<NonFiniteActivationOptions>(NonFiniteActivation.Metadata, options => new NonFiniteActivation(options)),
        RuleEntry.Of<ExplodingActivationOptions>(ExplodingActivation.Metadata, options => new ExplodingActivation(options)),
    ];
}
