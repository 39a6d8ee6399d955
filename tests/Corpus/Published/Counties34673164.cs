namespace TrainingDoctor.Corpus.Published;

/// <summary>SO-34673164: ten counties with raw columns up to 600000 through tanh layers.</summary>
public static class Counties34673164
{
    public static CorpusProgram Ill => new("SO-34673164", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.UnscaledData, Cause.SaturatingActivation, Cause.WrongLoss], "saturated-activation", "unscaled-input") with
        {
            Contributing = ["output-loss-mismatch"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = seed => Counties(seed).Split(seed, 1).ToOneHot(2),
        Model = () => Net.Chain(
            Keras.Dense(16, 64, Keras.Uniform), Tanh(), Dropout(0.5), Keras.Dense(64, 64, Keras.Uniform), Tanh(), Dropout(0.5), Keras.Dense(64, 2, Keras.Uniform), Softmax(1)),
        Loss = () => MSELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.1, momentum: 0.9, nesterov: true),
        BatchSize = 16,
        Epochs = 20,
    };

    private static Dataset Counties(int seed)
    {
        var random = new Random(seed);
        float[] x = [.. Enumerable.Range(0, 160).Select(i => (float)(Math.Pow(10, i % 16 / 3.0) * (0.5 + random.NextDouble())))];
        return new Dataset("counties", DatasetKind.Classes, x, 16, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    }
}
