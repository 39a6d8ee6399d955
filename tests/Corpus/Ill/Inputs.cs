namespace TrainingDoctor.Corpus.Ill;

/// <summary>Faults of the data: missing values, raw scales, constant and repeated batches, order, labels.</summary>
public static class Inputs
{
    /// <summary>A few pixels are missing, and missing is not a number.</summary>
    public static CorpusProgram MissingValues => Base with
    {
        Name = "ill-missing-values",
        Truth = GroundTruth.Ill([Cause.CorruptData], "non-finite-input") with { Acceptable = Symptoms.Explosion },
        Data = seed => Samples.Digits(seed).Map(x =>
        {
            x[TensorIndex.Slice(0, null, 50), 20] = double.NaN;
            return x;
        }),
    };

    public static CorpusProgram RawWine => new("ill-raw-wine", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.UnscaledData], "unscaled-input") with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, .. Symptoms.Explosion] },
        Data = seed => RealData.Wine().Split(seed).ToClasses(),
        Model = () => Net.Perceptron(() => ReLU(), 13, 32, 3),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.01),
        BatchSize = 16,
        Epochs = 15,
    };

    /// <summary>The loader gives the first batch for ever.</summary>
    public static CorpusProgram RepeatedBatch => Base with
    {
        Name = "ill-repeated-batch",
        Truth = GroundTruth.Ill([Cause.CorruptData, Cause.DataOrder], "constant-input") with { Contributing = ["overfitting"], Acceptable = ["overtraining"] },
        Batches = state => Enumerable.Range(0, 20).Select(_ => First(state, 32)),
    };

    /// <summary>A bug in loading leaves every image black.</summary>
    public static CorpusProgram BlackImages => Base with
    {
        Name = "ill-black-images",
        Truth = GroundTruth.Ill([Cause.CorruptData], "constant-input") with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, "missing-gradient"] },
        Data = seed => Samples.Digits(seed).Map(x => x * 0),
    };

    /// <summary>One tumour in fifty is malignant.</summary>
    public static CorpusProgram RareClass => new("ill-rare-class", TrainingTask.BinaryClassification)
    {
        Truth = GroundTruth.Ill([Cause.ClassImbalance], "class-imbalance") with { Acceptable = Symptoms.NoProgress },
        Data = seed =>
        {
            var tumours = RealData.BreastCancer().Standardize().Shuffle(seed);
            int kept = 0;
            return tumours.Take([.. Enumerable.Range(0, tumours.Count).Where(row => tumours.Targets[row] == 1 || ++kept <= 7)]).Split(seed).ToValues();
        },
        Model = () => Net.Perceptron(() => ReLU(), 30, 16, 1),
        Loss = () => BCEWithLogitsLoss(),
        Threshold = 0,
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
        Epochs = 10,
    };

    /// <summary>Irises sorted by class, never shuffled.</summary>
    public static CorpusProgram SortedClasses => new("ill-sorted-classes", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.DataOrder], "unshuffled-data") with
        {
            Contributing = ["class-imbalance"],
            Acceptable = [.. Symptoms.NoProgress, "oscillating-loss", "loss-spike", "noisy-validation", "overfitting", "constant-input", "suspicious-validation"],
        },
        Data = _ =>
        {
            var iris = RealData.Iris().Standardize();
            return (iris, iris.Shuffle(1).Take([.. Enumerable.Range(0, 40)])).ToClasses();
        },
        Model = () => Net.Perceptron(() => ReLU(), 4, 16, 3),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.1),
        BatchSize = 10,
        Shuffles = false,
        Epochs = 20,
    };

    /// <summary>Digits sorted by label: every batch holds one digit or two.</summary>
    public static CorpusProgram SortedDigits => Base with
    {
        Name = "ill-sorted-digits",
        Truth = GroundTruth.Ill([Cause.DataOrder], "unshuffled-data") with
        {
            Contributing = ["class-imbalance"],
            Acceptable = [.. Symptoms.NoProgress, "oscillating-loss", "loss-spike", "noisy-validation", "overfitting"],
        },
        Data = seed =>
        {
            var (training, validation) = Samples.DigitRows(seed);
            return (training.Take([.. Enumerable.Range(0, training.Count).OrderBy(row => training.Targets[row])]), validation).ToClasses();
        },
        Shuffles = false,
    };

    /// <summary>Labels of -1 and 1 for a loss that wants 0 and 1.</summary>
    public static CorpusProgram SignedLabels => RareClass with
    {
        Name = "ill-signed-labels",
        Truth = GroundTruth.Ill([Cause.LabelError, Cause.WrongLoss, Cause.CorruptData], "invalid-target", "output-loss-mismatch") with { Acceptable = Symptoms.Explosion },
        Data = seed => RealData.BreastCancer().Standardize().Split(seed).ToValues().MapTargets(y => (2 * y) - 1),
    };

    /// <summary>Squared errors of a column against a row, through the loss module.</summary>
    public static CorpusProgram BroadcastModule => Healthy.Regressions.Standardized with
    {
        Name = "ill-broadcast-loss",
        Truth = GroundTruth.Ill([Cause.WrongLoss, Cause.LabelError, Cause.CorruptData], "invalid-target") with { Acceptable = [.. Symptoms.NoProgress, "collapsed-activation"] },
        Data = seed => RealData.Diabetes().Standardize().StandardizeTargets().Split(seed).ToFlatValues(),
    };

    /// <summary>House prices in thousands of dollars and more: the target's scale is the trouble, the features are fine.</summary>
    public static CorpusProgram LargeTargets => Healthy.Regressions.Standardized with
    {
        Name = "ill-large-targets",
        Truth = GroundTruth.Ill([Cause.UnscaledData], "unscaled-target") with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.Explosion] },
        Data = seed => RealData.Diabetes().Standardize().Split(seed).ToValues().MapTargets(y => y * 1000),
    };

    private static CorpusProgram Base => Healthy.Activations.Rectified;

    private static TrainingBatch First(TrainingState state, long count) =>
        new(state.Data.Training.Input[..(int)count].clone(), state.Data.Training.Target[..(int)count].clone());
}
