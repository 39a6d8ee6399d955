namespace TrainingDoctor.Corpus.Reported;

/// <summary>Steps that do nothing, too little or too much.</summary>
public static class Steps
{
    private static readonly string[] _little = ["undersized-update", "slow-convergence", "stalled-loss"];

    /// <summary>Weights of 8 bits of mantissa, and steps smaller than half their last bit.</summary>
    public static TwinPrograms RoundedHalf => Twin("bfloat16-updates-round-to-zero", Half(0.3), Rounded(), _ => Half(2e-4));

    public static TwinPrograms RoundedAdam => Twin("bfloat16-adam-updates-round-to-zero", Half(0.3) with { Optimizer = m => optim.Adam(m.parameters(), 0.003) }, Rounded(), p => p with { Optimizer = m => optim.Adam(m.parameters(), 1e-5) });

    /// <summary>Gradients are cut to a norm of 0.001 at every step.</summary>
    public static TwinPrograms TinyNorm => Twin("clipped-to-0.001", Descending, Clipped(), p => p with { BeforeUpdate = s => nn.utils.clip_grad_norm_(s.Model.parameters(), 0.001) });

    /// <summary>The norm is limited to 1 while the loss is still multiplied by 1024; afterwards gradients are divided.</summary>
    public static TwinPrograms ClippedBeforeUnscaling => Twin("clipped-before-unscaling", Scaled(true), Clipped(), _ => Scaled(false));

