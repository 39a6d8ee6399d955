namespace TrainingDoctor.Corpus.Published;

/// <summary>AT-BLOB-0448d813: eight layers of exponentials overflow in the first epoch.</summary>
public static class BlobsExponential
{
    public static CorpusProgram Ill => new("AT-BLOB-0448d813", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill(
            [Cause.NumericOverflow, Cause.PoorInitialization, Cause.MissingNormalization],
            "exploding-gradient", "non-finite-activation", "non-finite-gradient", "non-finite-loss", "non-finite-weights") with
        {
            Contributing = ["exploding-activation"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers, .. Symptoms.NoProgress],
        },
        Data = seed => Generated.Blobs(seed).Split(seed, 0.7).ToClasses(),
        Model = () => Net.Chain(
        [
            .. Net.Repeat(8, i => [Keras.Dense(i == 0 ? 2 : 5, 5, Keras.HeUniform), new Function("Exponential", x => x.exp())]),
            Keras.Dense(5, 3, Keras.Normal),
            Sigmoid(),
        ]),
        ComputeLoss = Losses.RenormalizedCrossEntropy,
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 256,
        Epochs = 40,
    };
}
