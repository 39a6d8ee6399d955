namespace TrainingDoctor;

/// <summary>What may lie behind a symptom.</summary>
public enum Cause
{
    /// <summary>Steps are too large.</summary>
    LearningRateTooHigh,

    /// <summary>Steps are too small.</summary>
    LearningRateTooLow,

    /// <summary>Rectified units that only ever see negative inputs.</summary>
    DyingRelu,

    /// <summary>Sigmoid-like functions at their flat ends.</summary>
    SaturatingActivation,

    /// <summary>Activations whose outputs are not centred at zero.</summary>
    AsymmetricActivation,

    /// <summary>Initial weights of the wrong scale or without variety.</summary>
    PoorInitialization,

    /// <summary>No normalisation where depth needs it.</summary>
    MissingNormalization,

    /// <summary>Depth without skip connections.</summary>
    TooDeepWithoutSkip,

    /// <summary>The last activation does not fit task and loss.</summary>
    WrongOutputActivation,

    /// <summary>The loss does not fit the task.</summary>
    WrongLoss,

    /// <summary>Inputs or targets far from unit scale.</summary>
    UnscaledData,

    /// <summary>NaN, infinite or otherwise damaged data.</summary>
    CorruptData,

    /// <summary>Wrong labels.</summary>
    LabelError,

    /// <summary>Some classes are far more frequent than others.</summary>
    ClassImbalance,

    /// <summary>Gradients are not cleared between steps.</summary>
    MissingZeroGrad,

    /// <summary>The loss does not depend on the parameters through autograd.</summary>
    DetachedGraph,

    /// <summary>Parameters with requires_grad off.</summary>
    FrozenParameters,

    /// <summary>The optimizer holds other parameters than the model's.</summary>
    WrongOptimizerParameters,

    /// <summary>Batches too small for a stable gradient or batch statistics.</summary>
    BatchTooSmall,

    /// <summary>Batches too large for the number of steps.</summary>
    BatchTooLarge,

    /// <summary>The model can memorise its data.</summary>
    OverCapacity,

    /// <summary>The model cannot represent the task.</summary>
    UnderCapacity,

    /// <summary>Nothing holds the model back from memorising.</summary>
    MissingRegularization,

    /// <summary>Penalties outweigh the data.</summary>
    ExcessiveRegularization,

    /// <summary>Training went on after the best point.</summary>
    TooManyEpochs,

    /// <summary>Training stopped before it was done.</summary>
    TooFewEpochs,

    /// <summary>Numbers beyond the range of their type, or functions outside their domain.</summary>
    NumericOverflow,

    /// <summary>Linear layers with nothing between.</summary>
    MissingNonlinearity,

    /// <summary>Training and evaluation mode mixed up.</summary>
    EvaluationMode,

    /// <summary>Validation data known to the training.</summary>
    DataLeak,

    /// <summary>Samples in an order that misleads training.</summary>
    DataOrder,

    /// <summary>The optimizer or its settings do not fit.</summary>
    OptimizerMismatch,

    /// <summary>Axes in another order than the layer reads them, or a reshape where a transpose was meant.</summary>
    SwappedAxes,

    /// <summary>Nothing keeps the model from seeing later parts of the sequence.</summary>
    MissingCausalMask,

    /// <summary>A mask marks the tokens where padding is to be marked.</summary>
    InvertedPaddingMask,

    /// <summary>Data are prepared in one way for training and in another for validation.</summary>
    MismatchedPreprocessing,

    /// <summary>Validation has other classes than training, or other numbers for them.</summary>
    MismatchedClasses,

    /// <summary>The weights that are evaluated are not those that are trained.</summary>
    StaleWeights,

    /// <summary>Running statistics of a normalisation that have hardly left their start values.</summary>
    StaleStatistics,

    /// <summary>Changes smaller than the element type can hold.</summary>
    InsufficientPrecision,

    /// <summary>Gradients are cut to a norm at which nothing moves.</summary>
    ExcessiveClipping,

    /// <summary>Gradients are cleared between the backward pass and the step.</summary>
    MisplacedZeroGrad,

    /// <summary>The policy may go too far from its reference, or too far in one update.</summary>
    WeakPolicyConstraint,

    /// <summary>The reward tells good answers from bad ones too seldom.</summary>
    UninformativeReward,

    /// <summary>The reward pays for something else than what is wanted.</summary>
    MisspecifiedReward,

    /// <summary>The policy tries too little that is new.</summary>
    InsufficientExploration,

    /// <summary>Answers end at the length limit instead of by themselves.</summary>
    TightLengthLimit,

    /// <summary>One of two networks is too strong for the other.</summary>
    UnbalancedNetworks,

    /// <summary>Pairs that are too easy to tell apart.</summary>
    SeparablePairs,

    /// <summary>Nothing keeps the router from choosing the same experts.</summary>
    MissingLoadBalancing,

    /// <summary>The value function does not follow the returns.</summary>
    UnstableValueFunction,

    /// <summary>Batches are ready later than the model could take them.</summary>
    SlowDataLoading,

    /// <summary>Tensors that nobody disposes of pile up.</summary>
    UndisposedTensors,

    /// <summary>Each step does more than the one before it: lists, graphs or logs that grow.</summary>
    GrowingWork,
}

/// <summary>A cause with how likely it is, given the evidence of this run.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Likelihood">From 0 to 1; the likelihoods of one finding sum to at most 1.</param>
public sealed record CauseLikelihood(Cause Cause, double Likelihood)
{
    /// <summary>Gets what was measured for and against it in this run; empty where nothing that was measured tells.</summary>
    public IReadOnlyList<CauseEvidence> Evidence { get; init; } = [];
}

/// <summary>One number that speaks for a cause or against it.</summary>
/// <param name="Evidence">The number beside its limit.</param>
/// <param name="IsFor">Whether it speaks for the cause.</param>
public sealed record CauseEvidence(Evidence Evidence, bool IsFor)
{
    /// <summary>Gets a value indicating whether the cause cannot be when this holds.</summary>
    public bool IsDecisive { get; init; }
}
