namespace TrainingDoctor.Corpus.Reported;

/// <summary>The training is sound; what is wrong is how it is validated.</summary>
public static class ValidationSides
{
    private static readonly string[] _preprocessing = ["mismatched-validation-data"];
    private static readonly string[] _misaligned = ["validation-at-chance"];
    private static readonly string[] _otherWeights = ["untrained-validation-weights", "suspicious-validation"];

    /// <summary>Validation pixels were not divided by 16.</summary>
    public static TwinPrograms UnscaledPixels => Inputs("validation-unscaled-pixels", Bases.Digits, x => x * 16);

    /// <summary>The table is standardised for training only.</summary>
    public static TwinPrograms RawTable => Twin("validation-raw-table", Bases.Digits with
    {
        Data = seed => RealData.Wine().Standardize().Split(seed).ToClasses(),
        Model = () => Net.Perceptron(() => ReLU(), 13, 24, 3),
        BatchSize = 16,
        Epochs = 15,
    }, Preprocessing(), p => p with
    {
        Data = seed => (RealData.Wine().Standardize().Split(seed).Training, RealData.Wine().Split(seed).Validation).ToClasses(),
    });

    /// <summary>Mean and deviation of ImageNet were applied to training images only.</summary>
    public static TwinPrograms UnnormalizedImages => Inputs("validation-images-not-normalized", Bases.Digits with
    {
        Data = seed => Samples.DigitImages(seed, 500).Map(x => (x - 0.485) / 0.229),
        Model = () => Net.Chain(Conv2d(1, 8, 3), ReLU(), MaxPool2d(2), Flatten(), Linear(72, 10)),
        Optimizer = model => optim.Adam(model.parameters(), 0.008),
    }, x => (x * 0.229) + 0.485);

    /// <summary>Another library loads images with rows and columns exchanged.</summary>
    public static TwinPrograms TransposedImages => Inputs("validation-images-transposed", Bases.Digits, x => x.reshape(-1, 8, 8).transpose(1, 2).reshape(-1, 64));

    /// <summary>Dark on light in training, light on dark in validation.</summary>
    public static TwinPrograms InvertedImages => Inputs("validation-images-inverted", Bases.Digits, x => 1 - x);

    /// <summary>The validation file has its columns in another order.</summary>
    public static TwinPrograms ReorderedColumns => Inputs("validation-columns-reordered", Bases.Digits with
    {
        Data = seed => RealData.Iris().Split(seed).ToClasses(),
        Model = () => Net.Perceptron(() => ReLU(), 4, 24, 3),
        Optimizer = model => optim.Adam(model.parameters(), 0.01),
        BatchSize = 16,
        Epochs = 20,
    }, x => x.flip(1));

    /// <summary>Pixels of validation were converted to bytes, so that nearly all became zero.</summary>
    public static TwinPrograms TruncatedPixels => Inputs("validation-pixels-truncated", Bases.Digits, x => x.floor());

    /// <summary>A data frame was shuffled, its labels were not.</summary>
    public static TwinPrograms ShuffledLabels => Labels("validation-labels-shuffled", Bases.Digits, (y, seed) => y.Permuted(seed));

    /// <summary>Folders are sorted in another order, so that every class has another number.</summary>
    public static TwinPrograms OtherNumbering => Labels("validation-classes-renumbered", Bases.DigitsByFunction, (y, _) => (y + 3) % 10);

    /// <summary>Validation targets lag one row behind their rows.</summary>
    public static TwinPrograms LaggingLabels => Labels("validation-labels-one-row-late", Bases.Digits with { Model = () => Net.Perceptron(() => Tanh(), 64, 40, 10) }, (y, _) => y.roll(1, 0));

    public static TwinPrograms ShuffledValues => Labels("validation-values-shuffled", Bases.Table with
    {
        Data = seed => Generated.Curve(x => Math.Sin(2 * x), -2, 2, 400).Split(seed).ToValues(),
        Model = () => Net.Perceptron(() => Tanh(), 1, 24, 1),
        Optimizer = model => optim.Adam(model.parameters(), 0.02),
        Epochs = 20,
    }, (y, seed) => y.Permuted(seed));

