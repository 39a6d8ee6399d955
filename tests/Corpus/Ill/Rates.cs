namespace TrainingDoctor.Corpus.Ill;

/// <summary>Learning rates too high, too low, zero, absent or jumping.</summary>
public static class Rates
{
    public static CorpusProgram TooLow => Base with
    {
        Name = "ill-rate-too-low",
        Truth = GroundTruth.Ill([Cause.LearningRateTooLow], "undersized-update", "stalled-loss", "slow-convergence", "underfitting") with { Acceptable = Symptoms.NoProgress },
        Optimizer = model => optim.SGD(model.parameters(), 1e-6),
    };

    public static CorpusProgram LowForAdam => Base with
    {
        Name = "ill-rate-too-low-adam",
        Truth = GroundTruth.Ill([Cause.LearningRateTooLow, Cause.TooFewEpochs], "undersized-update", "stalled-loss", "slow-convergence", "underfitting") with { Acceptable = Symptoms.NoProgress },
        Optimizer = model => optim.Adam(model.parameters(), 1e-6),
    };

    /// <summary>Learns, and would need a hundred times as long.</summary>
    public static CorpusProgram Slow => Base with
    {
        Name = "ill-slow-sgd",
        Truth = GroundTruth.Ill([Cause.LearningRateTooLow, Cause.TooFewEpochs], "slow-convergence", "underfitting", "undersized-update", "stalled-loss").WhenSkillBelow(0.3) with
        {
            Acceptable = Symptoms.NoProgress,
        },
        Optimizer = model => optim.SGD(model.parameters(), 0.001),
    };

