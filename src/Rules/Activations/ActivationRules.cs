namespace TrainingDoctor.Rules.Activations;

/// <summary>The rules about activations.</summary>
public static class ActivationRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<DeadUnitsOptions>(DeadUnits.Metadata, options => new DeadUnits(options)),
    ];
}
