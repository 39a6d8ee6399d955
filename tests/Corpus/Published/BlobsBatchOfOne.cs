namespace TrainingDoctor.Corpus.Published;

/// <summary>AT-DEMO-OSCILLATE: momentum 0.9 on batches of one sample.</summary>
public static class BlobsBatchOfOne
{
    public static CorpusProgram Ill => new("AT-DEMO-OSCILLATE", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.BatchTooSmall, Cause.LearningRateTooHigh], "oscillating-loss") with
        {
            Contributing = ["noisy-validation"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, "unscaled-input"],
        },
        Data = seed => Generated.Blobs(seed, 300).Split(seed, 0.7).ToClasses(),
        Model = () => Net.Chain(Keras.Dense(2, 50, Keras.HeUniform), ReLU(), Keras.Dense(50, 3)),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.01, momentum: 0.9),
        BatchSize = 1,
        Epochs = 12,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "AT-DEMO-OSCILLATE/fix",
        Truth = GroundTruth.Healthy(),
        Optimizer = model => optim.SGD(model.parameters(), 0.01, momentum: 0.9),
        Data = seed => Generated.Blobs(seed, 1000).Standardize().Split(seed, 0.7).ToClasses(),
        BatchSize = 32,
        Epochs = 25,
    };
}
