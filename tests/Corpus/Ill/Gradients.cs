using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Ill;

/// <summary>Gradients that vanish, explode, never come, or add up.</summary>
public static class Gradients
{
    /// <summary>Twelve tanh layers from weights far too small.</summary>
    public static CorpusProgram Vanishing => Base with
    {
        Name = "ill-vanishing-tanh",
        Truth = GroundTruth.Ill([Cause.PoorInitialization, Cause.SaturatingActivation, Cause.TooDeepWithoutSkip, Cause.MissingNormalization], "vanishing-gradient") with
        {
            Contributing = ["poor-initialization", "deep-saturating-stack", "initialization-mismatch"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Model = () => Net.Chain([.. Net.Repeat(12, i => [Keras.Dense(i == 0 ? 64 : 32, 32, Keras.Normal), Tanh()]), Keras.Dense(32, 10, Keras.Normal)]),
        Optimizer = model => optim.SGD(model.parameters(), 0.05),
    };

    /// <summary>Fifteen sigmoid layers on digits.</summary>
    public static CorpusProgram VanishingSigmoid => Base with
    {
        Name = "ill-vanishing-sigmoid",
        Truth = GroundTruth.Ill([Cause.SaturatingActivation, Cause.TooDeepWithoutSkip, Cause.MissingNormalization], "vanishing-gradient") with
        {
            Contributing = ["deep-saturating-stack"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, "initialization-mismatch", "poor-initialization"],
        },
        Model = () => Net.Perceptron(() => Sigmoid(), [64, .. Enumerable.Repeat(32L, 15), 10]),
    };

    /// <summary>Eight rectified layers from weights of unit variance.</summary>
    public static CorpusProgram Exploding => Base with
    {
        Name = "ill-exploding-init",
        Truth = GroundTruth.Ill([Cause.PoorInitialization, Cause.MissingNormalization, Cause.TooDeepWithoutSkip], "exploding-gradient", "poor-initialization", "exploding-activation") with
        {
            Contributing = ["initialization-mismatch"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers, .. Symptoms.NoProgress],
        },
        Model = () => Net.Chain([.. Net.Repeat(8, i => [Keras.Dense(64, 64, Keras.StandardNormal), ReLU()]), Keras.Dense(64, 10, Keras.StandardNormal)]),
        Optimizer = model => optim.SGD(model.parameters(), 0.01),
    };

    /// <summary>A recurrent network whose state grows at every step of the sequence; the numbers end in the first step or two.</summary>
    public static CorpusProgram ExplodingRecurrence => Base with
    {
        Name = "ill-exploding-rnn",
        Truth = GroundTruth.Ill([Cause.PoorInitialization, Cause.LearningRateTooHigh, Cause.MissingNormalization, Cause.NumericOverflow], "exploding-gradient", "poor-initialization", "exploding-activation", "non-finite-gradient", "non-finite-activation", "non-finite-loss") with
        {
            Contributing = ["diverging-loss", "non-finite-weights", "oversized-update"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers, .. Symptoms.NoProgress],
        },
        Data = seed => Samples.Digits(seed).Reshape(64, 1),
        Model = () =>
        {
            var recurrent = RNN(1, 24, nonLinearity: NonLinearities.ReLU, batchFirst: true);
            foreach (var (_, weight) in recurrent.named_parameters().Where(p => p.parameter.shape.Length == 2))
            {
                init.normal_(weight, 0, 0.5);
            }

            return new SequenceClassifier(recurrent, 24, 10);
        },
        Optimizer = model => optim.SGD(model.parameters(), 0.01),
        Epochs = 3,
    };

    /// <summary>The root of negative numbers is masked on the way forward, and comes back as zero times not-a-number.</summary>
    public static CorpusProgram MaskedRoot => Base with
    {
        Name = "ill-masked-root",
        Truth = GroundTruth.Ill([Cause.NumericOverflow, Cause.CorruptData], "non-finite-gradient", "non-finite-loss", "non-finite-weights", "non-finite-activation") with
        {
            Acceptable = Symptoms.Explosion,
        },
        Model = () => Net.Chain(Linear(64, 64), new Function("MaskedRoot", x => where(x > 0, x.sqrt(), zeros_like(x))), Linear(64, 10)),
    };

    public static CorpusProgram Detached => Base with
    {
        Name = "ill-detached-body",
        Truth = GroundTruth.Ill([Cause.DetachedGraph, Cause.FrozenParameters], "missing-gradient") with { Contributing = ["unchanged-weights"], Acceptable = Symptoms.NoProgress },
        Model = () => new DetachedBody(),
    };

    public static CorpusProgram Unused => Base with
    {
        Name = "ill-unused-branch",
        Truth = GroundTruth.Ill([Cause.DetachedGraph, Cause.FrozenParameters], "missing-gradient", "layer-not-observed") with { Contributing = ["unchanged-weights"] },
        Model = () => new UnusedBranch(),
    };

    /// <summary>SGD on a table, without zero_grad.</summary>
    public static CorpusProgram Accumulating => Healthy.Tasks.Binary with
    {
        Name = "ill-accumulating-table",
        Truth = GroundTruth.Ill([Cause.MissingZeroGrad], "accumulating-gradient") with
        {
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers, "noisy-validation", "overfitting", "overtraining"],
        },
        Optimizer = model => optim.SGD(model.parameters(), 0.05),
        ZeroesGradients = false,
    };

    /// <summary>Adam on digits, without zero_grad.</summary>
    public static CorpusProgram AccumulatingAdam => Base with
    {
        Name = "ill-accumulating-adam",
        Truth = GroundTruth.Ill([Cause.MissingZeroGrad], "accumulating-gradient") with
        {
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers, "noisy-validation", "overfitting", "overtraining"],
        },
        ZeroesGradients = false,
    };

    private static CorpusProgram Base => Healthy.Activations.Rectified;
}
