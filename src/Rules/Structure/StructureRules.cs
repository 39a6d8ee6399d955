namespace TrainingDoctor.Rules.Structure;

/// <summary>The rules about structure.</summary>
public static class StructureRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<OutputLossMismatchOptions>(OutputLossMismatch.Metadata, options => new OutputLossMismatch(options)),
        RuleEntry.Of<MissingNonlinearityOptions>(MissingNonlinearity.Metadata, options => new MissingNonlinearity(options)),
        RuleEntry.Of<InitializationMismatchOptions>(InitializationMismatch.Metadata, options => new InitializationMismatch(options)),
        RuleEntry.Of<UnregisteredParametersOptions>(UnregisteredParameters.Metadata, options => new UnregisteredParameters(options)),
        RuleEntry.Of<DeepSaturatingStackOptions>(DeepSaturatingStack.Metadata, options => new DeepSaturatingStack(options)),
        RuleEntry.Of<RedundantNormalizationOptions>(RedundantNormalization.Metadata, options => new RedundantNormalization(options)),
        RuleEntry.Of<BatchNormTinyBatchOptions>(BatchNormTinyBatch.Metadata, options => new BatchNormTinyBatch(options)),
        RuleEntry.Of<MisplacedDropoutOptions>(MisplacedDropout.Metadata, options => new MisplacedDropout(options)),
        RuleEntry.Of<SumReducedLossOptions>(SumReducedLoss.Metadata, options => new SumReducedLoss(options)),
        RuleEntry.Of<MisplacedSoftmaxOptions>(MisplacedSoftmax.Metadata, options => new MisplacedSoftmax(options)),
        RuleEntry.Of<SwappedAxesOptions>(SwappedAxes.Metadata, options => new SwappedAxes(options)),
        RuleEntry.Of<PosteriorCollapseOptions>(PosteriorCollapse.Metadata, options => new PosteriorCollapse(options)),
        RuleEntry.Of<CollapsedEmbeddingOptions>(CollapsedEmbedding.Metadata, options => new CollapsedEmbedding(options)),
        RuleEntry.Of<IdleHeadsOptions>(IdleHeads.Metadata, options => new IdleHeads(options)),
        RuleEntry.Of<MixedSamplesOptions>(MixedSamples.Metadata, options => new MixedSamples(options)),
        RuleEntry.Of<VisibleAnswerOptions>(VisibleAnswer.Metadata, options => new VisibleAnswer(options)),
        RuleEntry.Of<UnlearnableBatchOptions>(UnlearnableBatch.Metadata, options => new UnlearnableBatch(options)),
        RuleEntry.Of<MisfitPartOptions>(MisfitPart.Metadata, options => new MisfitPart(options)),
        RuleEntry.Of<InvertedPaddingMaskOptions>(InvertedPaddingMask.Metadata, options => new InvertedPaddingMask(options)),
    ];
}
