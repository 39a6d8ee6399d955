namespace TrainingDoctor.Corpus.Ill;

/// <summary>Learning by heart, learning nothing, leaks, wrong modes.</summary>
public static class Validation
{
    /// <summary>A hundred digits, a large network, no restraint.</summary>
    public static CorpusProgram Memorized => Base with
    {
        Name = "ill-memorized-digits",
        Truth = GroundTruth.Ill([Cause.OverCapacity, Cause.MissingRegularization, Cause.TooManyEpochs], "overfitting", "overtraining") with { HoldsWhen = outcome => outcome.ValidationDecline < 0.8 },
        Data = seed => NoisyDigits(seed, 200, 0.3).Split(seed, 0.5).ToClasses(),
        Model = () => Net.Perceptron(() => ReLU(), 64, 256, 128, 10),
        BatchSize = 16,
        Epochs = 60,
    };

    /// <summary>A regression with more weights than samples.</summary>
    public static CorpusProgram MemorizedTable => Healthy.Regressions.Standardized with
    {
        Name = "ill-memorized-table",
        Truth = GroundTruth.Ill([Cause.OverCapacity, Cause.MissingRegularization, Cause.TooManyEpochs], "overfitting", "overtraining") with { HoldsWhen = outcome => outcome.ValidationDecline < 0.8 },
        Model = () => Net.Perceptron(() => ReLU(), 10, 128, 128, 1),
        Optimizer = model => optim.Adam(model.parameters(), 0.003),
        Epochs = 60,
    };

    /// <summary>Random labels: there is nothing to learn but the samples.</summary>
    public static CorpusProgram RandomLabels => Memorized with
    {
        Name = "ill-random-labels",
        Truth = GroundTruth.Ill([Cause.LabelError, Cause.OverCapacity, Cause.MissingRegularization, Cause.TooManyEpochs], "overfitting", "overtraining", "underfitting"),
        Data = seed => NoisyDigits(seed, 400, 1).Split(seed, 0.5).ToClasses(),
    };

    /// <summary>One hidden unit for ten classes.</summary>
    public static CorpusProgram Bottleneck => Base with
    {
        Name = "ill-bottleneck",
        Truth = GroundTruth.Ill([Cause.UnderCapacity], "underfitting", "plateaued-loss", "slow-convergence") with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers] },
        Model = () => Net.Chain(Linear(64, 1), Tanh(), Linear(1, 10)),
        Optimizer = model => optim.Adam(model.parameters(), 0.02),
        Epochs = 60,
    };

    /// <summary>The validation rows are among the training rows, and even random labels are known there.</summary>
    public static CorpusProgram Leak => Memorized with
    {
        Name = "ill-leaked-validation",
        Truth = GroundTruth.Ill([Cause.DataLeak], "suspicious-validation"),
        Data = seed =>
        {
            var digits = NoisyDigits(seed, 300, 0.5);
            return (digits, digits).ToClasses();
        },
    };

    /// <summary>Validation runs on a constant copy: the same number every epoch.</summary>
    public static CorpusProgram StaleValidation => Base with
    {
        Name = "ill-stale-validation",
        Truth = GroundTruth.Ill([Cause.DataLeak, Cause.EvaluationMode], "suspicious-validation") with { Acceptable = ["overfitting", "underfitting"] },
        Data = seed => Samples.Digits(seed),
        ComputeLoss = (output, target) => output.requires_grad ? functional.cross_entropy(output, target) : functional.cross_entropy(zeros_like(output) + arange(10), target),
        Loss = null,
    };

    /// <summary>Validation on six rows with dropout still on.</summary>
    public static CorpusProgram NoisyValidation => Base with
    {
        Name = "ill-noisy-validation",
        Truth = GroundTruth.Ill([Cause.EvaluationMode, Cause.BatchTooSmall], "noisy-validation", "wrong-mode"),
        Data = seed => Samples.Digits(seed, 646) is var data ? data with { Validation = new(data.Validation!.Input[..6].clone(), data.Validation.Target[..6].clone()) } : data,
        Model = () => Net.Chain(Linear(64, 128), ReLU(), Dropout(0.7), Linear(128, 64), ReLU(), Dropout(0.7), Linear(64, 10)),
        EvaluatesInEvaluationMode = false,
        Epochs = 40,
    };

    /// <summary>Dropout and batch normalisation in training mode during validation.</summary>
    public static CorpusProgram TrainModeValidation => Base with
    {
        Name = "ill-validation-in-train-mode",
        Truth = GroundTruth.Ill([Cause.EvaluationMode], "wrong-mode"),
        Model = () => Net.Chain(Linear(64, 64), BatchNorm1d(64), ReLU(), Dropout(0.5), Linear(64, 10)),
        EvaluatesInEvaluationMode = false,
    };

    /// <summary>After the first validation nobody called train() again.</summary>
    public static CorpusProgram EvalModeTraining => Base with
    {
        Name = "ill-training-in-eval-mode",
        Truth = GroundTruth.Ill([Cause.EvaluationMode], "wrong-mode") with { OnsetStep = 20, Acceptable = ["overfitting"] },
        Model = () => Net.Chain(Linear(64, 64), BatchNorm1d(64), ReLU(), Dropout(0.5), Linear(64, 10)),
        BeginEpoch = state => state.Model.train(state.Epoch == 0),
    };

    /// <summary>eval() was called before the first step.</summary>
    public static CorpusProgram EvalModeFromStart => EvalModeTraining with
    {
        Name = "ill-eval-mode-from-start",
        Truth = GroundTruth.Ill([Cause.EvaluationMode], "wrong-mode") with { Acceptable = ["overfitting"] },
        BeginEpoch = state => state.Model.eval(),
    };

    private static CorpusProgram Base => Healthy.Activations.Rectified;

    private static Dataset NoisyDigits(int seed, int rows, double noise)
    {
        var digits = RealData.Digits().Scale(1 / 16f).Shuffle(seed).Take([.. Enumerable.Range(0, rows)]);
        var random = new Random(seed);
        return new Dataset("noisy digits", DatasetKind.Classes, digits.Features, 64, [.. digits.Targets.Select(label => random.NextDouble() < noise ? random.Next(10) : label)]);
    }
}
