namespace TrainingDoctor.Corpus.Ill;

/// <summary>Outputs that do not fit losses, and layers that do not fit each other.</summary>
public static class Structure
{
    public static CorpusProgram DoubleSoftmax => Base with
    {
        Name = "ill-double-softmax",
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation, Cause.WrongLoss], "output-loss-mismatch") with { Acceptable = Symptoms.NoProgress },
        Model = () => Net.Chain(Linear(64, 64), ReLU(), Linear(64, 10), Softmax(1)),
    };

    public static CorpusProgram DoubleSigmoid => Healthy.Tasks.Binary with
    {
        Name = "ill-double-sigmoid",
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation, Cause.WrongLoss], "output-loss-mismatch") with { Acceptable = Symptoms.NoProgress },
        Model = () => Net.Chain(Linear(30, 16), ReLU(), Linear(16, 1), Sigmoid()),
    };

    /// <summary>Negative log likelihood of raw outputs has no lower bound.</summary>
    public static CorpusProgram LikelihoodOfLogits => Base with
    {
        Name = "ill-nll-of-logits",
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation, Cause.WrongLoss], "output-loss-mismatch") with { Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers, "overfitting"] },
        Loss = () => NLLLoss(),
    };

    /// <summary>Negative log likelihood of probabilities: softmax without its logarithm.</summary>
    public static CorpusProgram LikelihoodOfProbabilities => DoubleSoftmax with { Name = "ill-nll-of-softmax", Loss = () => NLLLoss() };

    /// <summary>Standardised targets, and a tanh that ends at 1.</summary>
    public static CorpusProgram BoundedRegression => Healthy.Regressions.Standardized with
    {
        Name = "ill-tanh-regression",
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation], "output-loss-mismatch") with { Contributing = ["invalid-target"], Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers] },
        Data = seed => RealData.Diabetes().Standardize().StandardizeTargets().Split(seed).ToValues().MapTargets(y => 3 * y),
        Model = () => Net.Chain(Linear(10, 16), ReLU(), Linear(16, 1), Tanh()),
    };

    /// <summary>Four linear layers with nothing between, on circles that no line can part.</summary>
    public static CorpusProgram LinearStack => new("ill-linear-stack", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill([Cause.MissingNonlinearity], "missing-nonlinearity") with { Contributing = ["underfitting"], Acceptable = Symptoms.NoProgress },
        Data = seed => Generated.Circles(seed, 600).Split(seed).ToValues(),
        Model = () => Net.Chain(Linear(2, 32), Linear(32, 32), Linear(32, 32), Linear(32, 1)),
        Loss = () => BCEWithLogitsLoss(),
        Threshold = 0,
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        Epochs = 15,
    };

    public static CorpusProgram ForwardCalls => Base with
    {
        Name = "ill-forward-calls",
        Truth = GroundTruth.Ill([], "layer-not-observed") with { CaughtAt = Severity.Info },
        Model = () => new ForwardCaller(),
    };

    /// <summary>Eight tanh layers: a risk before training, whatever comes of it.</summary>
    public static CorpusProgram DeepTanh => Base with
    {
        Name = "ill-deep-tanh",
        Truth = GroundTruth.Ill([Cause.SaturatingActivation, Cause.TooDeepWithoutSkip, Cause.MissingNormalization], "deep-saturating-stack") with
        {
            CaughtAt = Severity.Info,
            Contributing = ["vanishing-gradient", "initialization-mismatch"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Model = () => Net.Perceptron(() => Tanh(), [64, .. Enumerable.Repeat(32L, 10), 10]),
    };

    public static CorpusProgram NormalizedGelu => Base with
    {
        Name = "ill-redundant-normalization",
        Truth = GroundTruth.Ill([], "redundant-normalization") with { CaughtAt = Severity.Info },
        Model = () => Net.Chain(Linear(64, 64), BatchNorm1d(64), GELU(), Linear(64, 32), BatchNorm1d(32), GELU(), Linear(32, 10)),
    };

    /// <summary>Batch statistics of two samples.</summary>
    public static CorpusProgram TinyNormalizedBatches => Base with
    {
        Name = "ill-batch-norm-of-2",
        Truth = GroundTruth.Ill([Cause.BatchTooSmall], "batch-norm-tiny-batch") with { Contributing = ["noisy-validation"], Acceptable = [.. Symptoms.NoProgress, "oscillating-loss"] },
        Model = () => Net.Chain(Linear(64, 64), BatchNorm1d(64), ReLU(), Linear(64, 32), BatchNorm1d(32), ReLU(), Linear(32, 10)),
        BatchSize = 2,
        Epochs = 3,
    };

    public static CorpusProgram DropoutAtOutput => Base with
    {
        Name = "ill-dropout-at-output",
        Truth = GroundTruth.Ill([Cause.ExcessiveRegularization], "misplaced-dropout") with { Acceptable = Symptoms.NoProgress },
        Model = () => Net.Chain(Linear(64, 64), ReLU(), Linear(64, 10), Dropout(0.5)),
    };

    public static CorpusProgram ExtremeDropout => Base with
    {
        Name = "ill-extreme-dropout",
        Truth = GroundTruth.Ill([Cause.ExcessiveRegularization], "misplaced-dropout", "underfitting") with { Acceptable = Symptoms.NoProgress },
        Model = () => Net.Chain(Linear(64, 64), ReLU(), Dropout(0.95), Linear(64, 32), ReLU(), Dropout(0.95), Linear(32, 10)),
    };

    /// <summary>The sum over a large batch makes steps a few hundred times too large for the rate that suits the mean.</summary>
    public static CorpusProgram SummedLoss => Base with
    {
        Name = "ill-sum-reduced-loss",
        Truth = GroundTruth.Ill([Cause.WrongLoss, Cause.LearningRateTooHigh], "sum-reduced-loss") with
        {
            Contributing = ["oversized-update", "exploding-gradient"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Loss = () => CrossEntropyLoss(reduction: Reduction.Sum),
        Optimizer = model => optim.SGD(model.parameters(), 0.03),
        BatchSize = 128,
        Epochs = 20,
    };

    public static CorpusProgram HiddenSoftmax => Base with
    {
        Name = "ill-hidden-softmax",
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation, Cause.SaturatingActivation], "misplaced-softmax") with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers] },
        Model = () => Net.Chain(Linear(64, 64), Softmax(1), Linear(64, 10)),
    };

    /// <summary>Log-probabilities over the samples of the batch in place of the classes.</summary>
    public static CorpusProgram SoftmaxOverBatch => Base with
    {
        Name = "ill-softmax-over-batch",
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation], "misplaced-softmax", "output-loss-mismatch") with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers] },
        Model = () => Net.Chain(Linear(64, 64), ReLU(), Linear(64, 10), LogSoftmax(0)),
        Loss = () => NLLLoss(),
    };

    private static CorpusProgram Base => Healthy.Activations.Rectified;
}
