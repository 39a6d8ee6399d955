namespace TrainingDoctor.Rules.Optimization;

/// <summary>The rules about weights and their updates.</summary>
public static class OptimizationRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<SymmetricUnitsOptions>(SymmetricUnits.Metadata, options => new SymmetricUnits(options)),
        RuleEntry.Of<PoorInitializationOptions>(PoorInitialization.Metadata, options => new PoorInitialization(options)),
    ];
}
