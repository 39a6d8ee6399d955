namespace TrainingDoctor.Corpus.Published;

/// <summary>TDC-IPS-5: eight points on a line; the learning rate is twice what their spread allows.</summary>
public static class LineIps5
{
    public static CorpusProgram Ill => new("TDC-IPS-5", TrainingTask.Regression)
    {
        Truth = GroundTruth.Ill(
            [Cause.LearningRateTooHigh, Cause.UnscaledData], "diverging-loss", "exploding-gradient", "exploding-weights", "non-finite-loss", "oscillating-loss", "oversized-update") with
        {
            Contributing = ["unscaled-input", "unscaled-target"],
            Acceptable = [.. Symptoms.Explosion, "symmetric-units", "poor-initialization"],
        },
        Data = seed => Line(seed).Split(seed, 1).ToValues(),
        Model = () => Net.Chain(Keras.Dense(1, 1, weight => init.zeros_(weight))),
        Loss = () => MSELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.1),
        BatchSize = 0,
        Epochs = 200,
    };

    public static CorpusProgram Repaired => Ill with
    {
        Name = "TDC-IPS-5/fix",
        Truth = GroundTruth.Healthy(0.6),
        Model = () => Net.Chain(Linear(1, 1)),
        Data = seed => Line(seed).Standardize().StandardizeTargets().Split(seed, 1).ToValues(),
    };

    // The spread of the points is brought to mean(x²) = 20, twice the limit of stability at this rate.
    private static Dataset Line(int seed)
    {
        var random = new Random(seed);
        double[] x = [.. Enumerable.Range(0, 8).Select(_ => 16 * (random.NextDouble() - 0.5))];
        double scale = Math.Sqrt(20 / x.Average(value => value * value));
        double slope = 3 + (5 * random.NextDouble());
        return new Dataset(
            "line", DatasetKind.Values, [.. x.Select(value => (float)(scale * value))], 1, [.. x.Select(value => (float)((slope * scale * value) + 4 + (2 * (random.NextDouble() - 0.5))))]);
    }
}
