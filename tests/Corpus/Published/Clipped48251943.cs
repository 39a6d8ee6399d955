namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-48251943: a regression with negative targets through a ReLU at the output.</summary>
public static class Clipped48251943
{
    public static CorpusProgram Ill => new("SO-48251943", TrainingTask.Regression)
    {
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation, Cause.DyingRelu], "output-loss-mismatch") with
        {
            Contributing = ["invalid-target"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = seed => Rows(seed).Split(seed, 1).ToValues(),
        Model = () => Net.Chain(Keras.Dense(2, 4), ReLU(), Keras.Dense(4, 1), ReLU()),
        Loss = () => MSELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.01),
        BatchSize = 10,
        Epochs = 50,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "SO-48251943/fix",
        Truth = GroundTruth.Healthy(0.6),
        Model = () => Net.Chain(Keras.Dense(2, 8), ReLU(), Keras.Dense(8, 1)),
        Optimizer = model => optim.SGD(model.parameters(), 0.05),
        Epochs = 150,
    };

    // Seventeen standardised rows, like the published table.
    private static Dataset Rows(int seed)
    {
        var random = new Random(seed);
        float[] x = [.. Enumerable.Range(0, 34).Select(_ => (float)Generated.Normal(random))];
        float[] y = [.. x.Chunk(2).Select(row => (float)((0.8 * row[0]) - (0.6 * row[1]) + (0.2 * Generated.Normal(random))))];
        return new Dataset("book", DatasetKind.Values, x, 2, y).Standardize().StandardizeTargets();
    }
}
