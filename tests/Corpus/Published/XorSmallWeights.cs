namespace TrainingDoctor.Corpus.Published;

/// <summary>NP-XOR-SMALLINIT: exclusive or from weights so small that the hidden units never part.</summary>
public static class XorSmallWeights
{
    public static CorpusProgram Ill => new("NP-XOR-SMALLINIT", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill(
            [Cause.PoorInitialization, Cause.LearningRateTooLow], "plateaued-loss", "poor-initialization", "slow-convergence", "stalled-loss") with
        {
            Contributing = ["vanishing-gradient", "underfitting", "initialization-mismatch", "collapsed-activation"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = _ => Samples.Rows(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } }, [0, 1, 1, 0]),
        Model = () => Net.Chain(Keras.Dense(2, 5, Small), Sigmoid(), Keras.Dense(5, 1, Small), Sigmoid()),
        Loss = () => BCELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.03),
        BatchSize = 0,
        Epochs = 1000,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "NP-XOR-SMALLINIT/fix",
        Truth = GroundTruth.Healthy(0.9),
        Model = () => Net.Chain(Keras.Dense(2, 5, Keras.StandardNormal), Sigmoid(), Keras.Dense(5, 1, Keras.StandardNormal), Sigmoid()),
        Optimizer = model => optim.SGD(model.parameters(), 1),
        Epochs = 1500,
    };

    private static void Small(Tensor weight) => init.normal_(weight, 0, 0.01);
}
