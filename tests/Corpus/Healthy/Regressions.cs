namespace TrainingDoctor.Corpus.Healthy;

/// <summary>Regressions on scaled and on natural scales.</summary>
public static class Regressions
{
    public static CorpusProgram Standardized => new("healthy-regression", TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(0.3),
        Data = seed => RealData.Diabetes().Standardize().StandardizeTargets().Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => ReLU(), 10, 16, 1),
        Loss = () => MSELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.003, weight_decay: 0.001),
        Epochs = 15,
    };

    public static CorpusProgram Robust => Standardized with { Name = "healthy-huber", Loss = () => SmoothL1Loss() };

    public static CorpusProgram Absolute => Standardized with { Name = "healthy-absolute-error", Loss = () => L1Loss() };

    /// <summary>Lengths in centimetres, as they are: petal width from the other three.</summary>
    public static CorpusProgram NaturalScale => new("healthy-natural-scale", TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(0.7),
        Data = seed => Petals().Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => Tanh(), 3, 12, 1),
        Loss = () => MSELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.004),
        BatchSize = 16,
        Epochs = 40,
    };

    /// <summary>Counts, through a Poisson likelihood.</summary>
    public static CorpusProgram Counts => new("healthy-counts", TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(null),
        Data = seed => Events(seed).Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => SiLU(), 3, 16, 1),
        Loss = () => PoissonNLLLoss(log_input: true),
        Optimizer = model => optim.Adam(model.parameters(), 0.005),
        Epochs = 6,
    };

    public static CorpusProgram Sine => new("healthy-sine", TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(0.8),
        Data = seed => Generated.Curve(Math.Sin, -3, 3, 400).Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => Tanh(), 1, 32, 32, 1),
        Loss = () => MSELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.005),
        Epochs = 40,
    };

    /// <summary>Answers between 0 and 1 through a sigmoid, which fits them.</summary>
    public static CorpusProgram UnitInterval => Sine with
    {
        Name = "healthy-unit-interval",
        Data = seed => Generated.Curve(x => (1 + Math.Sin(x)) / 2, -3, 3, 400).Split(seed).ToValues(),
        Model = () => Net.Chain(Linear(1, 32), Tanh(), Linear(32, 32), Tanh(), Linear(32, 1), Sigmoid()),
    };

    /// <summary>Nine tenths of what is to be foretold is noise, and the rest is found in the first epochs.</summary>
    public static CorpusProgram MostlyNoise => new("healthy-mostly-noise", TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(null),
        Data = seed => Faint(seed).Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => ReLU(), 8, 12, 1),
        Loss = () => MSELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        BatchSize = 50,
        Epochs = 6,
    };

    /// <summary>Targets of unit variance, a ninth of it a sum of the features.</summary>
    private static Dataset Faint(int seed)
    {
        var random = new Random(seed);
        float[] x = [.. Enumerable.Range(0, 8 * 6000).Select(_ => (float)Generated.Normal(random))];
        return new Dataset("faint", DatasetKind.Values, x, 8, [.. x.Chunk(8).Select(row => (float)((row.Sum() / 3 / Math.Sqrt(8)) + (0.94 * Generated.Normal(random))))]);
    }

    private static Dataset Petals()
    {
        var iris = RealData.Iris();
        return new Dataset(
            "petals", DatasetKind.Values, [.. iris.Features.Chunk(4).SelectMany(row => row.Take(3))], 3, [.. iris.Features.Chunk(4).Select(row => row[3])]);
    }

    private static Dataset Events(int seed)
    {
        var random = new Random(seed);
        float[] x = [.. Enumerable.Range(0, 1800).Select(_ => (float)Generated.Normal(random))];
        return new Dataset("events", DatasetKind.Values, x, 3, [.. x.Chunk(3).Select(row =>
        {
            double rate = Math.Exp(0.5 + (0.6 * row[0]) - (0.4 * row[1]));
            int count = 0;
            for (double p = random.NextDouble(); p > Math.Exp(-rate); p *= random.NextDouble())
            {
                count++;
            }

            return (float)count;
        })]);
    }
}
