using TorchSharp;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Programs;

/// <summary>A small network on real digits whose pieces a test can choose.</summary>
internal sealed class DigitsTestProgram : TrainingProgram
{
    public Func<nn.Module<Tensor, Tensor>> Model { get; init; } = () => nn.Sequential(("fc1", nn.Linear(64, 32)), ("relu1", nn.ReLU()), ("out", nn.Linear(32, 10)));

    public Func<nn.Module, optim.Optimizer> Optimizer { get; init; } = model => optim.SGD(model.parameters(), 0.1);

    public float Scale { get; init; } = 1f / 16;

    public bool IsShuffled { get; init; } = true;

    public int EpochCount { get; init; } = 6;

    /// <summary>Gets the rate that the program sets itself at each step; null where it sets none.</summary>
    public Func<long, double>? Schedule { get; init; }

    /// <summary>Gets a value indicating whether the program never lets its optimizer step.</summary>
    public bool ForgetsStep { get; init; }

    public override string Name => "digits";

    public override TrainingTask Task => TrainingTask.MulticlassClassification;

    public override int Epochs => EpochCount;

    protected override bool Shuffles => IsShuffled;

    public override TrainingData CreateData(int seed)
    {
        var (training, validation) = RealData.Digits().Scale(Scale).Split(seed);
        return new TrainingData(ToBatch(training), ToBatch(validation));
    }

    public override nn.Module CreateModel() => Model();

    public override nn.Module<Tensor, Tensor, Tensor>? CreateLoss() => nn.CrossEntropyLoss();

    public override Tensor Step(TrainingState state, TrainingBatch batch)
    {
        if (Schedule is { } schedule)
        {
            state.ChangeLearningRate(_ => schedule(state.Step));
        }

        if (!ForgetsStep)
        {
            return base.Step(state, batch);
        }

        ZeroGradients(state);
        var loss = ComputeLoss(state, Forward(state, batch.Input), batch.Target);
        loss.backward();
        return loss;
    }

    protected override optim.Optimizer CreateOptimizer(nn.Module model) => Optimizer(model);

    private static TrainingBatch ToBatch(Dataset rows) => new(tensor(rows.Features).reshape(rows.Count, 64), tensor(rows.Labels()));
}
