namespace TrainingDoctor.Corpus.Published;

/// <summary>Cases whose ground truth the literature disputes: run and reported, kept out of the scores.</summary>
public static class Contested
{
    /// <summary>SO-50481178: five growing layers for four features; said to need another output, others see no fault.</summary>
    public static CorpusProgram Growing => new("SO-50481178", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill([Cause.OverCapacity, Cause.MissingRegularization], "overfitting"),
        IsContested = true,
        Data = seed => Generated.Topics(seed, 600, 4).MapTargets(topics => topics[.., ..1].clone()),
        Model = () => Net.Chain([.. Net.Repeat(5, i => [Keras.Dense(i == 0 ? 4 : i * 10, (i + 1) * 10), ReLU()]), Keras.Dense(50, 1), Sigmoid()]),
        Loss = () => BCELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 10,
        Epochs = 10,
    };

    /// <summary>SO-41372874: the direction of a sine from two values, through layers of two units.</summary>
    public static CorpusProgram SineDirection => new("SO-41372874", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill([Cause.UnderCapacity, Cause.PoorInitialization, Cause.DyingRelu], "plateaued-loss", "slow-convergence", "stalled-loss"),
        IsContested = true,
        Data = seed => Directions().Split(seed).ToValues(),
        Model = () => Net.Chain(Keras.Dense(2, 2, Keras.Uniform), ReLU(), Keras.Dense(2, 2, Keras.Uniform), ReLU(), Keras.Dense(2, 1, Keras.Uniform), Sigmoid()),
        Loss = () => BCELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 2,
        Epochs = 10,
    };

    /// <summary>SO-44164749: five epochs with large batches: slow, or just short?</summary>
    public static CorpusProgram LargeBatches => new("SO-44164749", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.TooFewEpochs, Cause.LearningRateTooLow], "slow-convergence", "underfitting"),
        IsContested = true,
        Data = seed => Samples.Digits(seed, 1700),
        Model = () => Net.Chain(Keras.Dense(64, 500), ReLU(), Dropout(0.1), Keras.Dense(500, 100), ReLU(), Dropout(0.1), Keras.Dense(100, 10)),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.01, momentum: 0.9, nesterov: true),
        BatchSize = 500,
        Epochs = 5,
    };

    private static Dataset Directions()
    {
        float[] x = [.. Enumerable.Range(1, 300).SelectMany(k => new[] { (float)Math.Sin(2 * Math.PI * k / 100), (float)Math.Sin(2 * Math.PI * (k - 1) / 100) })];
        return new Dataset("directions", DatasetKind.Classes, x, 2, [.. x.Chunk(2).Select(row => row[0] > row[1] ? 1f : 0f)]);
    }
}
