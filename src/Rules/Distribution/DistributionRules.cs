namespace TrainingDoctor.Rules.Distribution;

/// <summary>The rules about distributed training.</summary>
public static class DistributionRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<RankDivergenceOptions>(RankDivergence.Metadata, options => new RankDivergence(options)),
        RuleEntry.Of<StragglingRankOptions>(StragglingRank.Metadata, options => new StragglingRank(options)),
    ];
}
