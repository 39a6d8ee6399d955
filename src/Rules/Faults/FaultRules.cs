namespace TrainingDoctor.Rules.Faults;

/// <summary>The rules about the diagnosis itself: what it could not see.</summary>
public static class FaultRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<RuleFailedOptions>(RuleFailed.Metadata, options => new RuleFailed(options)),
        RuleEntry.Of<LayerNotObservedOptions>(LayerNotObserved.Metadata, options => new LayerNotObserved(options)),
        RuleEntry.Of<DamagedLogOptions>(DamagedLog.Metadata, options => new DamagedLog(options)),
    ];
}
