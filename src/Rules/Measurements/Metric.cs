namespace TrainingDoctor;

/// <summary>What a measurement measures. A closed vocabulary; units and meanings are in <see cref="MetricCatalog"/>.</summary>
public enum Metric
{
    /// <summary>Training loss of the step, or its mean since the last logged step.</summary>
    Loss,

    /// <summary>Training accuracy or another score where higher is better.</summary>
    Accuracy,

    /// <summary>Training error or another score where lower is better.</summary>
    Error,

    /// <summary>Loss on data not trained on.</summary>
    ValidationLoss,

    /// <summary>Validation accuracy or another score where higher is better.</summary>
    ValidationAccuracy,

    /// <summary>Validation error or another score where lower is better.</summary>
    ValidationError,

    /// <summary>Learning rate of the first parameter group.</summary>
    LearningRate,

    /// <summary>Epochs finished, fractions allowed.</summary>
    Epoch,

    /// <summary>Samples in the step's batch.</summary>
    BatchSize,

    /// <summary>L2 norm of all gradients together.</summary>
    GlobalGradientNorm,

    /// <summary>L2 norm of all parameters together.</summary>
    GlobalWeightNorm,

    /// <summary>L2 norm of the step's change of all parameters over their L2 norm before it.</summary>
    GlobalUpdateRatio,

    /// <summary>Loss scale of mixed-precision training.</summary>
    LossScale,

    /// <summary>Optimizer steps skipped since the last report, because of overflow.</summary>
    SkippedSteps,

    /// <summary>Reward of reinforcement learning.</summary>
    Reward,

    /// <summary>L2 norm of the weight-decay gradient over the L2 norm of the data's gradient.</summary>
    RegularizationGradientRatio,

    /// <summary>Whether the gradient that the optimizer had moved the weights with still lay there when the next backward pass began.</summary>
    GradientKept,

    /// <summary>Share of the step's backward passes whose gradients were cleared before the optimizer used them, with the weights as they were.</summary>
    GradientLost,

    /// <summary>How the loss scales with the batch size: log(loss ratio) over log(batch-size ratio); 0 for a mean, 1 for a sum.</summary>
    BatchLossRatio,

    /// <summary>Mean of the batch fed to the first layer.</summary>
    InputMean,

    /// <summary>Standard deviation of the batch fed to the first layer.</summary>
    InputStandardDeviation,

    /// <summary>Largest finite magnitude in the batch.</summary>
    InputAbsoluteMaximum,

    /// <summary>NaN and infinite elements in the batch.</summary>
    InputNonFiniteCount,

    /// <summary>Share of features that do not vary within the batch.</summary>
    InputConstantFraction,

    /// <summary>Largest over smallest standard deviation of the varying features.</summary>
    InputFeatureScaleRatio,

    /// <summary>1 when the batch equals the batch before it, else 0.</summary>
    InputIdenticalBatch,

    /// <summary>Share of the rows evaluated for a validation that were trained on before.</summary>
    ValidationOverlap,

    /// <summary>Mean of the batch's targets.</summary>
    TargetMean,

    /// <summary>Standard deviation of the batch's targets.</summary>
    TargetStandardDeviation,

    /// <summary>Smallest target of the batch.</summary>
    TargetMinimum,

    /// <summary>Largest target of the batch.</summary>
    TargetMaximum,

    /// <summary>NaN and infinite targets in the batch.</summary>
    TargetNonFiniteCount,

    /// <summary>Targets outside what output and loss allow, e.g. a class index beyond the last class.</summary>
    TargetInvalidCount,

    /// <summary>1 when target and output have different shapes that broadcast to a larger one, else 0.</summary>
    TargetBroadcast,

    /// <summary>Distinct classes seen so far.</summary>
    TargetClassCount,

    /// <summary>Share of the most frequent class among all targets so far.</summary>
    TargetMajorityFraction,

    /// <summary>Share of the least frequent class among all targets so far.</summary>
    TargetMinorityFraction,

