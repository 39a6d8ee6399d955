namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-58609115: one of 69 classes, trained as 69 independent yes/no questions through sigmoid layers.</summary>
public static class Codes58609115
{
    public static CorpusProgram Ill => new("SO-58609115", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation, Cause.WrongLoss, Cause.SaturatingActivation, Cause.UnscaledData], "output-loss-mismatch") with
        {
            Contributing = ["unscaled-input"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, "class-imbalance"],
        },
        Data = seed => Codes().Split(seed).ToOneHot(69),
        Model = () => Net.Chain(
            Keras.Dense(1, 69, Keras.Normal), Sigmoid(), Keras.Dense(69, 69, Keras.Normal), Sigmoid(), Keras.Dense(69, 69, Keras.Normal), Sigmoid()),
        Loss = () => BCELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 50,
        Epochs = 4,
    };

    private static Dataset Codes() => new(
        "codes", DatasetKind.Classes, [.. Enumerable.Range(0, 2208).Select(row => (float)row)], 1, [.. Enumerable.Range(0, 2208).Select(row => (float)(row / 32))]);
}
