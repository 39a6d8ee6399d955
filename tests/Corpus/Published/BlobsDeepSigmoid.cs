namespace TrainingDoctor.Corpus.Published;

/// <summary>AT-BLOB-2569b90f: eleven sigmoid layers: the first ones get no gradient.</summary>
public static class BlobsDeepSigmoid
{
    public static CorpusProgram Ill => new("AT-BLOB-2569b90f", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.SaturatingActivation, Cause.TooDeepWithoutSkip, Cause.MissingNormalization], "vanishing-gradient") with
        {
            Contributing = ["deep-saturating-stack"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, "initialization-mismatch", "poor-initialization", "unscaled-input"],
        },
        Data = seed => Generated.Blobs(seed).Split(seed, 0.7).ToClasses(),
        Model = () => Net.Chain([.. Net.Repeat(11, i => [Keras.Dense(i == 0 ? 2 : 5, 5, Keras.HeUniform), Sigmoid()]), Keras.Dense(5, 3), Sigmoid()]),
        ComputeLoss = Losses.RenormalizedCrossEntropy,
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 256,
        Epochs = 120,
    };
}