    /// <summary>Share of consecutive targets within the batch that are equal; compare with what shuffling would give.</summary>
    TargetSortedFraction,

    /// <summary>1 when all targets of the batch are of one class, else 0.</summary>
    TargetSingleClassBatch,

    /// <summary>Which of the usual losses gives the loss of the step from output and target, by its number in the list of kinds; -1 when none does.</summary>
    RecognizedLoss,

    /// <summary>How the recognised loss is reduced: 0 for a mean, 1 for a sum, 2 for a sum per sample, 3 for a part of the mean, 4 for a mean added to all before, -1 for a mean with the opposite sign.</summary>
    RecognizedReduction,

    /// <summary>1 when only output and target broadcast against each other give the loss of the step, 0 when they do element by element.</summary>
    RecognizedBroadcast,

    /// <summary>1 when the loss of the step was computed of outputs that were reshaped where axes should have been exchanged, else 0.</summary>
    RecognizedRegrouping,

    /// <summary>Share of the loss of the step that the cross entropy of output and target does not explain, where no usual loss does.</summary>
    RecognizedRemainder,

    /// <summary>1 when the recognised loss was given the softmax or sigmoid of the output, which it takes itself, else 0.</summary>
    RecognizedActivation,

    /// <summary>What the outputs that are compared are: 0 for numbers of any kind, 1 for shares that sum to 1, 2 for logarithms of such shares.</summary>
    ComparedForm,

    /// <summary>The dimension over which the outputs that are compared are shares or logarithms of shares: 0 for that of the samples.</summary>
    ComparedDimension,

    /// <summary>Share of what a loss of overlaps compares with masks that lies outside 0 to 1.</summary>
    ComparedOutsideFraction,

    /// <summary>Correlation of the outputs of a validation with the targets that they are compared with.</summary>
    ValidationTargetCorrelation,

    /// <summary>Correlation of the outputs with the targets that they are compared with, over all elements of the batch.</summary>
    OutputTargetCorrelation,

    /// <summary>Share of class indices that the loss leaves out.</summary>
    TargetIgnoredFraction,

    /// <summary>Share of target rows of zeros and ones that hold more than a single one.</summary>
    TargetMultipleFraction,

    /// <summary>By how many places the targets of a sequence lie ahead of its inputs: 1 for the next token, 0 for a copy.</summary>
    TargetShift,

    /// <summary>Largest magnitude of the correlation between the target and one feature within the batch.</summary>
    TargetFeatureCorrelation,

    /// <summary>Share of the targets that count in the loss and only fill rows up.</summary>
    TargetPaddingFraction,

    /// <summary>Share of the rows that end early whose last target is the most frequent one.</summary>
    TargetEndAgreement,

    /// <summary>Calls of the model without gradients since the last validation.</summary>
    ValidationPassCount,

    /// <summary>Distance of the mean inputs of a validation from those of the training, in standard deviations of each feature, beyond what chance gives.</summary>
    ValidationInputShift,

    /// <summary>Standard deviation of the inputs of a validation over that of the training.</summary>
    ValidationInputScale,

    /// <summary>Distance of the mean target of a validation from that of the training, in standard deviations, beyond what chance gives.</summary>
    ValidationTargetShift,

    /// <summary>Share of the class indices of a validation whose class training never had, although by its share it should have been there twenty times.</summary>
    ValidationUnknownClassFraction,

    /// <summary>Share of the class indices of a validation that the model answered.</summary>
    ValidationAgreement,

    /// <summary>The same share once the model's classes are renamed one to one so that it is largest.</summary>
    ValidationRenamedAgreement,

    /// <summary>What the outputs of a validation are: 0 for numbers of any kind, 1 for shares that sum to 1, 2 for logarithms of such shares, 3 for numbers from 0 to 1.</summary>
    ValidationForm,

    /// <summary>How far the weights that were validated have come on the way of those that are trained: 0 for those of the start, 1 for those of now.</summary>
    EvaluatedWeightProgress,

