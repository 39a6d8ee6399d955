namespace TrainingDoctor;

/// <summary>The kinds of change that a remedy consists of.</summary>
public enum RemedyActionKind
{
    /// <summary>Put another activation function in place of the present one: layers, from, to.</summary>
    ReplaceActivation,

    /// <summary>Draw weights anew: layers, scheme.</summary>
    Reinitialize,

    /// <summary>Multiply the learning rate: factor.</summary>
    ScaleLearningRate,

    /// <summary>Set the learning rate: value.</summary>
    SetLearningRate,

    /// <summary>Raise the learning rate from a lower to an upper bound within a few steps, and take the largest at which the loss still falls: minimum, maximum, steps.</summary>
    TestLearningRates,

    /// <summary>Raise the learning rate from near zero over the first steps: steps.</summary>
    AddWarmup,

    /// <summary>Limit the L2 norm of all gradients together: maxNorm.</summary>
    ClipGradientNorm,

    /// <summary>Insert normalisation after layers: layers, type.</summary>
    AddNormalization,

    /// <summary>Take normalisation out: layers.</summary>
    RemoveNormalization,

    /// <summary>Add a skip connection around layers: layers.</summary>
    AddResidual,

    /// <summary>Change the last activation: to.</summary>
    ChangeOutputActivation,

    /// <summary>Change the loss: to.</summary>
    ChangeLoss,

    /// <summary>Bring inputs or targets to unit scale: method.</summary>
    ScaleInputs,

    /// <summary>Remove or repair damaged samples.</summary>
    CleanData,

    /// <summary>Shuffle the samples every epoch.</summary>
    ShuffleData,

    /// <summary>Weight or resample the classes.</summary>
    BalanceClasses,

    /// <summary>Clear gradients before every backward pass.</summary>
    ZeroGradients,

    /// <summary>Let the optimizer step after every backward pass.</summary>
    StepOptimizer,

    /// <summary>Register layers, or give the optimizer the missing parameters: layers.</summary>
    RegisterParameters,

    /// <summary>Switch requires_grad on: layers.</summary>
    Unfreeze,

    /// <summary>Change the number of samples per step: value, or factor.</summary>
    ChangeBatchSize,

    /// <summary>Change the optimizer: to, and as value the learning rate that goes with it.</summary>
    ChangeOptimizer,

    /// <summary>Add dropout: rate.</summary>
    AddDropout,

    /// <summary>Take dropout out, or lower it: layers, rate.</summary>
    RemoveDropout,

    /// <summary>Set weight decay: value.</summary>
    AddWeightDecay,

    /// <summary>Make the model smaller.</summary>
    ReduceCapacity,

    /// <summary>Make the model larger.</summary>
    IncreaseCapacity,

    /// <summary>Stop at an epoch and keep its weights: epoch.</summary>
    StopEarly,

    /// <summary>Train for more steps.</summary>
    TrainLonger,

    /// <summary>Go back to the weights of a step: step.</summary>
    ResumeFrom,

    /// <summary>Call eval() before validation and train() after it.</summary>
    SetEvaluationMode,

    /// <summary>Call layers with call(x) instead of forward(x), so that hooks fire: layers.</summary>
    CallModulesWithCall,

    /// <summary>Bring the axes, types and devices of tensors to what a layer reads: layers.</summary>
    FixLayout,

    /// <summary>Keep attention from seeing later places.</summary>
    AddCausalMask,

    /// <summary>Turn the padding mask of attention round: layers.</summary>
    InvertMask,

    /// <summary>Change a setting of the training by its own name: to, and value or factor.</summary>
    ChangeSetting,

    /// <summary>Compute in another precision: to (bf16, fp32).</summary>
    ChangePrecision,

    /// <summary>See that every sample has labels that count, neither masked nor cut off.</summary>
    UnmaskLabels,

    /// <summary>Look at a batch as the model is given it.</summary>
    InspectData,

    /// <summary>Set the run against one that went well.</summary>
    CompareRuns,

    /// <summary>Read and prepare the next batches while the model works on the present one.</summary>
    LoadDataAhead,

    /// <summary>Give back the memory of what a step makes when the step is over.</summary>
    DisposeTensors,

    /// <summary>Keep losses and outputs of past steps as numbers, without their graphs.</summary>
    DetachKept,
}

/// <summary>One change, machine-readable: its kind and the parameters that this kind has; the others are null.</summary>
public sealed record RemedyAction
{
    /// <summary>The <see cref="Method"/> of a learning rate that holds for the whole run, whatever the program's schedule says.</summary>
    public const string Constant = "constant";

    /// <summary>Gets what to do.</summary>
    public required RemedyActionKind Kind { get; init; }

    /// <summary>Gets the layers or parameters to do it to.</summary>
    public IReadOnlyList<string>? Layers { get; init; }

    /// <summary>Gets what is there now (activation).</summary>
    public string? From { get; init; }

    /// <summary>Gets what should be there (activation, loss, optimizer), or the name of the setting to change.</summary>
    public string? To { get; init; }

    /// <summary>Gets the initialisation: <c>he</c>, <c>xavier</c>, <c>orthogonal</c>, <c>default</c>, <c>dead-units</c>.</summary>
    public string? Scheme { get; init; }

    /// <summary>Gets the factor to multiply by.</summary>
    public double? Factor { get; init; }

    /// <summary>Gets the value to set (learning rate, weight decay, batch size), or the learning rate that a new optimizer starts with.</summary>
    public double? Value { get; init; }

    /// <summary>Gets the lower bound of a range (learning rates to test).</summary>
    public double? Minimum { get; init; }

    /// <summary>Gets the upper bound of a range (learning rates to test).</summary>
    public double? Maximum { get; init; }

    /// <summary>Gets a number of steps (warm-up, range test).</summary>
    public long? Steps { get; init; }

    /// <summary>Gets the largest allowed gradient norm.</summary>
    public double? MaxNorm { get; init; }

    /// <summary>Gets the type of normalisation, e.g. <c>LayerNorm</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Gets the method: of scaling, e.g. <c>standardize</c>; of a learning rate, <see cref="Constant"/> where it takes the place of the schedule too; of a batch size, <c>rollout</c> where it is how much one update of a policy is computed from.</summary>
    public string? Method { get; init; }

    /// <summary>Gets a share (dropout), from 0 to 1.</summary>
    public double? Rate { get; init; }

    /// <summary>Gets an epoch to stop at.</summary>
    public double? Epoch { get; init; }

    /// <summary>Gets a step to go back to.</summary>
    public long? Step { get; init; }
}