    public static CorpusProgram TooHigh => Base with
    {
        Name = "ill-rate-too-high",
        Truth = GroundTruth.Ill([Cause.LearningRateTooHigh], "oversized-update", "diverging-loss", "oscillating-loss", "exploding-weights", "exploding-gradient", "non-finite-loss") with
        {
            Contributing = ["dead-units", "loss-spike", "exploding-activation"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Optimizer = model => optim.SGD(model.parameters(), 20),
    };

    /// <summary>Adam at a rate of 10 on a regression.</summary>
    public static CorpusProgram HighForAdam => Healthy.Regressions.Standardized with
    {
        Name = "ill-rate-too-high-adam",
        Truth = GroundTruth.Ill([Cause.LearningRateTooHigh], "oversized-update", "diverging-loss", "oscillating-loss", "exploding-weights", "exploding-gradient", "stalled-loss").WhenSkillBelow(0.3) with
        {
            Contributing = ["dead-units", "loss-spike", "collapsed-activation"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Optimizer = model => optim.Adam(model.parameters(), 10),
    };

    /// <summary>Swings around a minimum that it never reaches: the step is at the limit of stability.</summary>
    public static CorpusProgram Oscillating => new("ill-oscillating", TrainingTask.Regression)
    {
        Truth = GroundTruth.Ill([Cause.LearningRateTooHigh], "oscillating-loss", "diverging-loss", "oversized-update").WhenSkillBelow(0.3) with
        {
            Contributing = ["stalled-loss", "plateaued-loss", "exploding-gradient", "exploding-weights"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress],
        },
        Data = seed => RealData.Diabetes().Standardize().StandardizeTargets().Split(seed).ToValues(),
        Model = () => Net.Chain(Linear(10, 1)),
        Loss = () => MSELoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.27),
        BatchSize = 32,
        Epochs = 30,
    };

    /// <summary>A schedule that starts at zero and stays there.</summary>
    public static CorpusProgram Zero => Base with
    {
        Name = "ill-rate-zero",
        Truth = GroundTruth.Ill([Cause.LearningRateTooLow, Cause.OptimizerMismatch], "degenerate-learning-rate", "unchanged-weights") with
        {
            Acceptable = [.. Symptoms.NoProgress, "undersized-update"],
        },
        BeginStep = state => state.ChangeLearningRate(_ => 0),
    };

    /// <summary>A schedule that divides zero by zero after two epochs.</summary>
    public static CorpusProgram NotANumber => Base with
    {
        Name = "ill-rate-nan",
        Truth = GroundTruth.Ill([Cause.OptimizerMismatch, Cause.NumericOverflow, Cause.LearningRateTooHigh], "degenerate-learning-rate", "non-finite-weights") with
        {
            OnsetStep = 40,
            Acceptable = Symptoms.Explosion,
        },
        BeginStep = state => state.ChangeLearningRate(rate => state.Step >= 40 ? double.NaN : rate),
    };

    /// <summary>A schedule that multiplies the rate by a thousand in the middle of the run.</summary>
    public static CorpusProgram Jumping => Base with
    {
        Name = "ill-rate-jump",
        Truth = GroundTruth.Ill(
            [Cause.LearningRateTooHigh, Cause.OptimizerMismatch], "degenerate-learning-rate", "loss-spike", "diverging-loss", "oversized-update", "exploding-weights", "exploding-gradient") with
        {
            OnsetStep = 100,
            Contributing = ["dead-units", "non-finite-loss"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        BeginStep = state => state.ChangeLearningRate(rate => state.Step == 100 ? 1000 * rate : rate),
    };

    /// <summary>A schedule with a factor above one: the rate grows without end.</summary>
    public static CorpusProgram Growing => Base with
    {
        Name = "ill-rate-growing",
        Truth = GroundTruth.Ill(
            [Cause.LearningRateTooHigh, Cause.OptimizerMismatch],
            "degenerate-learning-rate", "diverging-loss", "oversized-update", "exploding-weights", "exploding-gradient", "oscillating-loss", "loss-spike") with
        {
            OnsetStep = 80,
            Contributing = ["dead-units", "non-finite-loss"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Optimizer = model => optim.SGD(model.parameters(), 0.05),
        BeginStep = state => state.ChangeLearningRate(rate => rate * 1.04),
    };

    /// <summary>One batch of a damaged file, a thousand times too bright, in the middle of the run.</summary>
    public static CorpusProgram Spike => Base with
    {
        Name = "ill-corrupt-batch",
        Truth = GroundTruth.Ill([Cause.CorruptData, Cause.UnscaledData, Cause.LearningRateTooHigh], "loss-spike", "unscaled-input") with
        {
            OnsetStep = 120,
            Contributing = ["exploding-gradient", "diverging-loss", "dead-units"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.DeadLayers, .. Symptoms.NoProgress],
        },
        Optimizer = model => optim.SGD(model.parameters(), 0.1),
        Forward = (model, input) => ((TorchSharp.Modules.Sequential)model).call(input),
        Batches = state => Damaged(state),
    };

    private static CorpusProgram Base => Healthy.Activations.Rectified;

    private static IEnumerable<TrainingBatch> Damaged(TrainingState state)
    {
        var all = state.Data.Training;
        long[] order = [.. Enumerable.Range(0, (int)all.Size).Select(row => (long)row)];
        state.Random.Shuffle(order);
        int step = 0;
        foreach (long[] rows in order.Chunk(32))
        {
            using var index = tensor(rows);
            var input = all.Input.index_select(0, index);
            yield return new TrainingBatch(state.Epoch == 6 && step++ == 0 ? input.mul_(1000) : input, all.Target.index_select(0, index));
        }
    }

    /// <summary>An absolute error has one slope however near the target is: steps of full length go over it and back for ever.</summary>
    public static CorpusProgram BackAndForth => new("ill-back-and-forth", TrainingTask.Regression)
    {
        Truth = GroundTruth.Ill([Cause.LearningRateTooHigh], "oscillating-loss", "diverging-loss").WhenSkillBelow(0.3) with
        {
            Contributing = ["oversized-update"],
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, "noisy-validation"],
        },
        Data = seed =>
        {
            manual_seed(seed);
            TrainingBatch Rows()
            {
                var input = randn(256, 3);
                return new TrainingBatch(input, 5 + input.narrow(1, 0, 1) + (0.3 * randn(256, 1)));
            }

            return new TrainingData(Rows(), Rows());
        },
        Model = () => Net.Chain(Linear(3, 1)),
        Loss = () => L1Loss(),
        Optimizer = model => optim.SGD(model.parameters(), 4),
        BatchSize = 256,
        Epochs = 150,
    };

    /// <summary>Momentum on small batches at a rate ten times too high: every validation meets another network.</summary>
    public static CorpusProgram Unsettled => new("ill-unsettled", TrainingTask.MulticlassClassification)
    {
        Truth = GroundTruth.Ill([Cause.LearningRateTooHigh], "noisy-validation", "diverging-loss", "exploding-weights", "oversized-update", "saturated-activation") with
        {
            Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, "overfitting", "overtraining"],
        },
        Data = seed => Samples.Digits(seed, 646),
        Model = () => Net.Perceptron(() => Tanh(), 64, 48, 10),
        Loss = () => CrossEntropyLoss(),
        Optimizer = model => optim.SGD(model.parameters(), 0.2, momentum: 0.9),
        BatchSize = 8,
        Epochs = 25,
    };
}
