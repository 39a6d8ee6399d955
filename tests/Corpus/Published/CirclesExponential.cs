namespace TrainingDoctor.Corpus.Published;

/// <summary>AT-CIRCLE-169a3fa1: ten layers of exponentials overflow in the first epoch.</summary>
public static class CirclesExponential
{
    public static CorpusProgram Ill => new("AT-CIRCLE-169a3fa1", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill(
            [Cause.NumericOverflow, Cause.PoorInitialization, Cause.MissingNormalization],
            "exploding-gradient", "non-finite-activation", "non-finite-gradient", "non-finite-loss", "non-finite-weights") with
        {
            Contributing = ["exploding-activation"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers, .. Symptoms.NoProgress],
        },
        Data = seed => Generated.Circles(seed).Split(seed, 0.7).ToValues(),
        Model = () => Net.Chain(
        [
            .. Net.Repeat(10, i => [Keras.Dense(i == 0 ? 2 : 5, 5, Keras.HeUniform), new Function("Exponential", x => x.exp())]),
            Keras.Dense(5, 1, Keras.Normal),
        ]),
        Loss = () => BCEWithLogitsLoss(),
        Threshold = 0,
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 128,
        Epochs = 40,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "AT-CIRCLE-169a3fa1/fix",
        Truth = GroundTruth.Healthy(0.5),
        Model = () => Net.Chain(
        [
            .. Net.Repeat(4, i => [Keras.Dense(i == 0 ? 2 : 16, 16, Keras.HeUniform), ReLU()]),
            Keras.Dense(16, 1),
        ]),
        Optimizer = model => optim.Adam(model.parameters(), 0.01),
    };
}
