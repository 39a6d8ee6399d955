namespace TrainingDoctor.Corpus.Published;

/// <summary>GH-libtorch-linreg-11: house prices from raw features with columns in the hundreds: not a number at step 4. The table is a stand-in with the published scales.</summary>
public static class Housing11
{
    public static CorpusProgram Ill => new("GH-libtorch-linreg-11", TrainingTask.Regression)
    {
        Truth = GroundTruth.Ill(
            [Cause.UnscaledData, Cause.LearningRateTooHigh],
            "diverging-loss", "exploding-gradient", "exploding-weights", "non-finite-activation", "non-finite-gradient", "non-finite-loss", "non-finite-weights", "unscaled-input") with
        {
            Contributing = ["oversized-update", "unscaled-target"],
            Acceptable = Symptoms.Explosion,
        },
        Data = seed => Houses(seed).Split(seed, 1).ToValues(),
        Model = () => Net.Chain(Linear(13, 1)),
        Loss = () => MSELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.001),
        BatchSize = 0,
        Epochs = 100,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "GH-libtorch-linreg-11/fix",
        Truth = GroundTruth.Healthy(0.6),
        Data = seed => Houses(seed).Standardize().StandardizeTargets().Split(seed).ToValues(),
        Optimizer = model => optim.SGD(model.parameters(), 0.05),
        Epochs = 150,
    };

    private static Dataset Houses(int seed)
    {
        double[] scales = [4, 11, 11, 0.07, 0.55, 6.3, 69, 3.8, 9.5, 408, 18, 357, 13];
        var random = new Random(seed);
        float[] x = [.. Enumerable.Range(0, 506 * 13).Select(i => (float)(scales[i % 13] * (1 + (0.4 * Generated.Normal(random)))))];
        float[] y = [.. x.Chunk(13).Select(row => (float)(22 + (15 * ((row[5] / 6.3) - 1)) - (8 * ((row[12] / 13) - 1)) + (3 * Generated.Normal(random))))];
        return new Dataset("houses", DatasetKind.Values, x, 13, y);
    }
}
