namespace TrainingDoctor.Rules.Optimization;

/// <summary>The rules about weights and their updates.</summary>
public static class OptimizationRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<OversizedUpdateOptions>(OversizedUpdate.Metadata, options => new OversizedUpdate(options)),
        RuleEntry.Of<UndersizedUpdateOptions>(UndersizedUpdate.Metadata, options => new UndersizedUpdate(options)),
        RuleEntry.Of<UnchangedWeightsOptions>(UnchangedWeights.Metadata, options => new UnchangedWeights(options)),
        RuleEntry.Of<NonFiniteWeightsOptions>(NonFiniteWeights.Metadata, options => new NonFiniteWeights(options)),
        RuleEntry.Of<ExplodingWeightsOptions>(ExplodingWeights.Metadata, options => new ExplodingWeights(options)),
        RuleEntry.Of<DegenerateLearningRateOptions>(DegenerateLearningRate.Metadata, options => new DegenerateLearningRate(options)),
        RuleEntry.Of<SymmetricUnitsOptions>(SymmetricUnits.Metadata, options => new SymmetricUnits(options)),
        RuleEntry.Of<PoorInitializationOptions>(PoorInitialization.Metadata, options => new PoorInitialization(options)),
        RuleEntry.Of<DominantRegularizationOptions>(DominantRegularization.Metadata, options => new DominantRegularization(options)),
        RuleEntry.Of<ExtremeOptimizerSettingOptions>(ExtremeOptimizerSetting.Metadata, options => new ExtremeOptimizerSetting(options)),
    ];
}
