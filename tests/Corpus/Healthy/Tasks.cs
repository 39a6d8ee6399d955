namespace TrainingDoctor.Corpus.Healthy;

/// <summary>Binary, multi-label and multi-class tasks in their usual forms.</summary>
public static class Tasks
{
    public static CorpusProgram Binary => new("healthy-binary-logit", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Healthy(0.7),
        Data = seed => RealData.BreastCancer().Standardize().Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => ReLU(), 30, 16, 1),
        Loss = () => BCEWithLogitsLoss(),
        Threshold = 0,
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        Epochs = 10,
    };

    public static CorpusProgram BinaryProbability => Binary with
    {
        Name = "healthy-binary-sigmoid",
        Model = () => Net.Chain(Linear(30, 16), ReLU(), Linear(16, 1), Sigmoid()),
        Loss = () => BCELoss(),
        Threshold = 0.5,
    };

    /// <summary>A linear model needs no activation.</summary>
    public static CorpusProgram Logistic => Binary with
    {
        Name = "healthy-logistic-regression",
        Model = () => Net.Chain(Linear(30, 1)),
        Optimizer = model => optim.SGD(model.parameters(), 0.1),
        Epochs = 12,
    };

    public static CorpusProgram SeveralLabels => new("healthy-multilabel", TrainingTask.MultilabelClassification)
    {
        Truth = GroundTruth.Healthy(0.4),
        Data = seed => Generated.Topics(seed, 1000).Map(counts => (counts - 2.5) / 2.5),
        Model = () => Net.Perceptron(() => ReLU(), 20, 32, 3),
        Loss = () => BCEWithLogitsLoss(),
        Threshold = 0,
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        Epochs = 10,
    };

    public static CorpusProgram LogProbabilities => Activations.Rectified with
    {
        Name = "healthy-log-softmax",
        Model = () => Net.Chain(Linear(64, 64), ReLU(), Linear(64, 10), LogSoftmax(1)),
        Loss = () => NLLLoss(),
    };

    public static CorpusProgram Wine => new("healthy-wine", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Healthy(0.8),
        Data = seed => RealData.Wine().Standardize().Split(seed).ToClasses(),
        Model = () => Net.Perceptron(() => GELU(), 13, 16, 3),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.AdamW(model.parameters(), 0.005),
        BatchSize = 16,
        Epochs = 15,
    };

    /// <summary>Exclusive or through a long plateau, which ends.</summary>
    public static CorpusProgram LatePlateau => new("healthy-plateau-that-ends", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Healthy(0.9),
        Data = seed => Parity(seed).Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => Tanh(), 2, 16, 1),
        Loss = () => BCEWithLogitsLoss(),
        Threshold = 0,
        Optimizer = model => optim.SGD(model.parameters(), 0.1, momentum: 0.9),
        Epochs = 60,
    };

    /// <summary>Mostly zeros, as bags of words are.</summary>
    public static CorpusProgram SparseFeatures => new("healthy-sparse-features", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Healthy(0.7),
        Data = seed => Words(seed).Split(seed).ToClasses(),
        Model = () => Net.Perceptron(() => ReLU(), 100, 24, 4),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.005),
        Epochs = 8,
    };

    // Two signs with noise: the classes are opposite corners.
    private static Dataset Parity(int seed)
    {
        var random = new Random(seed);
        float[] x = [.. Enumerable.Range(0, 800).Select(_ => (float)((random.Next(2) == 0 ? -1 : 1) + (0.2 * Generated.Normal(random))))];
        return new Dataset("parity", DatasetKind.Classes, x, 2, [.. x.Chunk(2).Select(row => row[0] * row[1] > 0 ? 0f : 1f)]);
    }

    private static Dataset Words(int seed)
    {
        var random = new Random(seed);
        float[] labels = [.. Enumerable.Range(0, 800).Select(row => (float)(row % 4))];
        float[] x = [.. labels.SelectMany(label => Enumerable.Range(0, 100).Select(word => random.NextDouble() < (word / 25 == (int)label ? 0.12 : 0.03) ? 1f : 0f))];
        return new Dataset("words", DatasetKind.Classes, x, 100, labels);
    }
}