    /// <summary>Share of the samples of a connectionist temporal classification whose target does not fit into the places of their output.</summary>
    TargetOverlongFraction,

    /// <summary>Share of the tokens in the targets of a connectionist temporal classification that are its blank.</summary>
    TargetBlankFraction,

    /// <summary>Class labels among the targets of the step that count: one a sample, one a place of a sequence or one a pixel.</summary>
    TargetLabelCount,

    /// <summary>What each target row sums to, where the rows are as wide as the outputs, hold shares and all sum to the same.</summary>
    TargetRowSum,

    /// <summary>Share of the rows of a batch that equal an earlier row of it, where their values are of a kind that does not repeat by nature.</summary>
    InputDuplicateFraction,

    /// <summary>Share of those rows whose target differs from that of the first such row.</summary>
    ConflictingTargetFraction,

    /// <summary>Mean squared error on a batch of the linear map of the inputs that fits the batches before it best.</summary>
    LinearFitError,

    /// <summary>Mean of the layer's output.</summary>
    OutputMean,

    /// <summary>Standard deviation of the layer's output.</summary>
    OutputStandardDeviation,

    /// <summary>Smallest finite output.</summary>
    OutputMinimum,

    /// <summary>Largest finite output.</summary>
    OutputMaximum,

    /// <summary>Largest finite magnitude of the output.</summary>
    OutputAbsoluteMaximum,

    /// <summary>Third standardised moment of the output.</summary>
    OutputSkewness,

    /// <summary>NaN and infinite elements of the output.</summary>
    OutputNonFiniteCount,

    /// <summary>Share of outputs that are exactly zero.</summary>
    ZeroFraction,

    /// <summary>Share of outputs below zero.</summary>
    NegativeFraction,

    /// <summary>Share of outputs within 1 % of a bound of a bounded activation.</summary>
    SaturatedFraction,

    /// <summary>Share of units (features or channels) whose output was zero for every sample of the window.</summary>
    DeadFraction,

    /// <summary>Share of units whose output was at a bound for nearly every sample of the window.</summary>
    SaturatedUnitFraction,

    /// <summary>Mean over units of the standard deviation across samples, over the standard deviation of the whole output; 0 when every sample gives the same.</summary>
    BatchVariation,

    /// <summary>Mean over samples of the sum over the last dimension of the model's output.</summary>
    RowSum,

    /// <summary>L2 norm of the loss's gradient with respect to the layer's output.</summary>
    ActivationGradientNorm,

    /// <summary>Mean of the loss's gradient with respect to the layer's output.</summary>
    ActivationGradientMean,

    /// <summary>Standard deviation of the loss's gradient with respect to the layer's output.</summary>
    ActivationGradientStandardDeviation,

    /// <summary>Largest finite magnitude of the loss's gradient with respect to the layer's output.</summary>
    ActivationGradientAbsoluteMaximum,

    /// <summary>Share of elements of the loss's gradient with respect to the layer's output that are exactly zero.</summary>
    ActivationGradientZeroFraction,

    /// <summary>NaN and infinite elements of the loss's gradient with respect to the layer's output.</summary>
    ActivationGradientNonFiniteCount,

    /// <summary>Training-mode calls of the layer since the last report.</summary>
    CallCount,

    /// <summary>Place in the order in which layers were first called.</summary>
    CallOrder,

    /// <summary>Place in call order of the layer whose output this layer takes unchanged; for the model as a whole, of the layer whose output it hands out.</summary>
    InputOrigin,

    /// <summary>1 when the layer ran in training mode during a training step, 0 in evaluation mode.</summary>
    TrainingMode,

    /// <summary>1 when the layer ran in training mode during validation, else 0.</summary>
    ValidationTrainingMode,

    /// <summary>Values per channel that a batch normalisation averaged over.</summary>
    NormalizationBatchSize,

    /// <summary>Weight that the start values still have in the running statistics of a batch normalisation.</summary>
    NormalizationStartShare,

    /// <summary>1 when a layer that takes places before samples was given samples before places, 0 when it was given what it takes.</summary>
    SequenceAxisSwapped,

