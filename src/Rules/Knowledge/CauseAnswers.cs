using static TrainingDoctor.RemedyActionKind;

namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Knows which changes answer which cause: a report names the likeliest cause and the first remedy in one breath, so that the one must answer the other.</summary>
internal static class CauseAnswers
{
    private static readonly Dictionary<Cause, RemedyActionKind[]> Kinds = new()
    {
        [Cause.LearningRateTooHigh] = [ScaleLearningRate, SetLearningRate, TestLearningRates, AddWarmup, ClipGradientNorm],
        [Cause.LearningRateTooLow] = [ScaleLearningRate, SetLearningRate, TestLearningRates, AddWarmup, TrainLonger],
        [Cause.DyingRelu] = [ReplaceActivation, Reinitialize],
        [Cause.SaturatingActivation] = [ReplaceActivation, AddNormalization],
        [Cause.AsymmetricActivation] = [ReplaceActivation, AddNormalization],
        [Cause.PoorInitialization] = [Reinitialize],
        [Cause.MissingNormalization] = [AddNormalization],
        [Cause.TooDeepWithoutSkip] = [AddResidual],
        [Cause.WrongOutputActivation] = [ChangeOutputActivation, ReplaceActivation],
        [Cause.WrongLoss] = [ChangeLoss, ChangeSetting],
        [Cause.UnscaledData] = [ScaleInputs, AddNormalization],
        [Cause.CorruptData] = [CleanData, UnmaskLabels],
        [Cause.LabelError] = [CleanData, UnmaskLabels, InspectData],
        [Cause.ClassImbalance] = [BalanceClasses],
        [Cause.MissingZeroGrad] = [ZeroGradients],
        [Cause.DetachedGraph] = [Unfreeze, ChangeSetting],
        [Cause.FrozenParameters] = [Unfreeze],
        [Cause.WrongOptimizerParameters] = [RegisterParameters, ResumeFrom],
        [Cause.BatchTooSmall] = [ChangeBatchSize, RemoveNormalization],
        [Cause.BatchTooLarge] = [ChangeBatchSize],
        [Cause.OverCapacity] = [ReduceCapacity, AddDropout, AddWeightDecay, StopEarly],
        [Cause.UnderCapacity] = [IncreaseCapacity],
        [Cause.MissingRegularization] = [AddDropout, AddWeightDecay, StopEarly],
        [Cause.ExcessiveRegularization] = [AddWeightDecay, RemoveDropout, RemoveNormalization, ChangeLoss],
        [Cause.TooManyEpochs] = [StopEarly],
        [Cause.TooFewEpochs] = [TrainLonger],
        [Cause.NumericOverflow] = [ChangePrecision, ChangeLoss, UnmaskLabels],
        [Cause.MissingNonlinearity] = [ReplaceActivation],
        [Cause.EvaluationMode] = [SetEvaluationMode],
        [Cause.DataLeak] = [CleanData],
        [Cause.DataOrder] = [ShuffleData],
        [Cause.OptimizerMismatch] = [ChangeOptimizer],
        [Cause.SwappedAxes] = [FixLayout, CleanData],
        [Cause.MissingCausalMask] = [AddCausalMask],
        [Cause.InvertedPaddingMask] = [InvertMask],
        [Cause.MismatchedPreprocessing] = [ScaleInputs],
        [Cause.MismatchedClasses] = [CleanData],
        [Cause.StaleWeights] = [SetEvaluationMode],
        [Cause.StaleStatistics] = [AddNormalization],
        [Cause.InsufficientPrecision] = [ChangePrecision],
        [Cause.ExcessiveClipping] = [ClipGradientNorm],
        [Cause.MisplacedZeroGrad] = [ZeroGradients],
        [Cause.WeakPolicyConstraint] = [ChangeSetting],
        [Cause.UninformativeReward] = [CleanData, ChangeSetting],
        [Cause.MisspecifiedReward] = [ChangeSetting],
        [Cause.InsufficientExploration] = [ChangeSetting],
        [Cause.TightLengthLimit] = [ChangeSetting],
        [Cause.UnbalancedNetworks] = [ChangeSetting],
        [Cause.SeparablePairs] = [CleanData],
        [Cause.MissingLoadBalancing] = [ChangeSetting],
        [Cause.UnstableValueFunction] = [ScaleInputs, ChangeSetting],
        [Cause.SlowDataLoading] = [LoadDataAhead, InspectData],
        [Cause.UndisposedTensors] = [DisposeTensors],
        [Cause.GrowingWork] = [DetachKept],
    };

    /// <summary>Tells whether a remedy answers a cause.</summary>
    /// <param name="remedy">The remedy.</param>
    /// <param name="cause">The cause.</param>
    public static bool Answers(Remedy remedy, Cause cause) => remedy.Actions.Any(action => Kinds[cause].Contains(action.Kind));

    /// <summary>Puts the first remedy that answers a cause before the others, which keep their order.</summary>
    /// <param name="cause">The likeliest cause.</param>
    /// <param name="remedies">The remedies; unchanged where none of them answers it.</param>
    public static IReadOnlyList<Remedy> First(Cause cause, IReadOnlyList<Remedy> remedies) =>
        remedies.FirstOrDefault(remedy => Answers(remedy, cause)) is { } answer ? [answer, .. remedies.Where(remedy => remedy != answer)] : remedies;

    /// <summary>Puts all remedies that answer a cause before the others, both in their order: a framework may not offer the first.</summary>
    /// <param name="cause">The likeliest cause.</param>
    /// <param name="remedies">The remedies.</param>
    public static IReadOnlyList<Remedy> Ahead(Cause cause, IEnumerable<Remedy> remedies) => [.. remedies.OrderByDescending(remedy => Answers(remedy, cause))];
}
