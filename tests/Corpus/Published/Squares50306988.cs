namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-50306988: two squares in the plane, stopped after 65 small steps.</summary>
public static class Squares50306988
{
    public static CorpusProgram Ill => new("SO-50306988", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.TooFewEpochs, Cause.LearningRateTooLow], "slow-convergence", "underfitting").WhenSkillBelow(0.7) with
        {
            Contributing = ["stalled-loss", "plateaued-loss", "undersized-update"],
            Acceptable = ["vanishing-gradient"],
        },
        Data = seed => Squares(seed).Split(seed).ToClasses(),
        Model = () => Net.Chain(Keras.Dense(2, 2), Sigmoid(), Keras.Dense(2, 2)),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        Epochs = 5,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "SO-50306988/fix",
        Truth = GroundTruth.Healthy(0.9),
        Optimizer = model => optim.Adam(model.parameters(), 0.01),
        Epochs = 80,
    };

    private static Dataset Squares(int seed)
    {
        var random = new Random(seed);
        float[] labels = [.. Enumerable.Range(0, 400).Select(row => (float)(row % 2))];
        float[] x = [.. labels.SelectMany(label => new[] { Draw(label), Draw(label) })];
        return new Dataset("squares", DatasetKind.Classes, x, 2, labels);

        float Draw(float label) => (float)((label == 0 ? 0.2 : 0.5) + (0.2 * random.NextDouble()));
    }
}
