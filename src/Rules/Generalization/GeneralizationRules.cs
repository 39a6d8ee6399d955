namespace TrainingDoctor.Rules.Generalization;

/// <summary>The rules about generalisation.</summary>
public static class GeneralizationRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<OverfittingOptions>(Overfitting.Metadata, options => new Overfitting(options)),
        RuleEntry.Of<UnderfittingOptions>(Underfitting.Metadata, options => new Underfitting(options)),
        RuleEntry.Of<SuspiciousValidationOptions>(SuspiciousValidation.Metadata, options => new SuspiciousValidation(options)),
        RuleEntry.Of<OvertrainingOptions>(Overtraining.Metadata, options => new Overtraining(options)),
        RuleEntry.Of<NoisyValidationOptions>(NoisyValidation.Metadata, options => new NoisyValidation(options)),
        RuleEntry.Of<WrongModeOptions>(WrongMode.Metadata, options => new WrongMode(options)),
        RuleEntry.Of<MismatchedValidationDataOptions>(MismatchedValidationData.Metadata, options => new MismatchedValidationData(options)),
        RuleEntry.Of<ValidationAtChanceOptions>(ValidationAtChance.Metadata, options => new ValidationAtChance(options)),
        RuleEntry.Of<UntrainedValidationWeightsOptions>(UntrainedValidationWeights.Metadata, options => new UntrainedValidationWeights(options)),
        RuleEntry.Of<UnsettledStatisticsOptions>(UnsettledStatistics.Metadata, options => new UnsettledStatistics(options)),
        RuleEntry.Of<ContradictoryScoreOptions>(ContradictoryScore.Metadata, options => new ContradictoryScore(options)),
        RuleEntry.Of<ReversedObjectiveOptions>(ReversedObjective.Metadata, options => new ReversedObjective(options)),
        RuleEntry.Of<MismatchedClassesOptions>(MismatchedClasses.Metadata, options => new MismatchedClasses(options)),
        RuleEntry.Of<MismatchedValidationOutputOptions>(MismatchedValidationOutput.Metadata, options => new MismatchedValidationOutput(options)),
    ];
}
