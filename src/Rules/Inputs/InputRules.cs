namespace TrainingDoctor.Rules.Inputs;

/// <summary>The rules about inputs and targets.</summary>
public static class InputRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
    ];
}
