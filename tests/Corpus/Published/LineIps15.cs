namespace TrainingDoctor.Corpus.Published;

/// <summary>TDC-IPS-15: a line over 0..99 with a learning rate of 0.5.</summary>
public static class LineIps15
{
    public static CorpusProgram Ill => new("TDC-IPS-15", TrainingTask.Regression)
    {
        Truth = GroundTruth.Ill(
            [Cause.LearningRateTooHigh, Cause.UnscaledData], "diverging-loss", "exploding-gradient", "exploding-weights", "non-finite-loss", "oscillating-loss", "oversized-update") with
        {
            Contributing = ["unscaled-input", "unscaled-target"],
            Acceptable = [.. Symptoms.Explosion, "symmetric-units", "poor-initialization"],
        },
        Data = seed => Line(seed).Split(seed, 1).ToValues(),
        Model = () =>
        {
            var layer = Linear(2, 1, hasBias: false);
            init.zeros_(layer.weight);
            return Net.Chain(layer);
        },
        ComputeLoss = (output, target) => (output - target).square().mean() / 2,
        Optimizer = model => optim.SGD(model.parameters(), 0.5),
        BatchSize = 64,
        Epochs = 60,
    };

    private static Dataset Line(int seed)
    {
        var random = new Random(seed);
        float[] x = [.. Enumerable.Range(0, 100).SelectMany(t => new[] { t, 1f })];
        return new Dataset("line", DatasetKind.Values, x, 2, [.. Enumerable.Range(0, 100).Select(t => (float)((2 * t) + 4 + (10 * random.NextDouble())))]);
    }
}
