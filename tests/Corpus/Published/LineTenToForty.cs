namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-LINREG-10-40: four points on a line, weights of a thousand and steps far too large.</summary>
public static class LineTenToForty
{
    public static CorpusProgram Ill => new("SO-LINREG-10-40", TrainingTask.Regression)
    {
        Truth = GroundTruth.Ill(
            [Cause.LearningRateTooHigh, Cause.UnscaledData, Cause.PoorInitialization],
            "diverging-loss", "exploding-gradient", "exploding-weights", "non-finite-activation", "non-finite-gradient", "non-finite-loss", "non-finite-weights", "oscillating-loss", "oversized-update") with
        {
            Contributing = ["poor-initialization", "unscaled-input", "unscaled-target"],
            Acceptable = Symptoms.Explosion,
        },
        Data = _ => Samples.Rows(new float[,] { { 10 }, { 20 }, { 30 }, { 40 } }, [20, 40, 60, 80]),
        Model = () => Net.Chain(Keras.Dense(1, 1, weight => init.uniform_(weight, -1000, 1000))),
        Loss = () => MSELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.1),
        BatchSize = 0,
        Epochs = 200,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "SO-LINREG-10-40/fix",
        Truth = GroundTruth.Healthy(0.9),
        Data = _ => Samples.Rows(new float[,] { { 1 }, { 2 }, { 3 }, { 4 } }, [2, 4, 6, 8]),
        Model = () => Net.Chain(Linear(1, 1)),
        Optimizer = model => optim.SGD(model.parameters(), 0.05),
    };
}
