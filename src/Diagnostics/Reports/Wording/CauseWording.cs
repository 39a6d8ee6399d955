namespace TrainingDoctor.Reports;

/// <summary>The causes in words, for people.</summary>
internal static class CauseWording
{
    /// <summary>Returns a cause in words.</summary>
    /// <param name="cause">The cause.</param>
    public static Text Of(Cause cause) => cause switch
    {
        Cause.LearningRateTooHigh => $"learning rate too high",
        Cause.LearningRateTooLow => $"learning rate too low",
        Cause.DyingRelu => $"dying ReLU units",
        Cause.SaturatingActivation => $"saturating activation",
        Cause.AsymmetricActivation => $"activation not centred at zero",
        Cause.PoorInitialization => $"poor initialisation",
        Cause.MissingNormalization => $"missing normalisation",
        Cause.TooDeepWithoutSkip => $"too deep without skip connections",
        Cause.WrongOutputActivation => $"wrong output activation",
        Cause.WrongLoss => $"wrong loss function",
        Cause.UnscaledData => $"unscaled data",
        Cause.CorruptData => $"corrupt data",
        Cause.LabelError => $"wrong labels",
        Cause.ClassImbalance => $"class imbalance",
        Cause.MissingZeroGrad => $"gradients not cleared between steps",
        Cause.DetachedGraph => $"loss detached from the parameters",
        Cause.FrozenParameters => $"frozen parameters",
        Cause.WrongOptimizerParameters => $"optimizer holds the wrong parameters",
        Cause.BatchTooSmall => $"batch too small",
        Cause.BatchTooLarge => $"batch too large",
        Cause.OverCapacity => $"model too large for the data",
        Cause.UnderCapacity => $"model too small for the task",
        Cause.MissingRegularization => $"missing regularisation",
        Cause.ExcessiveRegularization => $"too much regularisation",
        Cause.TooManyEpochs => $"too many epochs",
        Cause.TooFewEpochs => $"too few epochs",
        Cause.NumericOverflow => $"numeric overflow",
        Cause.MissingNonlinearity => $"missing nonlinearity",
        Cause.EvaluationMode => $"training and evaluation mode mixed up",
        Cause.DataLeak => $"validation data known to the training",
        Cause.DataOrder => $"misleading order of the data",
        Cause.OptimizerMismatch => $"unsuitable optimizer or settings",
        Cause.SwappedAxes => $"axes in the wrong order",
        Cause.MissingCausalMask => $"missing causal mask",
        Cause.MismatchedPreprocessing => $"validation data prepared in another way",
        Cause.StaleWeights => $"other weights evaluated than trained",
        Cause.StaleStatistics => $"running statistics still near their start values",
        Cause.InsufficientPrecision => $"steps too small for the element type",
        Cause.ExcessiveClipping => $"gradients cut too short",
        Cause.MisplacedZeroGrad => $"gradients cleared before the step",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, "The cause has no wording."),
    };
}