    /// <summary>Yes and no are exchanged in the validation file.</summary>
    public static TwinPrograms ExchangedLabels => Labels("validation-yes-and-no-exchanged", Bases.Tumours, (y, _) => 1 - y);

    /// <summary>Targets are standardised for training, and left in their unit for validation.</summary>
    public static TwinPrograms RawTargets => Twin("validation-targets-raw", Bases.Table, Preprocessing(Cause.UnscaledData, "validation-at-chance"), p => p with
    {
        Data = seed => (RealData.Diabetes().Standardize().StandardizeTargets().Split(seed).Training, RealData.Diabetes().Standardize().Split(seed).Validation).ToValues(),
    });

    /// <summary>An average of the weights that has hardly begun: after 120 steps with 0.9999 it is still the initial model.</summary>
    public static TwinPrograms SlowAverage => Twin("validation-slow-average", Averaged(0.9), OtherWeights(), _ => Averaged(0.9999));

    /// <summary>Another instance is evaluated than is trained.</summary>
    public static TwinPrograms OtherInstance => Twin("validation-other-instance", Averaged(0), OtherWeights(), _ => Averaged(1));

    /// <summary>The checkpoint that is evaluated is the one of the first epoch.</summary>
    public static TwinPrograms FirstCheckpoint => Twin("validation-first-checkpoint", Averaged(0), OtherWeights(), p => p with
    {
        BeginStep = state =>
        {
            if (state.Step == 15)
            {
                Follow(state, 0);
            }
        },
    });

    /// <summary>Running statistics follow so slowly that validation still sees the start values.</summary>
    public static TwinPrograms SlowStatistics => Statistics("batchnorm-momentum-0.0005", 0.0005);

    /// <summary>Momentum was taken for the share that is kept.</summary>
    public static TwinPrograms NoStatistics => Statistics("batchnorm-momentum-0", 1e-9);

    public static TwinPrograms SlowImageStatistics => Twin("batchnorm2d-momentum-0.001", Images(0.1), Unsettled(), _ => Images(0.001));

    /// <summary>The accuracy compares a column with a row.</summary>
    public static TwinPrograms BroadcastAccuracy => Twin(
        "accuracy-of-a-column-and-a-row", Bases.Tumours with { Epochs = 12 }, GroundTruth.Ill([Cause.EvaluationMode, Cause.LabelError, Cause.WrongLoss], "contradictory-score"),
        p => p with { Score = (output, target) => output.gt(0).eq(target.gt(0.5).reshape(1, -1)).to_type(ScalarType.Float64).mean().item<double>() });

    /// <summary>The accuracy takes the largest output over samples, not over classes.</summary>
    public static TwinPrograms AccuracyOverSamples => Twin(
        "accuracy-over-samples", Bases.Digits with { Epochs = 15 }, GroundTruth.Ill([Cause.EvaluationMode, Cause.LabelError, Cause.WrongLoss], "contradictory-score"),
        p => p with { Score = (output, target) => output.argmax(0).eq(target[..10]).to_type(ScalarType.Float64).mean().item<double>() });

    /// <summary>Training images are noisy and scaled at random, validation images are not: augmentation is no fault.</summary>
    public static CorpusProgram Augmented => Bases.Digits with
    {
        Name = "reported-sound-augmentation",
        Forward = (model, input) => ((Module<Tensor, Tensor>)model).call(model.training ? (input * (0.8 + (0.4 * rand(input.shape[0], 1)))) + (0.1 * randn_like(input)) : input),
        Epochs = 10,
    };

    /// <summary>Twenty rows of validation differ from the training by chance.</summary>
    public static CorpusProgram FewRows => Bases.Digits with
    {
        Name = "reported-sound-few-validation-rows",
        Truth = GroundTruth.Healthy(0.6) with { HoldsWhen = null },
        Data = seed => Samples.Digits(seed, 600).MapValidation(v => new(v.Input[..20].clone(), v.Target[..20].clone())),
    };

    /// <summary>A fast average is a sound way to validate.</summary>
    public static CorpusProgram FastAverage => Averaged(0.95) with { Name = "reported-sound-average-0.95" };

