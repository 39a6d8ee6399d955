using Optimizer = TorchSharp.torch.optim.Optimizer;

namespace TrainingDoctor.Corpus.HeldOut;

/// <summary>Healthy programs that no rule was tuned on.</summary>
public static class SoundPrograms
{
    public static CorpusProgram Convolutions => Digits("conv-pool", () => Net.Chain(Conv2d(1, 8, 3, padding: 1), ReLU(), MaxPool2d(2), Conv2d(8, 16, 3, padding: 1), ReLU(), Flatten(), Linear(256, 10))) with { Data = seed => Samples.DigitImages(seed) };

    /// <summary>Pixels from 0 to 16 go straight into a batch normalisation.</summary>
    public static CorpusProgram RawPixelsNormalized => Digits("raw-pixels-batchnorm", () => Net.Chain(BatchNorm2d(1), Conv2d(1, 12, 3), SiLU(), Flatten(), Linear(432, 10))) with { Data = seed => Samples.DigitImages(seed).Map(x => x * 16) };

    public static CorpusProgram Mish => Digits("mish", () => Net.Perceptron(() => nn.Mish(), 64, 48, 48, 10));

    public static CorpusProgram Hardswish => Digits("hardswish", () => Net.Perceptron(() => nn.Hardswish(), 64, 96, 10));

    public static CorpusProgram Selu => Digits("selu-sgd", () => Net.Perceptron(() => SELU(), 64, 48, 48, 48, 10), model => optim.SGD(model.parameters(), 0.05, momentum: 0.9));

    public static CorpusProgram TanhNesterov => Digits("tanh-nesterov", () => Net.Perceptron(() => Tanh(), 64, 40, 10), model => optim.SGD(model.parameters(), 0.05, momentum: 0.9, nesterov: true));

    public static CorpusProgram RmsProp => Digits("rmsprop-elu", () => Net.Perceptron(() => ELU(), 64, 64, 10), model => optim.RMSProp(model.parameters(), 0.001));

    public static CorpusProgram Adagrad => Digits("adagrad", () => Net.Perceptron(() => ReLU(), 64, 64, 10), model => optim.Adagrad(model.parameters(), 0.03));

    public static CorpusProgram Adadelta => Digits("adadelta", () => Net.Perceptron(() => ReLU(), 64, 64, 10), model => optim.Adadelta(model.parameters(), 1.0));

    public static CorpusProgram Dropout => Digits("dropout-half", () => Net.Chain(Linear(64, 256), ReLU(), nn.Dropout(0.5), Linear(256, 128), ReLU(), nn.Dropout(0.5), Linear(128, 10)));

    public static CorpusProgram ResidualLayerNorm => Digits("residual-layernorm", () => Net.Chain([Linear(64, 32), .. Net.Repeat(5, _ => [new Residual(Net.Chain(LayerNorm(32), Linear(32, 32), GELU(), Linear(32, 32)))]), LayerNorm(32), Linear(32, 10)]));

    public static CorpusProgram BatchOfTwo => Digits("batch-of-2", () => Net.Perceptron(() => LeakyReLU(0.1), 64, 32, 10), model => optim.SGD(model.parameters(), 0.02)) with { BatchSize = 2, Epochs = 4 };

    public static CorpusProgram GradientDescent => Digits("full-batch-descent", () => Net.Perceptron(() => Tanh(), 64, 32, 10), model => optim.SGD(model.parameters(), 0.5)) with { BatchSize = 0, Epochs = 250 };

    /// <summary>A very short run: forty steps.</summary>
    public static CorpusProgram FortySteps => Digits("forty-steps", () => Net.Perceptron(() => ReLU(), 64, 128, 10), model => optim.Adam(model.parameters(), 0.004)) with { Epochs = 2 };

    public static CorpusProgram Warmup => Digits("linear-warmup", () => Net.Perceptron(() => GELU(), 64, 64, 10)) with { BeginStep = state => state.ChangeLearningRate(_ => 0.003 * Math.Min(1, (state.Step + 1) / 60.0)) };

    public static CorpusProgram Restarts => Digits("warm-restarts", () => Net.Perceptron(() => ReLU(), 64, 64, 10)) with { BeginStep = state => state.ChangeLearningRate(_ => 1e-5 + (0.004 * 0.5 * (1 + Math.Cos(Math.PI * (state.Step % 80) / 80.0)))) };

