namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-38648195: several labels per row, but softmax forces the outputs to sum to 1.</summary>
public static class Topics38648195
{
    public static CorpusProgram Ill => new("SO-38648195", TrainingTask.MultilabelClassification)
    {
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation, Cause.WrongLoss], "output-loss-mismatch") with
        {
            Contributing = ["unscaled-input"],
            Acceptable = Symptoms.NoProgress,
        },
        Data = seed => Generated.Topics(seed, 1500),
        Model = () => Net.Chain(Keras.Dense(20, 20), ReLU(), Dropout(0.5), Keras.Dense(20, 20), ReLU(), Dropout(0.5), Keras.Dense(20, 3), Softmax(1)),
        Loss = () => MSELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.01),
        BatchSize = 20,
        Epochs = 10,
    };

    // The counts stay unscaled as published: to say so is right.
    public static CorpusProgram Repaired => Ill with
    {
        Name = "SO-38648195/fix",
        Truth = GroundTruth.Healthy(0.2) with { Acceptable = ["unscaled-input"] },
        Model = () => Net.Chain(Keras.Dense(20, 20), ReLU(), Dropout(0.5), Keras.Dense(20, 20), ReLU(), Dropout(0.5), Keras.Dense(20, 3), Sigmoid()),
        Loss = () => BCELoss(),
        Epochs = 20,
    };
}
