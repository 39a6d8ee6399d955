namespace TrainingDoctor.Rules.Structure;

/// <summary>The rules about structure.</summary>
public static class StructureRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
    ];
}