    public static CorpusProgram StepDecay => Digits("step-decay", () => Net.Perceptron(() => ReLU(), 64, 64, 10), model => optim.SGD(model.parameters(), 0.1, momentum: 0.9)) with { BeginStep = state => state.ChangeLearningRate(_ => 0.1 * Math.Pow(0.3, state.Epoch / 5)) };

    public static CorpusProgram Autoencoder => new("held-out-autoencoder", TrainingTask.Reconstruction)
    {
        Truth = GroundTruth.Healthy(0.3),
        Data = seed => Samples.DigitRows(seed).ToReconstruction(),
        Model = () => Net.Chain(Linear(64, 32), ReLU(), Linear(32, 12), ReLU(), Linear(12, 32), ReLU(), Linear(32, 64), Sigmoid()),
        Loss = () => MSELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.004),
        Epochs = 30,
    };

    public static CorpusProgram Gated => Digits("gru-rows", () => new SequenceClassifier(GRU(8, 40, batchFirst: true), 40, 10), model => optim.AdamW(model.parameters(), 0.006)) with { Data = seed => Samples.Digits(seed).Reshape(8, 8) };

    public static CorpusProgram Attention => Digits("transformer-adamw", () => new SmallTransformer(8, 8, 24, 10), model => optim.AdamW(model.parameters(), 0.005)) with { Data = seed => Samples.Digits(seed).Reshape(8, 8) };

    public static CorpusProgram Huber => Table("huber-diabetes", () => Net.Perceptron(() => ReLU(), 10, 16, 1)) with { Loss = () => SmoothL1Loss() };

    public static CorpusProgram Absolute => Table("l1-diabetes", () => Net.Perceptron(() => SiLU(), 10, 12, 1)) with { Loss = () => L1Loss() };

    public static CorpusProgram LinearDescent => Table("linear-sgd", () => Net.Chain(Linear(10, 1)), model => optim.SGD(model.parameters(), 0.01));

    public static CorpusProgram Sine => new("held-out-sine-5000-steps", TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(0.8),
        Data = seed => Generated.Curve(x => Math.Sin(3 * x), -2, 2, 320).Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => Tanh(), 1, 24, 24, 1),
        Loss = () => MSELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.002),
        Epochs = 600,
    };

    public static CorpusProgram Iris => new("held-out-iris-centimetres", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Healthy(0.8),
        Data = seed => RealData.Iris().Split(seed).ToClasses(),
        Model = () => Net.Perceptron(() => ReLU(), 4, 16, 3),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.01),
        BatchSize = 16,
        Epochs = 40,
    };

    public static CorpusProgram Tumours => new("held-out-tumours-minmax", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Healthy(0.7),
        Data = seed => RealData.BreastCancer().Normalize().Split(seed).ToValues(),
        Model = () => Net.Chain(Linear(30, 24), nn.Hardswish(), Linear(24, 1)),
        Loss = () => BCEWithLogitsLoss(),
        Threshold = 0,
        Optimizer = model => optim.Adam(model.parameters(), 0.01),
        Epochs = 20,
    };

    public static CorpusProgram SmallCircles => new("held-out-circles-wide", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Healthy(0.7),
        Data = seed => Generated.Circles(seed, 800, 0.08, 0.4).Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => ReLU(), 2, 32, 16, 1),
        Loss = () => BCEWithLogitsLoss(),
        Threshold = 0,
        Optimizer = model => optim.Adam(model.parameters(), 0.01),
        Epochs = 30,
    };

    internal static CorpusProgram Digits(string name, Func<Module> model, Func<Module, Optimizer>? optimizer = null) => new("held-out-" + name, TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Healthy(0.6),
        Data = seed => Samples.Digits(seed),
        Model = model,
        Loss = () => CrossEntropyLoss(),
        Optimizer = optimizer ?? (m => optim.Adam(m.parameters(), 0.002)),
        Epochs = 14,
    };

    internal static CorpusProgram Table(string name, Func<Module> model, Func<Module, Optimizer>? optimizer = null) => new("held-out-" + name, TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(0.3),
        Data = seed => RealData.Diabetes().Standardize().StandardizeTargets().Split(seed).ToValues(),
        Model = model,
        Loss = () => MSELoss(),
        Optimizer = optimizer ?? (m => optim.Adam(m.parameters(), 0.005)),
        Epochs = 20,
    };
}
