namespace TrainingDoctor.Corpus.Published;

/// <summary>Published perceptrons on MNIST, re-created on digits of 8 by 8.</summary>
public static class DigitPerceptrons
{
    /// <summary>TDC-IPS-4: weights and biases from N(0, 1).</summary>
    public static CorpusProgram WideWeights => new("TDC-IPS-4", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.PoorInitialization], "poor-initialization") with
        {
            Contributing = ["initialization-mismatch", "exploding-activation", "exploding-gradient"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, "undersized-update", "overfitting"],
        },
        Data = seed => Samples.Digits(seed),
        Model = () => Wide(Keras.StandardNormal, 1),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        BatchSize = 100,
        Epochs = 10,
    };

    public static CorpusProgram HeWeights => WideWeights with
    {
        Name = "TDC-IPS-4/fix",
        Truth = GroundTruth.Healthy(0.8),
        Model = () => Wide(Keras.HeNormal, 0),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
    };

    /// <summary>TDC-IPS-1: the sum of y log(softmax), with nothing against log(0). The rate is raised so that it underflows within seconds.</summary>
    public static CorpusProgram Underflow => new("TDC-IPS-1", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill(
            [Cause.NumericOverflow, Cause.WrongLoss, Cause.LearningRateTooHigh], "non-finite-activation", "non-finite-gradient", "non-finite-loss", "non-finite-weights") with
        {
            HoldsWhen = outcome => outcome.HasNonFiniteLoss,
            Contributing = ["sum-reduced-loss", "output-loss-mismatch", "exploding-gradient", "exploding-weights", "oversized-update"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers],
        },
        Data = seed => Samples.DigitRows(seed, 800).ToOneHot(10).Reshape(1, 8, 8),
        Model = () => Net.Chain(
            Keras.Convolution(1, 16, 5, Truncated, 0.1), ReLU(), MaxPool2d(2), Keras.Convolution(16, 32, 5, Truncated, 0.1), ReLU(), MaxPool2d(2),
            Flatten(), Keras.Dense(128, 128, Truncated, 0.1), ReLU(), Dropout(0.5), Keras.Dense(128, 10, Truncated, 0.1), Softmax(1)),
        ComputeLoss = (output, target) => -(target * output.log()).sum(),
        Optimizer = model => optim.Adam(model.parameters(), 0.1),
        BatchSize = 50,
        Epochs = 8,
    };

    /// <summary>TDC-IPS-7: raw outputs go into a logarithm.</summary>
    public static CorpusProgram LogOfLogits => new("TDC-IPS-7", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill(
            [Cause.WrongOutputActivation, Cause.WrongLoss, Cause.NumericOverflow],
            "non-finite-activation", "non-finite-gradient", "non-finite-loss", "non-finite-weights", "output-loss-mismatch") with
        {
            Contributing = ["poor-initialization", "saturated-activation"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers],
        },
        Data = seed => Samples.DigitRows(seed, 800).ToOneHot(10),
        Model = () => Net.Chain(Keras.Dense(64, 512, Keras.StandardNormal), Sigmoid(), Linear(512, 10, hasBias: false)),
        ComputeLoss = (output, target) => -((target * output.log()) + ((1 - target) * (1 - output).log())).mean(),
        Optimizer = model => optim.SGD(model.parameters(), 0.05),
        BatchSize = 50,
        Epochs = 2,
    };

    /// <summary>SO-55328966: raw pixels, a linear first layer, sigmoid before cross entropy.</summary>
    public static CorpusProgram SigmoidOutput => new("SO-55328966", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation, Cause.UnscaledData], "output-loss-mismatch", "unscaled-input") with
        {
            Contributing = ["missing-nonlinearity"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = seed => Samples.Digits(seed).Map(pixels => pixels * 255),
        Model = () => Net.Chain(Keras.Dense(64, 256), Keras.Dense(256, 50), ReLU(), Keras.Dense(50, 10), Sigmoid()),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.0001),
        Epochs = 10,
    };

    public static CorpusProgram Logits => SigmoidOutput with
    {
        Name = "SO-55328966/fix",
        Truth = GroundTruth.Healthy(0.7),
        Data = seed => Samples.Digits(seed),
        Model = () => Net.Chain(Keras.Dense(64, 256), ReLU(), Keras.Dense(256, 50), ReLU(), Keras.Dense(50, 10)),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
    };

    /// <summary>SO-48385830: two linear layers, squared error, a learning rate of 3.</summary>
    public static CorpusProgram RateOfThree => new("SO-48385830", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill(
            [Cause.LearningRateTooHigh, Cause.PoorInitialization, Cause.MissingNonlinearity, Cause.WrongLoss],
            "diverging-loss", "exploding-gradient", "exploding-weights", "non-finite-activation", "non-finite-gradient", "non-finite-loss", "non-finite-weights", "oscillating-loss", "oversized-update") with
        {
            Contributing = ["missing-nonlinearity", "poor-initialization", "output-loss-mismatch"],
            Acceptable = Symptoms.Explosion,
        },
        Data = seed => Samples.DigitRows(seed, 800).ToOneHot(10),
        Model = () => Net.Chain(Keras.Dense(64, 30, Keras.StandardNormal), Keras.Dense(30, 10, Keras.StandardNormal)),
        Loss = () => MSELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 3),
        BatchSize = 10,
        Epochs = 3,
    };

    private static Module Wide(Action<Tensor> initialize, double biasDeviation)
    {
        var model = Net.Chain([.. Net.Repeat(3, i => [Keras.Dense(i == 0 ? 64 : 200, 200, initialize), ReLU()]), Keras.Dense(200, 10, initialize)]);
        foreach (var (_, bias) in model.named_parameters().Where(p => p.parameter.shape.Length == 1))
        {
            init.normal_(bias, 0, biasDeviation);
        }

        return model;
    }

    // The library's trunc_normal_ (0.107.0) writes the same number everywhere.
    private static void Truncated(Tensor weight)
    {
        using var unwatched = no_grad();
        weight.normal_(0, 0.1).clamp_(-0.2, 0.2);
    }
}