    /// <summary>Validation on digits written by others, of which some classes are missing.</summary>
    public static CorpusProgram OtherMix => Bases.Digits with
    {
        Name = "reported-sound-validation-of-few-classes",
        Data = seed => Samples.Digits(seed, 900).MapValidation(v => Where(v, v.Target.lt(6))),
    };

    /// <summary>Statistics with a momentum of 0.01 settle within 120 steps well enough.</summary>
    public static CorpusProgram SettledStatistics => Bases.Normalized with { Name = "reported-sound-batchnorm-momentum-0.03", Model = () => Net.Chain(Linear(64, 48), BatchNorm1d(48, momentum: 0.03), ReLU(), Linear(48, 10)), Epochs = 12 };

    private static GroundTruth Preprocessing(Cause cause = Cause.MismatchedPreprocessing, params string[] further) =>
        GroundTruth.Ill([cause, Cause.MismatchedPreprocessing], [.. _preprocessing, .. further]) with { Acceptable = ["overfitting", "overtraining", "noisy-validation", "validation-at-chance", "unscaled-input"] };

    private static GroundTruth OtherWeights() => GroundTruth.Ill([Cause.StaleWeights], _otherWeights) with { Acceptable = ["overfitting", "validation-at-chance", "noisy-validation"] };

    private static GroundTruth Unsettled() => GroundTruth.Ill([Cause.StaleStatistics], "unsettled-statistics") with { Acceptable = ["overfitting", "overtraining", "noisy-validation", "validation-at-chance"] };

    private static TwinPrograms Inputs(string name, CorpusProgram sound, Func<Tensor, Tensor> change) => Twin(name, sound, Preprocessing(), p => p with
    {
        Data = seed => sound.Data(seed).MapValidation(v => v with { Input = change(v.Input).contiguous() }),
    });

    private static TwinPrograms Labels(string name, CorpusProgram sound, Func<Tensor, int, Tensor> change) => Twin(
        name,
        sound,
        GroundTruth.Ill([Cause.LabelError], _misaligned) with { Acceptable = ["overfitting", "overtraining", "noisy-validation"] },
        p => p with { Data = seed => sound.Data(seed).MapValidation(v => v with { Target = change(v.Target, seed).contiguous() }) });

    private static TwinPrograms Statistics(string name, double momentum) => Twin(name, Bases.Normalized, Unsettled(), p => p with
    {
        Model = () => Net.Chain(Linear(64, 48), BatchNorm1d(48, momentum: momentum), ReLU(), Linear(48, 10)),
    });

    private static CorpusProgram Images(double momentum) => Bases.Digits with
    {
        Data = seed => Samples.DigitImages(seed, 500).Map(x => x * 16),
        Model = () => Net.Chain(Conv2d(1, 8, 3), BatchNorm2d(8, momentum: momentum), ReLU(), Flatten(), Linear(288, 10)),
        Epochs = 6,
    };

    // Validation runs another instance, whose weights are an average of those that are trained.
    private static CorpusProgram Averaged(double decay) => Bases.Digits with
    {
        BeginStep = state => Follow(state, decay),
        ValidationForward = (state, input) => Average(state).call(input),
    };

    private static Module<Tensor, Tensor> Average(TrainingState state) => state.Item("average", () => Net.Perceptron(() => ReLU(), 64, 48, 10));

    private static void Follow(TrainingState state, double decay)
    {
        using var _ = no_grad();
        foreach (var (average, trained) in Average(state).parameters().Zip(state.Model.parameters()))
        {
            average.mul_(decay).add_(trained * (1 - decay));
        }
    }

    private static TrainingBatch Where(TrainingBatch batch, Tensor rows)
    {
        var index = rows.nonzero().flatten();
        return new TrainingBatch(batch.Input.index_select(0, index), batch.Target.index_select(0, index));
    }

    private static TwinPrograms Twin(string name, CorpusProgram sound, GroundTruth truth, Func<CorpusProgram, CorpusProgram> fault) => TwinPrograms.Reported(name, sound, truth, fault);
}
