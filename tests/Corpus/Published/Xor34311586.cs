namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-34311586: exclusive or with softmax over a single output unit: the answer is always 1.</summary>
public static class Xor34311586
{
    public static CorpusProgram Ill => new("SO-34311586", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation], "collapsed-activation", "output-loss-mismatch") with
        {
            Contributing = ["misplaced-softmax"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = _ => Samples.Rows(new float[,] { { 1, 1 }, { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 }, { 0, 0 } }, [0, 0, 1, 1, 0, 0]),
        Model = () => Net.Chain(
            Keras.Dense(2, 2, Keras.Uniform), Sigmoid(), Keras.Dense(2, 3, Keras.Uniform), Sigmoid(), Keras.Dense(3, 1, Keras.Uniform), Softmax(1)),
        Loss = () => MSELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.001, momentum: 0.9, nesterov: true),
        Epochs = 20,
    };

    // The published repair trains for 10000 epochs from tiny weights; wider weights and Adam get there in seconds.
    public static CorpusProgram Repaired => Ill with
    {
        Name = "SO-34311586/fix",
        Truth = GroundTruth.Healthy(0.9),
        Model = () => Net.Chain(Linear(2, 8), Sigmoid(), Linear(8, 8), Sigmoid(), Linear(8, 1), Sigmoid()),
        Optimizer = model => optim.Adam(model.parameters(), 0.05),
        Epochs = 600,
    };
}
