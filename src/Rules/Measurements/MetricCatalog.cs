namespace TrainingDoctor;

/// <summary>What is known of a metric besides its name.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Name">Its outside name, e.g. <c>dead_fraction</c>.</param>
/// <param name="Scope">The kind of scope it belongs to.</param>
/// <param name="Unit">Its unit; <c>1</c> for a bare number.</param>
/// <param name="Meaning">What it measures.</param>
public sealed record MetricInfo(Metric Metric, string Name, ScopeKind Scope, string Unit, string Meaning);

/// <summary>Names, units and meanings of all metrics.</summary>
public static class MetricCatalog
{
    private static readonly MetricInfo[] Infos = new MetricInfo[Enum.GetValues<Metric>().Length];
    private static readonly Dictionary<string, Metric> ByName = [];

    static MetricCatalog()
    {
        Define(Metric.Loss, ScopeKind.Run, "loss", "Training loss of the step, or its mean since the last logged step.");
        Define(Metric.Accuracy, ScopeKind.Run, "score", "Training accuracy or another score where higher is better.");
        Define(Metric.Error, ScopeKind.Run, "score", "Training error or another score where lower is better.");
        Define(Metric.ValidationLoss, ScopeKind.Run, "loss", "Loss on data not trained on.");
        Define(Metric.ValidationAccuracy, ScopeKind.Run, "score", "Validation accuracy or another score where higher is better.");
        Define(Metric.ValidationError, ScopeKind.Run, "score", "Validation error or another score where lower is better.");
        Define(Metric.LearningRate, ScopeKind.Run, "1", "Learning rate of the first parameter group.");
        Define(Metric.Epoch, ScopeKind.Run, "epochs", "Epochs finished, fractions allowed.");
        Define(Metric.BatchSize, ScopeKind.Run, "samples", "Samples in the step's batch.");
        Define(Metric.GlobalGradientNorm, ScopeKind.Run, "norm", "L2 norm of all gradients together.");
        Define(Metric.GlobalWeightNorm, ScopeKind.Run, "norm", "L2 norm of all parameters together.");
        Define(Metric.GlobalUpdateRatio, ScopeKind.Run, "1", "L2 norm of the step's change of all parameters over their L2 norm before it.");
        Define(Metric.LossScale, ScopeKind.Run, "1", "Loss scale of mixed-precision training.");
        Define(Metric.SkippedSteps, ScopeKind.Run, "steps", "Optimizer steps skipped since the last report, because of overflow.");
        Define(Metric.Reward, ScopeKind.Run, "score", "Reward of reinforcement learning.");
        Define(Metric.RegularizationGradientRatio, ScopeKind.Run, "1", "L2 norm of the weight-decay gradient over the L2 norm of the data's gradient.");
        Define(Metric.GradientLost, ScopeKind.Run, "fraction", "Share of the step's backward passes whose gradients were cleared before the optimizer used them, with the weights as they were; told of steps with several passes, and of all once one was lost.");
        Define(Metric.GradientKept, ScopeKind.Run, "bool", "1 when the gradient that the optimizer had moved the weights with still lay there as the next backward pass began, so that the new one was added to it, else 0; not told after steps that moved nothing.");
        Define(Metric.BatchLossRatio, ScopeKind.Run, "1", "How the loss scales with the batch size: log(loss ratio) over log(batch-size ratio); 0 for a mean, 1 for a sum.");
        Define(Metric.InputMean, ScopeKind.Run, "1", "Mean of the batch fed to the first layer.");
        Define(Metric.InputStandardDeviation, ScopeKind.Run, "1", "Standard deviation of the batch fed to the first layer.");
        Define(Metric.InputAbsoluteMaximum, ScopeKind.Run, "1", "Largest finite magnitude in the batch.");
        Define(Metric.InputNonFiniteCount, ScopeKind.Run, "elements", "NaN and infinite elements in the batch.");
        Define(Metric.InputConstantFraction, ScopeKind.Run, "fraction", "Share of features that do not vary within the batch.");
        Define(Metric.InputFeatureScaleRatio, ScopeKind.Run, "1", "Largest over smallest standard deviation of the varying features.");
        Define(Metric.InputIdenticalBatch, ScopeKind.Run, "bool", "1 when the batch equals the batch before it, else 0.");
        Define(Metric.ValidationOverlap, ScopeKind.Run, "fraction", "Share of the rows evaluated for a validation that were trained on before.");
        Define(Metric.TargetMean, ScopeKind.Run, "1", "Mean of the batch's targets.");
        Define(Metric.TargetStandardDeviation, ScopeKind.Run, "1", "Standard deviation of the batch's targets.");
        Define(Metric.TargetMinimum, ScopeKind.Run, "1", "Smallest target of the batch.");
        Define(Metric.TargetMaximum, ScopeKind.Run, "1", "Largest target of the batch.");
        Define(Metric.TargetNonFiniteCount, ScopeKind.Run, "elements", "NaN and infinite targets in the batch.");
        Define(Metric.TargetInvalidCount, ScopeKind.Run, "elements", "Targets outside what output and loss allow, e.g. a class index beyond the last class.");
        Define(Metric.TargetBroadcast, ScopeKind.Run, "bool", "1 when target and output have different shapes that broadcast to a larger one, else 0.");
        Define(Metric.TargetClassCount, ScopeKind.Run, "classes", "Distinct classes seen so far.");
        Define(Metric.TargetMajorityFraction, ScopeKind.Run, "fraction", "Share of the most frequent class among all targets so far.");
        Define(Metric.TargetMinorityFraction, ScopeKind.Run, "fraction", "Share of the least frequent class among all targets so far.");
        Define(Metric.TargetSortedFraction, ScopeKind.Run, "fraction", "Share of consecutive targets within the batch that are equal; compare with what shuffling would give.");
        Define(Metric.TargetSingleClassBatch, ScopeKind.Run, "bool", "1 when all targets of the batch are of one class, else 0.");
        Define(Metric.RecognizedLoss, ScopeKind.Run, "kind", "Which of the usual losses gives the loss of the step from output and target, by its number in the list of kinds; -1 when none does.");
        Define(Metric.RecognizedReduction, ScopeKind.Run, "kind", "How the recognised loss is reduced: 0 for a mean, 1 for a sum, 2 for a sum per sample, 3 for a part of the mean, 4 for a mean added to all before, -1 for a mean with the opposite sign.");
        Define(Metric.RecognizedBroadcast, ScopeKind.Run, "bool", "1 when only output and target broadcast against each other give the loss of the step, 0 when they do element by element.");
        Define(Metric.RecognizedRegrouping, ScopeKind.Run, "bool", "1 when the loss of the step was computed of outputs that were reshaped where axes should have been exchanged, else 0.");
        Define(Metric.RecognizedRemainder, ScopeKind.Run, "fraction", "Share of the loss of the step that the cross entropy of output and target does not explain, where no usual loss does.");
        Define(Metric.RecognizedActivation, ScopeKind.Run, "bool", "1 when the recognised loss was given the softmax or sigmoid of the output, which it takes itself, else 0.");
        Define(Metric.ComparedForm, ScopeKind.Run, "kind", "What the outputs that are compared are: 0 for numbers of any kind, 1 for shares that sum to 1, 2 for logarithms of such shares.");
        Define(Metric.ComparedOutsideFraction, ScopeKind.Run, "fraction", "Share of the outputs that a loss of overlaps (Dice, Jaccard) compares with masks that lies outside 0 to 1; only where the loss counts what it is given, not its sigmoid.");
        Define(Metric.ComparedDimension, ScopeKind.Run, "dimension", "The dimension over which the outputs that are compared are shares or logarithms of shares: 0 for that of the samples.");
        Define(Metric.ValidationTargetCorrelation, ScopeKind.Run, "1", "Correlation of the outputs of a validation with the targets that they are compared with.");
        Define(Metric.OutputTargetCorrelation, ScopeKind.Run, "1", "Correlation of the outputs with the targets that they are compared with, over all elements of the batch.");
        Define(Metric.TargetIgnoredFraction, ScopeKind.Run, "fraction", "Share of class indices that the loss leaves out.");
        Define(Metric.TargetMultipleFraction, ScopeKind.Run, "fraction", "Share of target rows of zeros and ones that hold more than a single one.");
        Define(Metric.TargetShift, ScopeKind.Run, "places", "By how many places the targets of a sequence lie ahead of its inputs: 1 for the next token, 0 for a copy.");
        Define(Metric.TargetFeatureCorrelation, ScopeKind.Run, "1", "Largest magnitude of the correlation between the target and one feature within the batch.");
        Define(Metric.TargetPaddingFraction, ScopeKind.Run, "fraction", "Share of the targets that count in the loss and only fill rows up.");
        Define(Metric.TargetEndAgreement, ScopeKind.Run, "fraction", "Share of the rows that end early whose last target is the most frequent one.");
        Define(Metric.ValidationPassCount, ScopeKind.Run, "calls", "Calls of the model without gradients since the last validation.");
        Define(Metric.ValidationInputShift, ScopeKind.Run, "1", "Distance of the mean inputs of a validation from those of the training, in standard deviations of each feature, beyond what chance gives.");
        Define(Metric.ValidationInputScale, ScopeKind.Run, "1", "Standard deviation of the inputs of a validation over that of the training.");
        Define(Metric.ValidationTargetShift, ScopeKind.Run, "1", "Distance of the mean target of a validation from that of the training, in standard deviations, beyond what chance gives.");
        Define(Metric.ValidationUnknownClassFraction, ScopeKind.Run, "fraction", "Share of the class indices of a validation whose class training never had, although by its share it should have been there twenty times.");
        Define(Metric.ValidationAgreement, ScopeKind.Run, "fraction", "Share of the class indices of a validation that the model answered.");
        Define(Metric.ValidationRenamedAgreement, ScopeKind.Run, "fraction", "Share of the class indices of a validation that the model answered, once its classes are renamed one to one so that it is largest.");
        Define(Metric.ValidationForm, ScopeKind.Run, "kind", "What the outputs of a validation are: 0 for numbers of any kind, 1 for shares that sum to 1, 2 for logarithms of such shares, 3 for numbers from 0 to 1.");
        Define(Metric.EvaluatedWeightProgress, ScopeKind.Run, "fraction", "How far the weights that were validated have come on the way of those that are trained: 0 for those of the start, 1 for those of now.");
        Define(Metric.TargetOverlongFraction, ScopeKind.Run, "fraction", "Share of the samples of a connectionist temporal classification whose target does not fit into the places of their output.");
        Define(Metric.TargetBlankFraction, ScopeKind.Run, "fraction", "Share of the tokens in the targets of a connectionist temporal classification that are its blank.");
        Define(Metric.TargetLabelCount, ScopeKind.Run, "labels", "Class labels among the targets of the step that count: one a sample, one a place of a sequence or one a pixel.");
        Define(Metric.TargetRowSum, ScopeKind.Run, "1", "What each target row sums to, where the rows are as wide as the outputs, hold shares and all sum to the same.");
        Define(Metric.InputDuplicateFraction, ScopeKind.Run, "fraction", "Share of the rows of a batch that equal an earlier row of it, where their values are of a kind that does not repeat by nature.");
        Define(Metric.ConflictingTargetFraction, ScopeKind.Run, "fraction", "Share of the rows that equal an earlier row of their batch whose target differs from that of the first such row.");
        Define(Metric.LinearFitError, ScopeKind.Run, "1", "Mean squared error on a batch of the linear map of the inputs that fits the batches before it best (ridge regression, each batch told before it is learnt from).");
        Define(Metric.OutputMean, ScopeKind.Layer, "1", "Mean of the layer's output.");
        Define(Metric.OutputStandardDeviation, ScopeKind.Layer, "1", "Standard deviation of the layer's output.");
        Define(Metric.OutputMinimum, ScopeKind.Layer, "1", "Smallest finite output.");
        Define(Metric.OutputMaximum, ScopeKind.Layer, "1", "Largest finite output.");
        Define(Metric.OutputAbsoluteMaximum, ScopeKind.Layer, "1", "Largest finite magnitude of the output.");
        Define(Metric.OutputSkewness, ScopeKind.Layer, "1", "Third standardised moment of the output.");
        Define(Metric.OutputNonFiniteCount, ScopeKind.Layer, "elements", "NaN and infinite elements of the output.");
        Define(Metric.ZeroFraction, ScopeKind.Layer, "fraction", "Share of outputs that are exactly zero.");
        Define(Metric.NegativeFraction, ScopeKind.Layer, "fraction", "Share of outputs below zero.");
        Define(Metric.SaturatedFraction, ScopeKind.Layer, "fraction", "Share of outputs within 1 % of a bound of a bounded activation.");
        Define(Metric.DeadFraction, ScopeKind.Layer, "fraction", "Share of units (features or channels) whose output was zero for every sample of the window.");
        Define(Metric.SaturatedUnitFraction, ScopeKind.Layer, "fraction", "Share of units whose output was at a bound for nearly every sample of the window.");
        Define(Metric.BatchVariation, ScopeKind.Layer, "1", "Mean over units of the standard deviation across samples, over the standard deviation of the whole output; 0 when every sample gives the same.");
        Define(Metric.RowSum, ScopeKind.Layer, "1", "Mean over samples of the sum over the last dimension of the model's output.");
        Define(Metric.ActivationGradientNorm, ScopeKind.Layer, "norm", "L2 norm of the loss's gradient with respect to the layer's output.");
        Define(Metric.ActivationGradientMean, ScopeKind.Layer, "1", "Mean of the loss's gradient with respect to the layer's output.");
        Define(Metric.ActivationGradientStandardDeviation, ScopeKind.Layer, "1", "Standard deviation of the loss's gradient with respect to the layer's output.");
        Define(Metric.ActivationGradientAbsoluteMaximum, ScopeKind.Layer, "1", "Largest finite magnitude of the loss's gradient with respect to the layer's output.");
        Define(Metric.ActivationGradientZeroFraction, ScopeKind.Layer, "fraction", "Share of elements of the loss's gradient with respect to the layer's output that are exactly zero.");
        Define(Metric.ActivationGradientNonFiniteCount, ScopeKind.Layer, "elements", "NaN and infinite elements of the loss's gradient with respect to the layer's output.");
        Define(Metric.CallCount, ScopeKind.Layer, "calls", "Training-mode calls of the layer since the last report.");
        Define(Metric.CallOrder, ScopeKind.Layer, "index", "Place in the order in which layers were first called.");
        Define(Metric.InputOrigin, ScopeKind.Layer, "index", "Place in call order of the layer whose output this layer takes unchanged; for the model as a whole, of the layer whose output it hands out.");
        Define(Metric.TrainingMode, ScopeKind.Layer, "bool", "1 when the layer ran in training mode during a training step, 0 in evaluation mode.");
        Define(Metric.ValidationTrainingMode, ScopeKind.Layer, "bool", "1 when the layer ran in training mode during validation, else 0.");
        Define(Metric.NormalizationBatchSize, ScopeKind.Layer, "values", "Values per channel that a batch normalisation averaged over.");
        Define(Metric.NormalizationStartShare, ScopeKind.Layer, "fraction", "Weight that the start values still have in the running statistics of a batch normalisation.");
        Define(Metric.PaddingMaskInverted, ScopeKind.Layer, "bool", "1 when all tokens that the padding mask of an attention layer lets it see are one and the same, and those that it hides are not; 0 when those that it hides are; not told otherwise.");
        Define(Metric.SequenceAxisSwapped, ScopeKind.Layer, "bool", "1 when a layer that takes places before samples was given samples before places, 0 when it was given what it takes.");
        Define(Metric.InputRegrouped, ScopeKind.Layer, "bool", "1 when a layer was given the model's input dealt out anew where axes should have been exchanged, else 0.");
        Define(Metric.EmbeddingModeShare, ScopeKind.Layer, "fraction", "Share of an embedding's lookups so far that go to one row, without what fills sequences up and what repeats the lookup before it.");
        Define(Metric.GradientNorm, ScopeKind.Parameter, "norm", "L2 norm of the parameter's gradient.");
        Define(Metric.GradientStandardDeviation, ScopeKind.Parameter, "1", "Standard deviation of the parameter's gradient.");
        Define(Metric.GradientAbsoluteMaximum, ScopeKind.Parameter, "1", "Largest finite magnitude of the parameter's gradient.");
        Define(Metric.GradientZeroFraction, ScopeKind.Parameter, "fraction", "Share of gradient elements that are exactly zero.");
        Define(Metric.GradientNonFiniteCount, ScopeKind.Parameter, "elements", "NaN and infinite elements of the parameter's gradient.");
        Define(Metric.GradientCosine, ScopeKind.Parameter, "1", "Cosine of the angle between this step's gradient and the one before.");
        Define(Metric.GradientPresent, ScopeKind.Parameter, "bool", "1 when the parameter had a gradient after the backward pass, else 0.");
        Define(Metric.WeightNorm, ScopeKind.Parameter, "norm", "L2 norm of the parameter.");
        Define(Metric.WeightMean, ScopeKind.Parameter, "1", "Mean of the parameter.");
        Define(Metric.WeightStandardDeviation, ScopeKind.Parameter, "1", "Standard deviation of the parameter.");
        Define(Metric.WeightAbsoluteMaximum, ScopeKind.Parameter, "1", "Largest finite magnitude of the parameter.");
        Define(Metric.WeightNonFiniteCount, ScopeKind.Parameter, "elements", "NaN and infinite elements of the parameter.");
        Define(Metric.UpdateRatio, ScopeKind.Parameter, "1", "L2 norm of the step's change of the parameter over its L2 norm before it.");
        Define(Metric.UnitSymmetry, ScopeKind.Parameter, "fraction", "Share of units whose weights equal another unit's.");
        Define(Metric.StepDuration, ScopeKind.Rank, "seconds", "Wall-clock time of one step on one rank.");
        Define(Metric.RankWeightNorm, ScopeKind.Rank, "norm", "L2 norm of all parameters together on one rank.");
        Define(Metric.RankLoss, ScopeKind.Rank, "loss", "Training loss of one rank.");
        Define(Metric.SampleLeakage, ScopeKind.Layer, "fraction", "Share of the other samples of a batch whose output changed when one sample was exchanged.");
        Define(Metric.PlaceDependence, ScopeKind.Layer, "fraction", "Share of the samples of a batch whose output changed when all moved up by one place.");
        Define(Metric.AnswerLeakage, ScopeKind.Layer, "fraction", "Share of the answers tried on which the output that must predict them depends.");
        Define(Metric.InputDependence, ScopeKind.Layer, "fraction", "Share of samples whose output changed when all of their input did.");
        Define(Metric.EvaluationDifference, ScopeKind.Layer, "1", "Largest difference between two evaluations of one batch with different random numbers, over the output's standard deviation.");
        Define(Metric.EvaluationDrift, ScopeKind.Layer, "1", "Largest difference between two evaluations of one batch with the same random numbers, over the output's standard deviation.");
        Define(Metric.BlindLoss, ScopeKind.Run, "loss", "Lowest loss that the model reached when it was let learn one batch with the inputs of a single sample in place of all.");
        Define(Metric.LearntLoss, ScopeKind.Run, "loss", "Lowest loss that the model reached when it was let learn one batch.");
        Define(Metric.RewardSpread, ScopeKind.Run, "score", "Standard deviation of the rewards, within a group of answers where there are groups.");
        Define(Metric.RewardPart, ScopeKind.Part, "score", "One of several rewards that are added up, by its name.");
        Define(Metric.HeldOutReward, ScopeKind.Run, "score", "Reward on tasks not trained on.");
        Define(Metric.SuccessRate, ScopeKind.Run, "fraction", "Share of episodes or answers that reached their goal.");
        Define(Metric.ReferenceDivergence, ScopeKind.Run, "nats", "Kullback-Leibler divergence of the policy from its reference, per token or action.");
        Define(Metric.SequenceDivergence, ScopeKind.Run, "nats", "Kullback-Leibler divergence of the policy from its reference, summed over an answer.");
        Define(Metric.UpdateDivergence, ScopeKind.Run, "nats", "Kullback-Leibler divergence between the policy before and after an update.");
        Define(Metric.PolicyEntropy, ScopeKind.Run, "nats", "Entropy of the policy, per token or action; of continuous actions it can be negative.");
        Define(Metric.ResponseLength, ScopeKind.Run, "tokens", "Mean length of the answers.");
        Define(Metric.TruncatedFraction, ScopeKind.Run, "fraction", "Share of answers cut off at the length limit.");
        Define(Metric.EpisodeLength, ScopeKind.Run, "steps", "Mean length of the episodes.");
        Define(Metric.ClippedFraction, ScopeKind.Run, "fraction", "Share of the policy's ratios that were clipped.");
        Define(Metric.SilentGroupFraction, ScopeKind.Run, "fraction", "Share of the groups of answers whose rewards are all the same, so that they teach nothing.");
        Define(Metric.AdvantageMaximum, ScopeKind.Run, "score", "Largest advantage of the batch.");
        Define(Metric.ExplainedVariance, ScopeKind.Run, "1", "Share of the variance of the returns that the value function explains: 1 is perfect, 0 as good as a constant, less than 0 worse.");
        Define(Metric.ExplorationRate, ScopeKind.Run, "fraction", "Share of actions chosen at random.");
        Define(Metric.PolicyLoss, ScopeKind.Run, "loss", "Loss of the policy, or of the actor.");
        Define(Metric.ValueLoss, ScopeKind.Run, "loss", "Loss of the value function, or of the critic.");
        Define(Metric.ChosenReward, ScopeKind.Run, "score", "Implicit reward of the chosen answers of preference pairs.");
        Define(Metric.RejectedReward, ScopeKind.Run, "score", "Implicit reward of the rejected answers of preference pairs.");
        Define(Metric.PreferenceMargin, ScopeKind.Run, "score", "Implicit reward of the chosen over that of the rejected answers.");
        Define(Metric.ChosenLogProbability, ScopeKind.Run, "nats", "Log-probability of the chosen answers, summed over an answer unless the log averages.");
        Define(Metric.RejectedLogProbability, ScopeKind.Run, "nats", "Log-probability of the rejected answers, summed over an answer unless the log averages.");
        Define(Metric.GeneratorLoss, ScopeKind.Run, "loss", "What the generator loses against the discriminator.");
        Define(Metric.DiscriminatorLoss, ScopeKind.Run, "loss", "What the discriminator loses against the generator.");
        Define(Metric.SampleSpread, ScopeKind.Run, "1", "How much the samples of a generator differ from each other.");
        Define(Metric.ReconstructionLoss, ScopeKind.Run, "loss", "Reconstruction part of the loss of a variational autoencoder.");
        Define(Metric.LatentDivergence, ScopeKind.Run, "nats", "Kullback-Leibler divergence of the latent from its prior.");
        Define(Metric.LatentWeight, ScopeKind.Run, "1", "Weight of the divergence of the latent in the loss.");
        Define(Metric.EmbeddingSpread, ScopeKind.Run, "1", "Standard deviation of the embeddings over the samples, mean over their dimensions.");
        Define(Metric.RouterEntropy, ScopeKind.Run, "1", "Entropy of the router over the experts, over its largest possible value or in nats.");
        Define(Metric.ExpertLoadMaximum, ScopeKind.Run, "fraction", "Share of the tokens that the busiest expert takes.");
        Define(Metric.ExpertLoad, ScopeKind.Part, "fraction", "Share of the tokens that one expert takes, by its name.");
        Define(Metric.ExpertCount, ScopeKind.Run, "experts", "Number of experts that the router chooses from.");
        Define(Metric.StepTime, ScopeKind.Run, "seconds", "Mean wall-clock time of a step since the last report, from the end of one to the end of the next.");
        Define(Metric.DataTime, ScopeKind.Run, "seconds", "Mean time since the last report between the end of a step and the first call of the model in the next: loading, and whatever else is done between steps.");
        Define(Metric.Throughput, ScopeKind.Run, "samples/s", "Samples per second since the last report.");
        Define(Metric.BusyProcessors, ScopeKind.Run, "processors", "Processors that the process kept busy since the last report: its processor time over the time that passed.");
        Define(Metric.ProcessMemory, ScopeKind.Run, "bytes", "Physical memory that the process holds.");
        Define(Metric.LiveTensors, ScopeKind.Run, "tensors", "Tensors of TorchSharp that are alive.");
        Define(Metric.Elapsed, ScopeKind.Run, "seconds", "Wall-clock time since the run began, at the end of a step.");
        Define(Metric.DeviceMemory, ScopeKind.Run, "bytes", "Memory in use on the device of the model, by all programs together.");
        Define(Metric.DeviceUtilization, ScopeKind.Run, "fraction", "Share of the last moments in which the device of the model was busy.");
        Define(Metric.OptimizerIdle, ScopeKind.Run, "bool", "1 when an optimizer that keeps moments or momentum of its steps holds none after the step, else 0; not told any more once it was 0.");
    }

    /// <summary>Gets every metric, in the order of the enumeration.</summary>
    public static IReadOnlyList<MetricInfo> All => Infos;

    /// <summary>Gets what is known of a metric.</summary>
    /// <param name="metric">The metric.</param>
    public static MetricInfo Describe(Metric metric) => Infos[(int)metric];

    /// <summary>Gets the outside name of a metric, in snake case.</summary>
    /// <param name="metric">The metric.</param>
    public static string NameOf(Metric metric) => Infos[(int)metric].Name;

    /// <summary>Finds a metric by its outside name.</summary>
    /// <param name="name">The name, in snake case.</param>
    /// <param name="metric">The metric.</param>
    /// <returns>False when there is none of that name.</returns>
    public static bool TryParse(string name, out Metric metric) => ByName.TryGetValue(name, out metric);

    private static void Define(Metric metric, ScopeKind scope, string unit, string meaning)
    {
        string name = KebabCase.Of(metric.ToString(), '_');
        Infos[(int)metric] = new MetricInfo(metric, name, scope, unit, meaning);
        ByName.Add(name, metric);
    }
}
