namespace TrainingDoctor.Corpus.Healthy;

/// <summary>One perceptron on digits with every activation function, each with the settings that suit it.</summary>
public static class Activations
{
    public static CorpusProgram Rectified => new("healthy-relu", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Healthy(0.8),
        Data = seed => Samples.Digits(seed),
        Model = () => Net.Perceptron(() => ReLU(), 64, 64, 32, 10),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        Epochs = 10,
    };

    public static CorpusProgram Leaky => Rectified.With("healthy-leaky-relu", () => LeakyReLU(0.05));

    public static CorpusProgram Parametric => Rectified.With("healthy-prelu", () => PReLU(1));

    public static CorpusProgram Exponential => Rectified.With("healthy-elu", () => ELU(1));

    public static CorpusProgram SelfNormalizing => Rectified.With("healthy-selu", () => SELU());

    public static CorpusProgram GaussianError => Rectified.With("healthy-gelu", () => GELU());

    public static CorpusProgram Swish => Rectified.With("healthy-silu", () => SiLU());

    public static CorpusProgram MishFunction => Rectified.With("healthy-mish", () => Mish());

    public static CorpusProgram HardSwish => Rectified.With("healthy-hardswish", () => Hardswish());

    public static CorpusProgram Hyperbolic => Rectified.With("healthy-tanh", () => Tanh());

    public static CorpusProgram SoftSign => Rectified.With("healthy-softsign", () => Softsign());

    public static CorpusProgram SoftPlus => Rectified.With("healthy-softplus", () => Softplus());

    public static CorpusProgram CappedRelu => Rectified.With("healthy-relu6", () => ReLU6());

    /// <summary>One sigmoid layer is no deep stack: it learns well.</summary>
    public static CorpusProgram ShallowSigmoid => Rectified with
    {
        Name = "healthy-sigmoid",
        Model = () => Net.Perceptron(() => Sigmoid(), 64, 48, 10),
        Optimizer = model => optim.Adam(model.parameters(), 0.01),
    };

    private static CorpusProgram With(this CorpusProgram program, string name, Func<Module<Tensor, Tensor>> activation) =>
        program with { Name = name, Model = () => Net.Perceptron(activation, 64, 64, 32, 10) };
}
