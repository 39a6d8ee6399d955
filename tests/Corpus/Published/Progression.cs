using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Published;

/// <summary>TDC-regr: a small perceptron regresses the progression of diabetes (in place of fuel consumption), scaled as published; and one fault at a time.</summary>
public static class Progression
{
    public static CorpusProgram Clean => new("TDC-regr/clean", TrainingTask.Regression)
    {
        Truth = GroundTruth.Healthy(0.3),
        Data = seed => RealData.Diabetes().Normalize().UnitTargets().Split(seed).ToValues(),
        Model = () => Perceptron(Keras.HeNormal),
        Loss = () => MSELoss(),
        Optimizer = model => optim.Adam(model.parameters(), 0.001, weight_decay: 2e-5),
        BatchSize = 64,
        Epochs = 60,
    };

    /// <summary>TDC-regr-no-L2-probe: called faulty by TheDeepChecker, benign as long as validation does not worsen.</summary>
    public static CorpusProgram WithoutPenalty => Clean with
    {
        Name = "TDC-regr/no-L2-probe",
        Truth = GroundTruth.Healthy(0.3) with { HoldsWhen = outcome => outcome.Skill > 0.3 && outcome.ValidationDecline > 0.95 },
        Optimizer = model => optim.Adam(model.parameters(), 0.001),
    };

    /// <summary>TDC-regr-target-scale: targets up to 346 as they are.</summary>
    public static CorpusProgram UnscaledTarget => Clean with
    {
        Name = "TDC-regr-target-scale",
        Truth = GroundTruth.Ill([Cause.UnscaledData], "unscaled-target") with { Acceptable = [.. Symptoms.NoProgress, .. Symptoms.Explosion, "undersized-update"] },
        Data = seed => RealData.Diabetes().Normalize().Split(seed).ToValues(),
    };

    /// <summary>TDC-regr-sigmoid-out: targets from -1 to 1 through a sigmoid.</summary>
    public static CorpusProgram SigmoidOutput => Clean with
    {
        Name = "TDC-regr-sigmoid-out",
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation], "output-loss-mismatch") with
        {
            Contributing = ["invalid-target"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Data = seed => RealData.Diabetes().Normalize().UnitTargets().Split(seed).ToValues().MapTargets(y => (2 * y) - 1),
        Model = () => Perceptron(Keras.HeNormal, Sigmoid()),
    };

    /// <summary>TDC-regr-softmax-out: softmax over the single output.</summary>
    public static CorpusProgram SoftmaxOutput => Clean with
    {
        Name = "TDC-regr-softmax-out",
        Truth = GroundTruth.Ill([Cause.WrongOutputActivation], "collapsed-activation", "output-loss-mismatch") with
        {
            Contributing = ["misplaced-softmax"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Model = () => Perceptron(Keras.HeNormal, Softmax(1)),
    };

    /// <summary>TDC-regr-const-init: all hidden weights 0.01.</summary>
    public static CorpusProgram ConstantWeights => Clean with
    {
        Name = "TDC-regr-const-init",
        Truth = GroundTruth.Ill([Cause.PoorInitialization], "symmetric-units") with
        {
            Contributing = ["poor-initialization"],
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers],
        },
        Model = () => Perceptron(weight => init.constant_(weight, 0.01)),
    };

    /// <summary>TDC-regr-shuffled-labels: every epoch shuffles the features, and leaves the targets where they are.</summary>
    public static CorpusProgram ShuffledLabels => Clean with
    {
        Name = "TDC-regr-shuffled-labels",
        Truth = GroundTruth.Ill([Cause.LabelError, Cause.DataOrder, Cause.CorruptData], "overfitting", "stalled-loss", "underfitting") with
        {
            Contributing = ["plateaued-loss"],
            Acceptable = Symptoms.NoProgress,
        },
        Batches = ShuffleFeaturesOnly,
    };

    /// <summary>TDC-regr-broadcast: a column minus a row is a matrix.</summary>
    public static CorpusProgram Broadcast => Clean with
    {
        Name = "TDC-regr-broadcast",
        Truth = GroundTruth.Ill([Cause.WrongLoss, Cause.LabelError, Cause.CorruptData], "invalid-target") with
        {
            Acceptable = [.. Symptoms.NoProgress, "collapsed-activation"],
        },
        Data = seed => RealData.Diabetes().Normalize().UnitTargets().Split(seed).ToFlatValues(),
        ComputeLoss = (output, target) => (output - target).square().mean(),
    };

    /// <summary>TDC-regr-ce-loss: a cross entropy written by hand for a regression.</summary>
    public static CorpusProgram CrossEntropy => Clean with
    {
        Name = "TDC-regr-ce-loss",
        Truth = GroundTruth.Ill([Cause.WrongLoss], "output-loss-mismatch") with
        {
            Acceptable = [.. Symptoms.NoProgress, .. Symptoms.DeadLayers, .. Symptoms.Explosion, "missing-gradient"],
        },
        Loss = null,
        ComputeLoss = (output, target) => -(target * output.clamp(1e-10, 1).log()).sum(),
    };

    /// <summary>TDC-regr-flip-sign: gradient ascent.</summary>
    public static CorpusProgram FlippedSign => Clean with
    {
        Name = "TDC-regr-flip-sign",
        Truth = GroundTruth.Ill(
            [Cause.LearningRateTooHigh, Cause.WrongLoss, Cause.OptimizerMismatch], "diverging-loss", "exploding-gradient", "exploding-weights", "non-finite-loss") with
        {
            Acceptable = Symptoms.Explosion,
        },
        Step = Ascend,
    };

    private static Sequential Perceptron(Action<Tensor> initialize, params Module<Tensor, Tensor>[] output) => Net.Chain(
        [Keras.Dense(10, 64, initialize), ReLU(), Keras.Dense(64, 64, initialize), ReLU(), Keras.Dense(64, 1), .. output]);

    private static Dataset UnitTargets(this Dataset set)
    {
        float least = set.Targets.Min();
        float range = set.Targets.Max() - least;
        return new Dataset(set.Name, set.Kind, set.Features, set.FeatureCount, [.. set.Targets.Select(target => (target - least) / range)]);
    }

    private static IEnumerable<TrainingBatch> ShuffleFeaturesOnly(TrainingState state)
    {
        var all = state.Data.Training;
        using var order = randperm(all.Size);
        using var features = all.Input.index_select(0, order);
        for (long start = 0; start < all.Size; start += 64)
        {
            long end = Math.Min(start + 64, all.Size);
            yield return new TrainingBatch(features[TensorIndex.Slice(start, end)].clone(), all.Target[TensorIndex.Slice(start, end)].clone());
        }
    }

    private static Tensor Ascend(TrainingState state, TrainingBatch batch)
    {
        state.Optimizer.zero_grad();
        var loss = state.Loss!.call(((Sequential)state.Model).call(batch.Input), batch.Target);
        (-loss).backward();
        state.Update();
        return loss;
    }
}