    /// <summary>1 when all tokens that the padding mask of an attention layer lets it see are one and the same, and those that it hides are not; 0 when those that it hides are.</summary>
    PaddingMaskInverted,

    /// <summary>1 when a layer was given the model's input dealt out anew where axes should have been exchanged, else 0.</summary>
    InputRegrouped,

    /// <summary>Share of an embedding's lookups so far that go to one row, without what fills sequences up and what repeats the lookup before it.</summary>
    EmbeddingModeShare,

    /// <summary>L2 norm of the parameter's gradient.</summary>
    GradientNorm,

    /// <summary>Standard deviation of the parameter's gradient.</summary>
    GradientStandardDeviation,

    /// <summary>Largest finite magnitude of the parameter's gradient.</summary>
    GradientAbsoluteMaximum,

    /// <summary>Share of gradient elements that are exactly zero.</summary>
    GradientZeroFraction,

    /// <summary>NaN and infinite elements of the parameter's gradient.</summary>
    GradientNonFiniteCount,

    /// <summary>Cosine of the angle between this step's gradient and the one before.</summary>
    GradientCosine,

    /// <summary>1 when the parameter had a gradient after the backward pass, else 0.</summary>
    GradientPresent,

    /// <summary>L2 norm of the parameter.</summary>
    WeightNorm,

    /// <summary>Mean of the parameter.</summary>
    WeightMean,

    /// <summary>Standard deviation of the parameter.</summary>
    WeightStandardDeviation,

    /// <summary>Largest finite magnitude of the parameter.</summary>
    WeightAbsoluteMaximum,

    /// <summary>NaN and infinite elements of the parameter.</summary>
    WeightNonFiniteCount,

    /// <summary>L2 norm of the step's change of the parameter over its L2 norm before it.</summary>
    UpdateRatio,

    /// <summary>Share of units whose weights equal another unit's.</summary>
    UnitSymmetry,

    // Rank scope.

    /// <summary>Wall-clock time of one step on one rank.</summary>
    StepDuration,

    /// <summary>L2 norm of all parameters together on one rank.</summary>
    RankWeightNorm,

    /// <summary>Training loss of one rank.</summary>
    RankLoss,

    // Measured by a preflight only.

    /// <summary>Share of the other samples of a batch whose output changed when one sample was exchanged.</summary>
    SampleLeakage,

    /// <summary>Share of the samples of a batch whose output changed when all moved up by one place.</summary>
    PlaceDependence,

    /// <summary>Share of the answers tried on which the output that must predict them depends.</summary>
    AnswerLeakage,

    /// <summary>Share of samples whose output changed when all of their input did.</summary>
    InputDependence,

    /// <summary>Largest difference between two evaluations of one batch with different random numbers, over the output's standard deviation.</summary>
    EvaluationDifference,

    /// <summary>Largest difference between two evaluations of one batch with the same random numbers, over the output's standard deviation.</summary>
    EvaluationDrift,

    /// <summary>Lowest loss that the model reached when it was let learn one batch with the inputs of a single sample in place of all.</summary>
    BlindLoss,

    /// <summary>Lowest loss that the model reached when it was let learn one batch.</summary>
    LearntLoss,

    // What reinforcement learning, preferences, adversaries, latents and experts are watched by.

    /// <summary>Standard deviation of the rewards, within a group of answers where there are groups.</summary>
    RewardSpread,

    /// <summary>One of several rewards that are added up, by its name.</summary>
    RewardPart,

    /// <summary>Reward on tasks not trained on.</summary>
    HeldOutReward,

    /// <summary>Share of episodes or answers that reached their goal.</summary>
    SuccessRate,

    /// <summary>Kullback-Leibler divergence of the policy from its reference, per token or action.</summary>
    ReferenceDivergence,

    /// <summary>Kullback-Leibler divergence of the policy from its reference, summed over an answer.</summary>
    SequenceDivergence,

