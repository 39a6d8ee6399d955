namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-48221692: a parabola up to 103, answered through a sigmoid that ends at 1.</summary>
public static class Parabola48221692
{
    public static CorpusProgram Ill => new("SO-48221692", TrainingTask.Regression)
    {
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation, Cause.UnscaledData], "output-loss-mismatch") with
        {
            Contributing = ["unscaled-target", "unscaled-input", "invalid-target"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = seed => Generated.Curve(x => (x * x) + 3, -10, 9.9, 200).Split(seed, 0.75).ToValues(),
        Model = () => Net.Chain(Keras.Dense(1, 5), Sigmoid(), Keras.Dense(5, 1), Sigmoid()),
        Loss = () => MSELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.01),
        BatchSize = 0,
        Epochs = 300,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "SO-48221692/fix",
        Truth = GroundTruth.Healthy(0.8),
        Data = seed => Generated.Curve(x => (x * x) + 3, -10, 9.9, 200).Standardize().StandardizeTargets().Split(seed, 0.75).ToValues(),
        Model = () => Net.Chain(Keras.Dense(1, 16), Sigmoid(), Keras.Dense(16, 1)),
        Optimizer = model => optim.Adam(model.parameters(), 0.05),
        Epochs = 400,
    };
}
