namespace TrainingDoctor.Corpus.Reported;

/// <summary>Losses of masks that count how far what is marked and what should be overlap.</summary>
public static class Overlaps
{
    /// <summary>The sigmoid is forgotten: a Dice loss of each sample, with its usual smoothing.</summary>
    public static TwinPrograms DiceOfLogits => Twin("dice-of-logits", (o, t) => 1 - Dice(o.sigmoid(), t, 1).mean(), (o, t) => 1 - Dice(o, t, 1).mean());

    /// <summary>The same over the whole batch, with squares in the denominator, as a module.</summary>
    public static TwinPrograms DiceModuleOfLogits => TwinPrograms.Reported("dice-module-of-logits", Masks with { Loss = () => new SquaredDiceLoss(isBare: false), ComputeLoss = null }, Truth, p => p with { Loss = () => new SquaredDiceLoss(isBare: true) });

    /// <summary>A cross entropy that is right beside an overlap that is not.</summary>
    public static TwinPrograms CrossEntropyAndDiceOfLogits => Twin(
        "cross-entropy-and-dice-of-logits",
        (o, t) => functional.binary_cross_entropy_with_logits(o, t) + (1 - Dice(o.sigmoid(), t, 1e-5).mean()),
        (o, t) => functional.binary_cross_entropy_with_logits(o, t) + (1 - Dice(o, t, 1e-5).mean()));

    /// <summary>The model ends in a sigmoid, and the loss counts what it is given.</summary>
    public static CorpusProgram DiceOfProbabilities => Marked("dice-of-probabilities", (o, t) => 1 - Dice(o, t, 1).mean()) with { Model = () => Net.Chain(Linear(64, 32), ReLU(), Linear(32, 64), Sigmoid()), Threshold = 0.5, Skill = state => Skill(state, 0.5) };

    /// <summary>Intersection over union of a sigmoid that is taken in the loop.</summary>
    public static CorpusProgram JaccardOfSigmoid => Marked("jaccard-of-sigmoid", (o, t) =>
    {
        var (marked, overlap) = (o.sigmoid(), (o.sigmoid() * t).sum());
        return 1 - ((overlap + 1e-6) / (marked.sum() + t.sum() - overlap + 1e-6));
    });

    private static CorpusProgram Masks => LossInputs.Masks with { Loss = null, Optimizer = model => optim.Adam(model.parameters(), 0.01), Epochs = 25, Skill = state => Skill(state, 0) };

    private static GroundTruth Truth => GroundTruth.Ill([Cause.WrongOutputActivation, Cause.WrongLoss], "output-loss-mismatch") with { Acceptable = Symptoms.NoProgress };

    private static TwinPrograms Twin(string name, Func<Tensor, Tensor, Tensor> sound, Func<Tensor, Tensor, Tensor> ill) =>
        TwinPrograms.Reported(name, Masks with { ComputeLoss = sound }, Truth, p => p with { ComputeLoss = ill });

    private static CorpusProgram Marked(string name, Func<Tensor, Tensor, Tensor> loss) => Masks with { Name = $"reported-sound-{name}", ComputeLoss = loss };

    /// <summary>How much of the way to a whole overlap is gone from where everything is marked. A loss of overlaps marks more than is likely, so that shares of right pixels do not tell.</summary>
    private static double? Skill(TrainingState state, double threshold)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        state.Model.eval();
        var (input, mask) = (state.Data.Training.Input, state.Data.Training.Target);
        var marked = ((Module<Tensor, Tensor>)state.Model).call(input).gt(threshold).to_type(ScalarType.Float32);
        double everything = Dice(ones_like(mask), mask, 0).mean().item<float>();
        return (Dice(marked, mask, 0).mean().item<float>() - everything) / (1 - everything);
    }

    private static Tensor Dice(Tensor marked, Tensor mask, double smoothing) => ((2 * (marked * mask).sum(1)) + smoothing) / (marked.sum(1) + mask.sum(1) + smoothing);

    private sealed class SquaredDiceLoss(bool isBare) : Module<Tensor, Tensor, Tensor>(nameof(SquaredDiceLoss))
    {
        public override Tensor forward(Tensor input1, Tensor input2)
        {
            var marked = isBare ? input1 : input1.sigmoid();
            return 1 - (2 * (marked * input2).sum() / (marked.square().sum() + input2.square().sum() + 1e-6));
        }
    }
}