    /// <summary>Eight batches are added up, and their losses not divided.</summary>
    public static TwinPrograms Undivided => Twin("accumulated-not-divided", Accumulating(1), GroundTruth.Ill([Cause.LearningRateTooHigh, Cause.MissingZeroGrad, Cause.WrongLoss],
        "accumulating-gradient", "oversized-update", "diverging-loss", "oscillating-loss", "exploding-gradient", "exploding-weights", "loss-spike") with
    { Contributing = ["dead-units"], Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers] }, _ => Accumulating(8));

    /// <summary>A schedule that was meant for epochs is stepped with every batch.</summary>
    public static TwinPrograms DecayEveryBatch => Twin("epoch-schedule-every-batch", Descending with { BeginStep = s => s.ChangeLearningRate(_ => 0.2 * Math.Pow(0.7, s.Epoch)) },
        GroundTruth.Ill([Cause.LearningRateTooLow, Cause.OptimizerMismatch], ["degenerate-learning-rate", .. _little]), p => p with { BeginStep = s => s.ChangeLearningRate(_ => 0.2 * Math.Pow(0.7, s.Step)) });

    /// <summary>A cosine of ten epochs is stepped with every batch: the rate goes up and down every twenty steps.</summary>
    public static TwinPrograms CosineEveryBatch => Twin("epoch-cosine-every-batch", Descending with { BeginStep = s => s.ChangeLearningRate(_ => 0.5 * (1 + Math.Cos(Math.PI * s.Epoch / 8))) },
        GroundTruth.Ill([Cause.LearningRateTooHigh, Cause.OptimizerMismatch], "degenerate-learning-rate") with { CaughtAt = Severity.Info }, p => p with { BeginStep = s => s.ChangeLearningRate(_ => 0.5 * (1 + Math.Cos(Math.PI * s.Step / 4))) });

    /// <summary>A warm-up of 500 steps is stepped once an epoch: the run ends before it has begun.</summary>
    public static TwinPrograms WarmupEveryEpoch => Twin("step-warmup-every-epoch", Descending with { BeginStep = s => s.ChangeLearningRate(_ => 0.2 * Math.Min(1, (s.Step + 1) / 50.0)) },
        GroundTruth.Ill([Cause.LearningRateTooLow, Cause.OptimizerMismatch, Cause.TooFewEpochs], ["degenerate-learning-rate", .. _little, "underfitting"]), p => p with { BeginStep = s => s.ChangeLearningRate(_ => 0.2 * Math.Min(1, (s.Epoch + 1) / 500.0)) });

    /// <summary>After a resume the schedule begins anew, at a rate a thousand times the last.</summary>
    public static TwinPrograms ResetByResume => Twin("schedule-reset-by-resume", Descending with { BeginStep = s => s.ChangeLearningRate(_ => 0.5 * Math.Pow(0.93, s.Step)) },
        GroundTruth.Ill([Cause.LearningRateTooHigh, Cause.OptimizerMismatch], "degenerate-learning-rate", "loss-spike"), p => p with { BeginStep = s => s.ChangeLearningRate(_ => 0.5 * Math.Pow(0.93, s.Step % 70)) });

    /// <summary>The minus of the log likelihood was forgotten: the worse, the lower.</summary>
    public static TwinPrograms LikelihoodWithoutMinus => Twin("log-likelihood-without-minus", Bases.DigitsByFunction, Reversed(), p => p with { ComputeLoss = (o, t) => -functional.cross_entropy(o, t) });

    public static TwinPrograms ProbabilityWithoutMinus => Twin("probability-without-minus", Bases.DigitsByFunction with { ComputeLoss = (o, t) => -o.softmax(1).gather(1, t.reshape(-1, 1)).mean(), Epochs = 12 }, Reversed(), p => p with
    {
        ComputeLoss = (o, t) => o.softmax(1).gather(1, t.reshape(-1, 1)).mean(),
    });

    /// <summary>The overlap itself is made small, not one minus the overlap.</summary>
    public static TwinPrograms Overlap => Twin("dice-not-one-minus-dice", Masks((o, t) => 1 - Dice(o, t)), Reversed(), _ => Masks(Dice));

    /// <summary>Gradients of a squared error with the sign of ascent.</summary>
    public static TwinPrograms Ascent => Twin("squared-error-ascent", Bases.Table with { Loss = null, ComputeLoss = (o, t) => (o - t).square().mean(), Optimizer = m => optim.SGD(m.parameters(), 0.02) }, Reversed(), p => p with { ComputeLoss = (o, t) => -(o - t).square().mean() });

    /// <summary>Still falling at the end, a thousandth of what each step could do.</summary>
    public static TwinPrograms TimidDescent => Twin("rate-0.0005", Descending, Timid(), p => p with { Optimizer = m => optim.SGD(m.parameters(), 0.0005) });

    public static TwinPrograms TimidAdam => Twin("adam-rate-3e-6", Bases.Digits, Timid(), p => p with { Optimizer = m => optim.Adam(m.parameters(), 3e-6) });

    /// <summary>A penalty on the weights that outweighs the data: the loss falls, and the model answers the same to everything.</summary>
    public static TwinPrograms Penalty => Twin("penalty-wins", Penalized(0), Regularized(), _ => Penalized(2));

    public static TwinPrograms AbsolutePenalty => Twin("absolute-penalty-wins", Penalized(0), Regularized(), p => p with
    {
        Step = (s, b) => Step(s, functional.cross_entropy(Call(s, b), b.Target) + (0.1 * s.Model.parameters().Select(w => w.abs().sum()).Aggregate((x, y) => x + y))),
    });

    public static TwinPrograms Decay => Twin("weight-decay-2", Bases.Digits with { Optimizer = m => optim.SGD(m.parameters(), 0.1, momentum: 0.9) }, Regularized(), p => p with { Optimizer = m => optim.SGD(m.parameters(), 0.1, momentum: 0.9, weight_decay: 2) });

    /// <summary>The second half of the network lives in a closure, registered nowhere.</summary>
    public static TwinPrograms Closure => Twin("layers-in-a-closure", Bases.Digits with { Model = () => new HiddenHead(true) }, GroundTruth.Ill([Cause.WrongOptimizerParameters], "unregistered-parameters"), p => p with { Model = () => new HiddenHead(false) });

    /// <summary>Income in dollars beside shares of one.</summary>
    public static TwinPrograms OneLargeFeature => Twin("one-feature-in-thousands", Bases.Table with { Optimizer = m => optim.SGD(m.parameters(), 0.02) }, GroundTruth.Ill([Cause.UnscaledData], "unscaled-input") with { Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers] }, p => p with
    {
        Data = seed => Bases.Table.Data(seed).Map(x => cat([x[.., ..1] * 300, x[.., 1..]], 1)),
    });

    /// <summary>Gradients are cleared between backward and step: every step is of nothing.</summary>
    public static TwinPrograms ClearedTooLate => Twin("zero-grad-before-step", Bases.Digits, GroundTruth.Ill([Cause.MisplacedZeroGrad], "accumulating-gradient", "missing-gradient", "unchanged-weights") with { Acceptable = [.. Symptoms.NoProgress, "undersized-update"] }, p => p with
    {
        BeforeUpdate = s => s.Optimizer.zero_grad(),
    });

    /// <summary>Cut to a norm of 1 at nearly every step, with a rate that suits: no fault.</summary>
    public static CorpusProgram AlwaysClipped => Descending with { Name = "reported-sound-always-clipped", Optimizer = m => optim.SGD(m.parameters(), 0.3), BeforeUpdate = s => nn.utils.clip_grad_norm_(s.Model.parameters(), 0.5) };

    /// <summary>A tiny norm does not matter to an optimizer that divides by it.</summary>
    public static CorpusProgram ClippedAdam => Bases.Digits with { Name = "reported-sound-clipped-adam", BeforeUpdate = s => nn.utils.clip_grad_norm_(s.Model.parameters(), 0.001) };

    /// <summary>A similarity that is made large has a loss below zero.</summary>
    public static CorpusProgram NegativeSimilarity => Masks((o, t) => -Dice(o, t)) with { Name = "reported-sound-negative-dice" };

    /// <summary>A light penalty does no harm.</summary>
    public static CorpusProgram LightPenalty => Penalized(1e-4) with { Name = "reported-sound-light-penalty" };

    /// <summary>Weights of 8 bits of mantissa, with steps that they can hold.</summary>
    public static CorpusProgram HalfPrecision => Half(0.2) with { Name = "reported-sound-bfloat16" };

    private static CorpusProgram Descending => Bases.Digits with { Optimizer = m => optim.SGD(m.parameters(), 0.3), Epochs = 10 };

    private static CorpusProgram Half(double rate) => Bases.Digits with
    {
        Data = seed => Samples.Digits(seed, 600).Map(x => x.to_type(ScalarType.BFloat16)),
        Model = () => Net.Perceptron(() => ReLU(), 64, 48, 10).to(ScalarType.BFloat16),
        Optimizer = m => optim.SGD(m.parameters(), rate),
        Epochs = 10,
    };

    private static CorpusProgram Scaled(bool unscalesFirst) => Descending with
    {
        Loss = null,
        Step = (s, b) =>
        {
            s.Optimizer.zero_grad();
            var loss = functional.cross_entropy(Call(s, b), b.Target);
            (loss * 1024).backward();
            if (unscalesFirst)
            {
                Unscale(s);
            }

            nn.utils.clip_grad_norm_(s.Model.parameters(), 1);
            if (!unscalesFirst)
            {
                Unscale(s);
            }

            s.Update();
            return loss;
        },
        ComputeLoss = (o, t) => functional.cross_entropy(o, t),
    };

    private static void Unscale(TrainingState state)
    {
        foreach (var parameter in state.Model.parameters())
        {
            parameter.grad!.div_(1024);
        }
    }

    private static CorpusProgram Accumulating(double factor) => Bases.DigitsByFunction with
    {
        BatchSize = 8,
        Optimizer = m => optim.SGD(m.parameters(), 0.5),
        Step = (s, b) =>
        {
            var loss = functional.cross_entropy(Call(s, b), b.Target);
            (loss * (factor / 8)).backward();
            if (s.Step % 8 == 7)
            {
                s.Update();
                s.Optimizer.zero_grad();
            }

            return loss;
        },
    };

    private static CorpusProgram Penalized(double weight) => Bases.DigitsByFunction with
    {
        Step = (s, b) => Step(s, functional.cross_entropy(Call(s, b), b.Target) + (weight * s.Model.parameters().Select(w => w.square().sum()).Aggregate((x, y) => x + y))),
        Epochs = 10,
    };

    private static CorpusProgram Masks(Func<Tensor, Tensor, Tensor> loss) => Bases.Tumours with
    {
        Task = TrainingTask.MultilabelClassification,
        Data = seed => Samples.DigitRows(seed, 400).ToReconstruction().MapTargets(y => y.gt(0.5).to_type(ScalarType.Float32)),
        Truth = GroundTruth.Healthy(null),
        Model = () => Net.Perceptron(() => ReLU(), 64, 32, 64),
        Loss = null,
        ComputeLoss = loss,
        Optimizer = m => optim.Adam(m.parameters(), 0.01),
        Epochs = 16,
    };

    private static Tensor Dice(Tensor output, Tensor target)
    {
        var yes = output.sigmoid();
        return (((2 * (yes * target).sum(1)) + 1) / (yes.sum(1) + target.sum(1) + 1)).mean();
    }

    private static Tensor Call(TrainingState state, TrainingBatch batch) => ((Module<Tensor, Tensor>)state.Model).call(batch.Input);

    private static Tensor Step(TrainingState state, Tensor loss)
    {
        state.Optimizer.zero_grad();
        loss.backward();
        state.Update();
        return loss;
    }

    private static GroundTruth Rounded() => GroundTruth.Ill([Cause.InsufficientPrecision], "unchanged-weights", "undersized-update", "rounded-update") with { Acceptable = Symptoms.NoProgress };

    private static GroundTruth Clipped() => GroundTruth.Ill([Cause.ExcessiveClipping], "undersized-update", "slow-convergence", "stalled-loss") with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers] };

    private static GroundTruth Reversed() => GroundTruth.Ill([Cause.WrongLoss], "reversed-objective") with { Acceptable = [.. Symptoms.Explosion, .. Symptoms.NoProgress, .. Symptoms.DeadLayers, "overfitting", "implausible-loss"] };

    private static GroundTruth Timid() => GroundTruth.Ill([Cause.LearningRateTooLow, Cause.TooFewEpochs], [.. _little, "underfitting", "degenerate-learning-rate"]) with { Acceptable = Symptoms.DeadLayers };

    private static GroundTruth Regularized() => GroundTruth.Ill([Cause.ExcessiveRegularization], "dominant-regularization", "underfitting", "collapsed-activation", "plateaued-loss", "stalled-loss") with { Acceptable = [.. Symptoms.DeadLayers, .. Symptoms.NoProgress] };

    private static TwinPrograms Twin(string name, CorpusProgram sound, GroundTruth truth, Func<CorpusProgram, CorpusProgram> fault) => TwinPrograms.Reported(name, sound, truth, fault);
}
