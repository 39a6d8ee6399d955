namespace TrainingDoctor.Rules.Tasks;

/// <summary>The rules on what only particular kinds of training show.</summary>
public static class TaskRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<RewardStagnationOptions>(RewardStagnation.Metadata, options => new RewardStagnation(options)),
        RuleEntry.Of<RewardCollapseOptions>(RewardCollapse.Metadata, options => new RewardCollapse(options)),
        RuleEntry.Of<PolicyDriftOptions>(PolicyDrift.Metadata, options => new PolicyDrift(options)),
        RuleEntry.Of<EntropyCollapseOptions>(EntropyCollapse.Metadata, options => new EntropyCollapse(options)),
        RuleEntry.Of<NoAdvantageSignalOptions>(NoAdvantageSignal.Metadata, options => new NoAdvantageSignal(options)),
        RuleEntry.Of<RewardHackingOptions>(RewardHacking.Metadata, options => new RewardHacking(options)),
        RuleEntry.Of<ResponseLengthDriftOptions>(ResponseLengthDrift.Metadata, options => new ResponseLengthDrift(options)),
        RuleEntry.Of<ClippedUpdatesOptions>(ClippedUpdates.Metadata, options => new ClippedUpdates(options)),
        RuleEntry.Of<ValueFunctionFailureOptions>(ValueFunctionFailure.Metadata, options => new ValueFunctionFailure(options)),
        RuleEntry.Of<LikelihoodDisplacementOptions>(LikelihoodDisplacement.Metadata, options => new LikelihoodDisplacement(options)),
        RuleEntry.Of<PreferenceSaturationOptions>(PreferenceSaturation.Metadata, options => new PreferenceSaturation(options)),
        RuleEntry.Of<AdversarialImbalanceOptions>(AdversarialImbalance.Metadata, options => new AdversarialImbalance(options)),
        RuleEntry.Of<ModeCollapseOptions>(ModeCollapse.Metadata, options => new ModeCollapse(options)),
        RuleEntry.Of<RepresentationCollapseOptions>(RepresentationCollapse.Metadata, options => new RepresentationCollapse(options)),
        RuleEntry.Of<ExpertImbalanceOptions>(ExpertImbalance.Metadata, options => new ExpertImbalance(options)),
        RuleEntry.Of<SkippedStepsOptions>(SkippedSteps.Metadata, options => new SkippedSteps(options)),
    ];
}
