namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-59129802: a majority vote of three binary features, softmax over a single output unit.</summary>
public static class Votes59129802
{
    public static CorpusProgram Ill => new("SO-59129802", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation], "collapsed-activation", "output-loss-mismatch") with
        {
            Contributing = ["misplaced-softmax"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, "class-imbalance"],
        },
        Data = seed => Votes(seed).Split(seed, 0.9).ToValues(),
        Model = () => Net.Chain(Keras.Dense(3, 10), ReLU(), Keras.Dense(10, 1), Softmax(1)),
        Loss = () => BCELoss(),
        Optimizer = model => optim.RMSProp(model.parameters(), 0.001, alpha: 0.9),
        BatchSize = 19,
        Epochs = 60,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "SO-59129802/fix",
        Truth = GroundTruth.Healthy(),
        Model = () => Net.Chain(Keras.Dense(3, 10), ReLU(), Keras.Dense(10, 1), Sigmoid()),
        Epochs = 200,
    };

    private static Dataset Votes(int seed)
    {
        var random = new Random(seed);
        float[] features = [.. Enumerable.Range(0, 300).Select(_ => (float)random.Next(2))];
        return new Dataset("votes", DatasetKind.Classes, features, 3, [.. features.Chunk(3).Select(row => row.Sum() > 1 ? 1f : 0f)]);
    }
}
