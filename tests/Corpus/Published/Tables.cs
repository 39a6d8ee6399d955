namespace TrainingDoctor.Corpus.Published;

/// <summary>Published programs on tables: breast cancer stands for Pima and heart data, generated rows for the income census.</summary>
public static class Tables
{
    /// <summary>GH-kerasma: no activation anywhere, and a cross entropy on raw outputs.</summary>
    public static CorpusProgram AllLinear => new("GH-kerasma", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill([Cause.MissingNonlinearity, Cause.WrongOutputActivation, Cause.UnscaledData], "missing-nonlinearity", "output-loss-mismatch") with
        {
            Contributing = ["unscaled-input"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, .. Symptoms.Explosion],
        },
        Data = seed => RealData.BreastCancer().Split(seed).ToValues().Map(x => x[.., ..8].clone()),
        Model = () => Net.Chain(Keras.Dense(8, 12), Keras.Dense(12, 8), Keras.Dense(8, 1)),
        ComputeLoss = (output, target) => functional.binary_cross_entropy(output.clamp(1e-7, 1 - 1e-7), target),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 10,
        Epochs = 10,
    };

    public static CorpusProgram Layered => AllLinear with
    {
        Name = "GH-kerasma/fix",
        Truth = GroundTruth.Healthy(0.6),
        Data = seed => RealData.BreastCancer().Standardize().Split(seed).ToValues().Map(x => x[.., ..8].clone()),
        Model = () => Net.Chain(Keras.Dense(8, 12), ReLU(), Keras.Dense(12, 24), ReLU(), Keras.Dense(24, 12), ReLU(), Keras.Dense(12, 1), Sigmoid()),
        ComputeLoss = null,
        Loss = () => BCELoss(),
    };

    /// <summary>SO-47724077: census rows with a column of 200000.</summary>
    public static CorpusProgram Income => new("SO-47724077", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.UnscaledData], "unscaled-input") with
        {
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, .. Symptoms.Explosion, "class-imbalance"],
        },
        Data = seed => Census(seed).Split(seed).ToClasses(),
        Model = () => Net.Chain(Keras.Dense(14, 21), ReLU(), Keras.Dense(21, 2)),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 100,
        Epochs = 20,
    };

    public static CorpusProgram ScaledIncome => Income with
    {
        Name = "SO-47724077/fix",
        Truth = GroundTruth.Healthy(0.4),
        Data = seed => Census(seed).Standardize().Split(seed).ToClasses(),
        Optimizer = model => optim.Adam(model.parameters(), 0.005),
        Epochs = 8,
    };

    /// <summary>SO-64151679: softmax over one unit, and a learning rate of 0.1.</summary>
    public static CorpusProgram SingleSoftmax => new("SO-64151679", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation], "output-loss-mismatch") with
        {
            Contributing = ["collapsed-activation", "misplaced-softmax"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = seed => RealData.BreastCancer().Standardize().Split(seed).ToValues(),
        Model = () => Net.Chain(Keras.Dense(30, 16), ReLU(), Dropout(0.5), Keras.Dense(16, 1), Softmax(1)),
        Loss = () => BCELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.1),
        Epochs = 10,
    };

    /// <summary>GH-averaging: asserted to miss a layer; a linear network solves this linear task.</summary>
    public static CorpusProgram Averaging => new("GH-averaging", TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(0.8) with { Acceptable = ["missing-nonlinearity"] },
        IsContested = true,
        Data = seed => Pairs(seed).Split(seed).ToValues(),
        Model = () => Net.Chain(Keras.Dense(2, 2), Keras.Dense(2, 1)),
        Loss = () => MSELoss(),
        Optimizer = model => optim.RMSProp(model.parameters(), 0.001, alpha: 0.9),
        BatchSize = 10,
        Epochs = 10,
    };

    private static Dataset Census(int seed)
    {
        var random = new Random(seed);
        double[] scales = [38, 3, 200000, 10, 10, 3, 6, 2, 4, 1, 1000, 90, 40, 36];
        float[] x = [.. Enumerable.Range(0, 2000 * 14).Select(i => (float)(scales[i % 14] * Math.Abs(1 + (0.5 * Generated.Normal(random)))))];
        float[] y = [.. x.Chunk(14).Select(row => (row[0] / 38) + (row[3] / 10) + (row[12] / 40) + (0.3 * Generated.Normal(random)) > 3.7 ? 1f : 0f)];
        return new Dataset("census", DatasetKind.Classes, x, 14, y);
    }

    private static Dataset Pairs(int seed)
    {
        var random = new Random(seed);
        float[] x = [.. Enumerable.Range(0, 4000).Select(_ => random.Next(100) / 100f)];
        return new Dataset("pairs", DatasetKind.Values, x, 2, [.. x.Chunk(2).Select(pair => pair.Average())]);
    }
}
