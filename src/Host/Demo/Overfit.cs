using TorchSharp;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

namespace TrainingDoctor.Host.Demo;

/// <summary>A large network on few digits, some of them with a wrong label: it learns them by heart.</summary>
internal sealed class Overfit() : DigitsProgram("overfit", "The training loss goes to zero while the validation loss rises: the network learns its few digits by heart.")
{
    private const int Rows = 160;
    private const double WrongLabels = 0.15;
    private const int Classes = 10;

    /// <inheritdoc/>
    public override int Epochs => 80;

    /// <inheritdoc/>
    public override nn.Module CreateModel() => Perceptron([256, 256], () => nn.ReLU(), "relu");

    /// <inheritdoc/>
    protected override optim.Optimizer CreateOptimizer(nn.Module model) => optim.Adam(model.parameters(), 0.003);

    /// <inheritdoc/>
    protected override Dataset Choose(Dataset training, int seed)
    {
        var few = training.Take([.. Enumerable.Range(0, Rows)]);
        var random = new Random(seed);
        float[] targets = [.. few.Targets.Select(target => random.NextDouble() < WrongLabels ? random.Next(Classes) : target)];
        return new Dataset(few.Name, few.Kind, few.Features, few.FeatureCount, targets);
    }
}
