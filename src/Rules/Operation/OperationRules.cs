namespace TrainingDoctor.Rules.Operation;

/// <summary>The rules about how runs are operated: what they need, and what one's own runs usually do.</summary>
public static class OperationRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<DataStarvedOptions>(DataStarved.Metadata, options => new DataStarved(options)),
        RuleEntry.Of<GrowingMemoryOptions>(GrowingMemory.Metadata, options => new GrowingMemory(options)),
        RuleEntry.Of<SlowingStepsOptions>(SlowingSteps.Metadata, options => new SlowingSteps(options)),
        RuleEntry.Of<OutsideLearntNormalityOptions>(OutsideLearntNormality.Metadata, options => new OutsideLearntNormality(options)),
    ];
}
