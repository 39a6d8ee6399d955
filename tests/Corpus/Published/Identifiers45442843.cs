namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-45442843: customer numbers as the only feature, softmax over one unit, absolute error.</summary>
public static class Identifiers45442843
{
    public static CorpusProgram Ill => new("SO-45442843", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation, Cause.UnscaledData, Cause.WrongLoss], "output-loss-mismatch", "unscaled-input") with
        {
            Contributing = ["collapsed-activation", "misplaced-softmax"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = seed => Identifiers(seed).Split(seed).ToValues(),
        Model = () => Net.Chain(Keras.Dense(1, 1), Sigmoid(), Keras.Dense(1, 1, Keras.Normal), Softmax(1)),
        Loss = () => L1Loss(),
        Optimizer = model => optim.RMSProp(model.parameters(), 0.001, alpha: 0.9),
        BatchSize = 200,
        Epochs = 100,
    };

    private static Dataset Identifiers(int seed)
    {
        var random = new Random(seed);
        return new Dataset(
            "identifiers", DatasetKind.Classes, [.. Enumerable.Range(0, 999).Select(_ => (float)random.Next(15000, 30000))], 1, [.. Enumerable.Range(0, 999).Select(_ => (float)random.Next(2))]);
    }
}
