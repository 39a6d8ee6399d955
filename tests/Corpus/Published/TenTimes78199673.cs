namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-78199673: ten points on a line through the origin, stopped too early.</summary>
public static class TenTimes78199673
{
    public static CorpusProgram Ill => new("SO-78199673", TrainingTask.Regression)
    {
        Truth = GroundTruth.Ill([Cause.TooFewEpochs, Cause.LearningRateTooLow, Cause.UnscaledData], "slow-convergence", "underfitting").WhenSkillBelow(0.5) with
        {
            Contributing = ["stalled-loss", "plateaued-loss", "undersized-update", "unscaled-target"],
            Acceptable = ["unscaled-input"],
        },
        Data = _ => Points(),
        Model = () => Net.Chain(Keras.Dense(1, 1)),
        Loss = () => MSELoss(),
        Optimizer = model => optim.RMSProp(model.parameters(), 0.005, alpha: 0.9),
        Epochs = 100,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "SO-78199673/fix",
        Truth = GroundTruth.Healthy(0.9),
        Optimizer = model => optim.RMSProp(model.parameters(), 0.01, alpha: 0.9),
        Epochs = 1500,
    };

    private static TrainingData Points()
    {
        float[,] x = { { 1 }, { 2 }, { 3 }, { 4 }, { 5 }, { 6 }, { 7 }, { 8 }, { 9 }, { 10 } };
        return Samples.Rows(x, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    }
}
