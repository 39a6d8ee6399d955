using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Ill;

/// <summary>Units that die, saturate, drift or repeat themselves.</summary>
public static class Activations
{
    /// <summary>Biases far below zero: no unit ever answers.</summary>
    public static CorpusProgram DeadFromBias => Base with
    {
        Name = "ill-dead-bias",
        Truth = GroundTruth.Ill([Cause.DyingRelu, Cause.PoorInitialization], "dead-units") with
        {
            Contributing = ["poor-initialization"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, "missing-gradient"],
        },
        Model = () => Net.Chain(Keras.Dense(64, 64, bias: -8), ReLU(), Keras.Dense(64, 32), ReLU(), Keras.Dense(32, 10)),
        Optimizer = model => optim.SGD(model.parameters(), 0.05),
    };

    /// <summary>Steps so large that the rectified units are thrown below zero for good.</summary>
    public static CorpusProgram DeadFromRate => Base with
    {
        Name = "ill-dead-rate",
        Truth = GroundTruth.Ill([Cause.LearningRateTooHigh, Cause.DyingRelu], "dead-units", "oversized-update").WhenSkillBelow(0.4) with
        {
            Contributing = ["exploding-weights", "exploding-gradient", "diverging-loss", "loss-spike"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Optimizer = model => optim.Adam(model.parameters(), 0.5),
    };

    /// <summary>Tanh units from weights so wide that all sit at their bounds.</summary>
    public static CorpusProgram SaturatedTanh => Base with
    {
        Name = "ill-saturated-tanh",
        Truth = GroundTruth.Ill([Cause.PoorInitialization, Cause.SaturatingActivation], "saturated-activation", "poor-initialization") with
        {
            Contributing = ["initialization-mismatch", "exploding-gradient", "vanishing-gradient"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, .. Symptoms.Explosion],
        },
        Model = () => Net.Chain(
            Keras.Dense(64, 64, Wide), Tanh(), Keras.Dense(64, 64, Wide), Tanh(), Keras.Dense(64, 64, Wide), Tanh(), Keras.Dense(64, 10)),
        Optimizer = model => optim.SGD(model.parameters(), 0.01),
    };

    /// <summary>Pixels up to 255 into sigmoids.</summary>
    public static CorpusProgram SaturatedSigmoid => Base with
    {
        Name = "ill-saturated-sigmoid",
        Truth = GroundTruth.Ill([Cause.UnscaledData, Cause.SaturatingActivation], "saturated-activation", "unscaled-input") with
        {
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = seed => Samples.Digits(seed).Map(x => x * 255),
        Model = () => Net.Perceptron(() => Sigmoid(), 64, 64, 10),
    };

    /// <summary>The mean is taken over the samples in place of the features: every sample gets the same answer.</summary>
    public static CorpusProgram Collapsed => Base with
    {
        Name = "ill-mean-over-batch",
        Truth = GroundTruth.Ill([Cause.SwappedAxes, Cause.DetachedGraph, Cause.CorruptData, Cause.NumericOverflow, Cause.UnderCapacity], "collapsed-activation", "mixed-samples") with
        {
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Model = () => Net.Chain(Linear(64, 64), ReLU(), new Function("Pool", x => x.mean([0L], keepdim: true).expand_as(x)), Linear(64, 10)),
    };

    /// <summary>The logarithm of numbers below zero.</summary>
    public static CorpusProgram LogOfNegative => Base with
    {
        Name = "ill-log-of-negative",
        Truth = GroundTruth.Ill([Cause.NumericOverflow, Cause.CorruptData], "non-finite-activation", "non-finite-loss", "non-finite-gradient") with { Acceptable = Symptoms.Explosion },
        Model = () => Net.Chain(Linear(64, 64), new Function("Logarithm", x => x.log()), Linear(64, 10)),
    };

    /// <summary>Thirty blocks that each add as much as they are given: the scale doubles at every one.</summary>
    public static CorpusProgram Doubling => Base with
    {
        Name = "ill-doubling-blocks",
        Truth = GroundTruth.Ill([Cause.MissingNormalization, Cause.PoorInitialization, Cause.TooDeepWithoutSkip], "exploding-activation", "poor-initialization", "exploding-gradient") with
        {
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers, .. Symptoms.NoProgress],
        },
        Model = () => Net.Chain([Linear(64, 32), .. Net.Repeat(24, _ => [new Residual(Net.Chain(Keras.Dense(32, 32, Keras.HeNormal), ReLU()))]), Linear(32, 10)]),
        Optimizer = model => optim.SGD(model.parameters(), 0.01),
        Epochs = 5,
    };

    /// <summary>Outputs whose mean is far above their spread.</summary>
    public static CorpusProgram Skewed => Base with
    {
        Name = "ill-skewed-softplus",
        Truth = GroundTruth.Ill([Cause.AsymmetricActivation, Cause.PoorInitialization, Cause.MissingNormalization], "skewed-activation") with
        {
            CaughtAt = Severity.Info,
            Contributing = ["poor-initialization", "unscaled-input"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Model = () => Net.Chain(Keras.Dense(64, 64, bias: 10), Softplus(), Keras.Dense(64, 32, bias: 10), Softplus(), Keras.Dense(32, 10)),
        Optimizer = model => optim.SGD(model.parameters(), 0.001),
    };

    private static CorpusProgram Base => Healthy.Activations.Rectified;

    private static void Wide(Tensor weight) => init.normal_(weight, 0, 3);
}
