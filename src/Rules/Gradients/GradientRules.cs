namespace TrainingDoctor.Rules.Gradients;

/// <summary>The rules about gradients.</summary>
public static class GradientRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
    ];
}
