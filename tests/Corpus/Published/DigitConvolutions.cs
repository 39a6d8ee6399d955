using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Published;

/// <summary>TDC-cnn: a small convolutional network reads digits of 8 by 8 (in place of MNIST); and one fault at a time.</summary>
public static class DigitConvolutions
{
    public static CorpusProgram Clean => new("TDC-cnn/clean", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Healthy(0.7),
        Data = seed => Samples.DigitImages(seed),
        Model = () => Network(Keras.HeNormal, Keras.GlorotUniform),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.1, weight_decay: 2e-5),
        BatchSize = 64,
        Epochs = 8,
    };

    /// <summary>TDC-cnn-const-init: every weight is 0.01.</summary>
    public static CorpusProgram ConstantWeights => Clean with
    {
        Name = "TDC-cnn-const-init",
        Truth = GroundTruth.Ill([Cause.PoorInitialization], "symmetric-units") with
        {
            Contributing = ["poor-initialization"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Model = () => Network(Constant, Constant),
    };

    /// <summary>TDC-cnn-high-lr: images of 8 by 8 give smaller gradients than MNIST; 1.5 stands for the published 0.5.</summary>
    public static CorpusProgram HighRate => Clean with
    {
        Name = "TDC-cnn-high-lr",
        Truth = GroundTruth.Ill(
            [Cause.LearningRateTooHigh, Cause.DyingRelu],
            "diverging-loss", "exploding-gradient", "exploding-weights", "non-finite-loss", "oscillating-loss", "oversized-update").WhenSkillBelow(0.5) with
        {
            Contributing = ["dead-units", "non-finite-gradient", "non-finite-weights", "non-finite-activation", "loss-spike"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers, .. Symptoms.NoProgress],
        },
        Optimizer = model => optim.SGD(model.parameters(), 1.5, weight_decay: 2e-5),
    };

    /// <summary>TDC-cnn-miss-norm: pixels up to 255.</summary>
    public static CorpusProgram UnscaledPixels => Clean with
    {
        Name = "TDC-cnn-miss-norm",
        Truth = GroundTruth.Ill([Cause.UnscaledData, Cause.LearningRateTooHigh], "unscaled-input") with
        {
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers, .. Symptoms.NoProgress],
        },
        Data = seed => Samples.DigitImages(seed).Map(pixels => pixels * 255),
    };

    /// <summary>TDC-cnn-unbalanced: of the digits 0 to 5 only 1 to 5 of a hundred are left.</summary>
    public static CorpusProgram Unbalanced => Clean with
    {
        Name = "TDC-cnn-unbalanced",
        Truth = GroundTruth.Ill([Cause.ClassImbalance], "class-imbalance"),
        Data = seed => Thinned(seed).Split(seed).ToClasses().Reshape(1, 8, 8),
    };

    /// <summary>TDC-cnn-over-reg: a penalty of 0.1 on all weights.</summary>
    public static CorpusProgram OverRegularized => Clean with
    {
        Name = "TDC-cnn-over-reg",
        Truth = GroundTruth.Ill([Cause.ExcessiveRegularization], "dominant-regularization", "underfitting") with
        {
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Optimizer = model => optim.SGD(model.parameters(), 0.1, weight_decay: 0.2),
    };

    /// <summary>TDC-cnn-mse: squared error on probabilities.</summary>
    public static CorpusProgram SquaredError => Clean with
    {
        Name = "TDC-cnn-mse",
        Truth = GroundTruth.Ill([Cause.WrongLoss], "output-loss-mismatch") with
        {
            Contributing = ["slow-convergence"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = seed => Samples.DigitRows(seed, 800).ToOneHot(10).Reshape(1, 8, 8),
        Model = () => Network(Keras.HeNormal, Keras.GlorotUniform, Softmax(1)),
        Loss = () => MSELoss(),
    };

    /// <summary>SO-60335387: gradients are never cleared.</summary>
    public static CorpusProgram WithoutZeroGrad => Clean with
    {
        Name = "SO-60335387",
        Truth = GroundTruth.Ill([Cause.MissingZeroGrad], "accumulating-gradient") with
        {
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers, "noisy-validation", "overfitting", "overtraining"],
        },
        Model = ForumNetwork,
        Optimizer = model => optim.Adam(model.parameters(), 0.0001),
        ZeroesGradients = false,
        BatchSize = 30,
        Epochs = 6,
    };

    public static CorpusProgram WithZeroGrad => WithoutZeroGrad with
    {
        Name = "SO-60335387/fix",
        Truth = GroundTruth.Healthy(0.6),
        Optimizer = model => optim.Adam(model.parameters(), 0.0005),
        ZeroesGradients = true,
    };

    /// <summary>PTD-43814: softmax before cross entropy, and a learning rate that kills the rectified units.</summary>
    public static CorpusProgram DoubleSoftmax => Clean with
    {
        Name = "PTD-43814",
        Truth = GroundTruth.Ill([Cause.DyingRelu, Cause.LearningRateTooHigh, Cause.WrongOutputActivation], "dead-units").WhenSkillBelow(0.3) with
        {
            Contributing = ["output-loss-mismatch", "oversized-update", "exploding-weights"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers, .. Symptoms.NoProgress],
        },
        Model = () => Net.Chain(
            Conv2d(1, 16, 3, padding: 1), ReLU(), MaxPool2d(2), Conv2d(16, 32, 3, padding: 1), ReLU(), MaxPool2d(2), Flatten(), Linear(128, 10), Softmax(1)),
        Optimizer = model => optim.Adam(model.parameters(), 0.1),
    };

    /// <summary>SO-47352366: rectified outputs before the softmax inside the loss.</summary>
    public static CorpusProgram RectifiedOutput => Clean with
    {
        Name = "SO-47352366",
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation], "output-loss-mismatch") with
        {
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Model = () => Net.Chain(
            Keras.Convolution(1, 32, 5, bias: 0.1), ReLU(), MaxPool2d(2), Keras.Convolution(32, 64, 5, bias: 0.1), ReLU(), MaxPool2d(2),
            Flatten(), Keras.Dense(256, 256, bias: 0.1), ReLU(), Dropout(0.5), Keras.Dense(256, 10, bias: 0.1), ReLU()),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 50,
    };

    /// <summary>SO-48594888: a convolutional network on raw pixels (gray digits in place of CIFAR-10).</summary>
    public static CorpusProgram RawPixels => Clean with
    {
        Name = "SO-48594888",
        Truth = GroundTruth.Ill([Cause.UnscaledData, Cause.TooFewEpochs], "unscaled-input") with
        {
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers, .. Symptoms.NoProgress],
        },
        Data = seed => Samples.DigitImages(seed).Map(pixels => pixels * 255),
        Model = () => Net.Chain(
            Keras.Convolution(1, 16, 3, Keras.HeNormal), ReLU(), MaxPool2d(2), Keras.Convolution(16, 64, 3, Keras.HeNormal), ReLU(), MaxPool2d(2),
            Flatten(), Keras.Dense(256, 128), ReLU(), Dropout(0.3), Keras.Dense(128, 10)),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        Epochs = 5,
    };

    /// <summary>SO-59325381: labels divided by 255 and cut to whole numbers are all 0, and the validation pixels stay raw. That all labels are one class is the fault itself.</summary>
    public static CorpusProgram DividedLabels => Clean with
    {
        Name = "SO-59325381",
        Truth = GroundTruth.Ill([Cause.LabelError, Cause.CorruptData, Cause.ClassImbalance, Cause.MismatchedPreprocessing], "overfitting", "stalled-loss", "underfitting", "class-imbalance") with
        {
            Contributing = ["invalid-target", "suspicious-validation", "mismatched-validation-data"],
            Acceptable = ["vanishing-gradient", "collapsed-activation", "overtraining", "missing-nonlinearity", "noisy-validation"],
        },
        Data = Divided,
        Model = () => Net.Chain(
            Keras.Convolution(1, 32, 3), MaxPool2d(2), Keras.Convolution(32, 32, 3), MaxPool2d(2), Flatten(), Keras.Dense(128, 128), ReLU(), Keras.Dense(128, 10)),
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        BatchSize = 32,
        Epochs = 4,
    };

    /// <summary>PTF-84911: everything but batch normalisation is frozen.</summary>
    public static CorpusProgram Frozen => Clean with
    {
        Name = "PTF-84911",
        Truth = GroundTruth.Ill([Cause.FrozenParameters], "missing-gradient", "unchanged-weights") with
        {
            Contributing = ["unregistered-parameters", "batch-norm-tiny-batch"],
            Acceptable = Symptoms.NoProgress,
        },
        Model = () =>
        {
            var model = NormalizedNetwork();
            foreach (var parameter in model.named_parameters().Where(p => p.parameter.shape.Length > 1))
            {
                parameter.parameter.requires_grad = false;
            }

            return model;
        },
        Optimizer = model => optim.SGD(model.parameters().Where(p => p.requires_grad), 0.001, momentum: 0.9),
        BatchSize = 4,
        Epochs = 3,
    };

    /// <summary>TDC-deepCNN: convolutions with batch normalisation and dropout, whose training loss lies above the validation loss.</summary>
    public static CorpusProgram Deep => Clean with
    {
        Name = "TDC-deepCNN-clean",
        Truth = GroundTruth.Healthy(0.5),
        Model = () => Net.Chain(
        [
            .. Net.Repeat(2, i => [Keras.Convolution(i == 0 ? 1 : 16, 16, 3, Keras.HeNormal), ReLU(), BatchNorm2d(16)]), MaxPool2d(2), Dropout(0.2),
            .. Net.Repeat(2, i => [Keras.Convolution(i == 0 ? 16 : 32, 32, 3, Keras.HeNormal), ReLU(), BatchNorm2d(32)]), MaxPool2d(2), Dropout(0.3),
            Flatten(), Keras.Dense(128, 64, Keras.HeNormal), ReLU(), BatchNorm1d(64), Dropout(0.5), Keras.Dense(64, 10),
        ]),
        Optimizer = model => optim.SGD(model.parameters(), 0.01, momentum: 0.9),
    };

    private static Sequential Network(Action<Tensor> hidden, Action<Tensor> last, params Module<Tensor, Tensor>[] output) => Net.Chain(
    [
        Keras.Convolution(1, 32, 5, hidden), ReLU(), MaxPool2d(2), Keras.Convolution(32, 64, 3, hidden), ReLU(), MaxPool2d(2),
        Flatten(), Keras.Dense(256, 256, hidden), ReLU(), Keras.Dense(256, 10, last), .. output,
    ]);

    private static Sequential ForumNetwork() => Net.Chain(
        Conv2d(1, 32, 3, padding: 1), ReLU(), Conv2d(32, 64, 3, padding: 1), MaxPool2d(2), Flatten(), Linear(1024, 128), ReLU(), Linear(128, 10));

    private static Sequential NormalizedNetwork() => Net.Chain(
        Conv2d(1, 8, 3, padding: 1), BatchNorm2d(8), ReLU(), MaxPool2d(2), Conv2d(8, 16, 3, padding: 1), BatchNorm2d(16), ReLU(), MaxPool2d(2), Flatten(), Linear(64, 10));

    private static void Constant(Tensor weight) => init.constant_(weight, 0.01);

    private static Dataset Thinned(int seed)
    {
        var digits = RealData.Digits().Scale(1 / 16f).Shuffle(seed);
        var seen = new int[10];
        return digits.Take([.. Enumerable.Range(0, digits.Count).Where(row =>
        {
            int digit = (int)digits.Targets[row];
            return ++seen[digit] <= (digit > 5 ? 180 : 2 + (2 * digit));
        })]);
    }

    private static TrainingData Divided(int seed)
    {
        var data = Samples.DigitImages(seed);
        return new TrainingData(
            data.Training with { Target = data.Training.Target / 255 },
            data.Validation! with { Input = data.Validation.Input * 255 }).MapTargets(target => target.to_type(ScalarType.Int64));
    }
}
