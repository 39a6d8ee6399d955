namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-52800582: the fourth power of numbers up to 100, neither side scaled.</summary>
public static class Quartic52800582
{
    public static CorpusProgram Ill => new("SO-52800582", TrainingTask.Regression)
    {
        Truth = GroundTruth.Ill([Cause.UnscaledData], "unscaled-input", "unscaled-target") with
        {
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, .. Symptoms.Explosion],
        },
        Data = seed => Generated.Curve(x => x * x * x * x, -100, 99.5, 400).Split(seed).ToValues(),
        Model = () => Net.Chain(Keras.Dense(1, 50), Sigmoid(), Keras.Dense(50, 50), ELU(1), Keras.Dense(50, 1)),
        Loss = () => MSELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 0,
        Epochs = 300,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "SO-52800582/fix",
        Truth = GroundTruth.Healthy(0.8),
        Data = seed => Generated.Curve(x => x * x * x * x, -100, 99.5, 400).Standardize().StandardizeTargets().Split(seed).ToValues(),
        Model = () => Net.Chain(Keras.Dense(1, 50), ReLU(), Keras.Dense(50, 50), ELU(1), Keras.Dense(50, 1)),
        Epochs = 600,
    };
}
