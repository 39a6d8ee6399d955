namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-59278771: sigmoid before a cross entropy that holds a softmax already; raw features.</summary>
public static class Iris59278771
{
    public static CorpusProgram Ill => new("SO-59278771", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation, Cause.WrongLoss], "output-loss-mismatch") with
        {
            Contributing = ["unscaled-input"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = seed => RealData.Iris().Split(seed).ToClasses(),
        Model = () => Net.Chain(Keras.Dense(4, 4, Keras.Normal), ReLU(), Keras.Dense(4, 3, Keras.Normal), Sigmoid()),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 5,
        Epochs = 40,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "SO-59278771/fix",
        Truth = GroundTruth.Healthy(0.8),
        Data = seed => RealData.Iris().Normalize().Split(seed).ToClasses(),
        Model = () => Net.Chain(Keras.Dense(4, 8), ReLU(), Keras.Dense(8, 3)),
        Optimizer = model => optim.Adam(model.parameters(), 0.005),
        Epochs = 50,
    };

    /// <summary>SO-51930566, repaired: the same flowers, standardised, half of them held back.</summary>
    public static CorpusProgram Standardized => Ill with
    {
        Name = "SO-51930566/fix",
        Truth = GroundTruth.Healthy(0.6),
        Data = seed => RealData.Iris().Standardize().Split(seed, 0.5).ToClasses(),
        Model = () => Net.Chain(Keras.Dense(4, 4, Keras.Normal), ReLU(), Keras.Dense(4, 3, Keras.Normal)),
        Optimizer = model => optim.Adam(model.parameters(), 0.005),
        Epochs = 50,
    };
}