    /// <summary>Kullback-Leibler divergence between the policy before and after an update.</summary>
    UpdateDivergence,

    /// <summary>Entropy of the policy, per token or action; of continuous actions it can be negative.</summary>
    PolicyEntropy,

    /// <summary>Mean length of the answers.</summary>
    ResponseLength,

    /// <summary>Share of answers cut off at the length limit.</summary>
    TruncatedFraction,

    /// <summary>Mean length of the episodes.</summary>
    EpisodeLength,

    /// <summary>Share of the policy's ratios that were clipped.</summary>
    ClippedFraction,

    /// <summary>Share of the groups of answers whose rewards are all the same, so that they teach nothing.</summary>
    SilentGroupFraction,

    /// <summary>Largest advantage of the batch.</summary>
    AdvantageMaximum,

    /// <summary>Share of the variance of the returns that the value function explains: 1 is perfect, 0 as good as a constant, less than 0 worse.</summary>
    ExplainedVariance,

    /// <summary>Share of actions chosen at random.</summary>
    ExplorationRate,

    /// <summary>Loss of the policy, or of the actor.</summary>
    PolicyLoss,

    /// <summary>Loss of the value function, or of the critic.</summary>
    ValueLoss,

    /// <summary>Implicit reward of the chosen answers of preference pairs.</summary>
    ChosenReward,

    /// <summary>Implicit reward of the rejected answers of preference pairs.</summary>
    RejectedReward,

    /// <summary>Implicit reward of the chosen over that of the rejected answers.</summary>
    PreferenceMargin,

    /// <summary>Log-probability of the chosen answers, summed over an answer unless the log averages.</summary>
    ChosenLogProbability,

    /// <summary>Log-probability of the rejected answers, summed over an answer unless the log averages.</summary>
    RejectedLogProbability,

    /// <summary>What the generator loses against the discriminator.</summary>
    GeneratorLoss,

    /// <summary>What the discriminator loses against the generator.</summary>
    DiscriminatorLoss,

    /// <summary>How much the samples of a generator differ from each other.</summary>
    SampleSpread,

    /// <summary>Reconstruction part of the loss of a variational autoencoder.</summary>
    ReconstructionLoss,

    /// <summary>Kullback-Leibler divergence of the latent from its prior.</summary>
    LatentDivergence,

    /// <summary>Weight of the divergence of the latent in the loss.</summary>
    LatentWeight,

    /// <summary>Standard deviation of the embeddings over the samples, mean over their dimensions.</summary>
    EmbeddingSpread,

    /// <summary>Entropy of the router over the experts, over its largest possible value or in nats.</summary>
    RouterEntropy,

    /// <summary>Share of the tokens that the busiest expert takes.</summary>
    ExpertLoadMaximum,

    /// <summary>Share of the tokens that one expert takes, by its name.</summary>
    ExpertLoad,

    /// <summary>Number of experts that the router chooses from.</summary>
    ExpertCount,

    // What a training needs of its machine.

    /// <summary>Mean wall-clock time of a step since the last report, from the end of one to the end of the next.</summary>
    StepTime,

    /// <summary>Mean time since the last report between the end of a step and the first call of the model in the next: loading, and whatever else is done between steps.</summary>
    DataTime,

    /// <summary>Samples per second since the last report.</summary>
    Throughput,

    /// <summary>Processors that the process kept busy since the last report: its processor time over the time that passed.</summary>
    BusyProcessors,

    /// <summary>Physical memory that the process holds.</summary>
    ProcessMemory,

    /// <summary>Tensors of TorchSharp that are alive.</summary>
    LiveTensors,

    /// <summary>Wall-clock time since the run began, at the end of a step.</summary>
    Elapsed,

    /// <summary>Memory in use on the device of the model, by all programs together.</summary>
    DeviceMemory,

    /// <summary>Share of the last moments in which the device of the model was busy.</summary>
    DeviceUtilization,

    /// <summary>Whether an optimizer that remembers its steps remembers none.</summary>
    OptimizerIdle,
}
