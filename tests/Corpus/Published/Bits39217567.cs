namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-39217567: eight bits in, the same bits out; a sigmoid stack with tiny weights under plain SGD does not move.</summary>
public static class Bits39217567
{
    public static CorpusProgram Ill => new("SO-39217567", TrainingTask.MultilabelClassification)
    {
        Truth = GroundTruth.Ill(
            [Cause.LearningRateTooLow, Cause.SaturatingActivation, Cause.PoorInitialization, Cause.OptimizerMismatch], "plateaued-loss", "slow-convergence", "stalled-loss") with
        {
            Contributing = ["vanishing-gradient", "poor-initialization", "undersized-update", "output-loss-mismatch"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = _ => Patterns().Map(bits => bits.clone()).WithoutValidation(),
        Model = () => Net.Chain(
            Keras.Dense(8, 8, Keras.Normal), Sigmoid(), Keras.Dense(8, 8, Keras.Normal), Sigmoid(), Keras.Dense(8, 8, Keras.Normal), Sigmoid()),
        Loss = () => MSELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.01),
        BatchSize = 50,
        Epochs = 100,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "SO-39217567/fix",
        Truth = GroundTruth.Healthy(0.9),
        Model = () => Net.Chain(Keras.Dense(8, 16), ReLU(), Keras.Dense(16, 16), ReLU(), Keras.Dense(16, 8), Sigmoid()),
        Loss = () => BCELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.01),
    };

    private static TrainingData Patterns()
    {
        float[] bits = [.. Enumerable.Range(0, 256).SelectMany(value => Enumerable.Range(0, 8).Select(bit => (float)((value >> bit) & 1)))];
        return new TrainingData(new TrainingBatch(tensor(bits).reshape(256, 8), tensor(bits).reshape(256, 8)), null);
    }
}
