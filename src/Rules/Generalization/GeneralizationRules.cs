namespace TrainingDoctor.Rules.Generalization;

/// <summary>The rules about generalisation.</summary>
public static class GeneralizationRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<OverfittingOptions>(Overfitting.Metadata, options => new Overfitting(options)),
    ];
}
