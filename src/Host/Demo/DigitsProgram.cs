using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

namespace TrainingDoctor.Host.Demo;

/// <summary>A small perceptron that learns to tell real handwritten digits apart; each demo changes one thing about it.</summary>
/// <param name="name">The demo's name.</param>
/// <param name="symptom">What a person will see, in one sentence.</param>
internal abstract class DigitsProgram(string name, string symptom) : TrainingProgram
{
    private const int Pixels = 64;
    private const int Digits = 10;
    private const float LargestPixel = 16;

    /// <inheritdoc/>
    public override string Name => name;

    /// <summary>Gets what a person will see, in one sentence.</summary>
    public string Symptom => symptom;

    /// <inheritdoc/>
    public override TrainingTask Task => TrainingTask.MulticlassClassification;

    /// <inheritdoc/>
    public override int Epochs => 12;

    /// <inheritdoc/>
    public override TrainingData CreateData(int seed)
    {
        var (training, validation) = RealData.Digits().Scale(1 / LargestPixel).Split(seed);
        return new TrainingData(ToBatch(Choose(training, seed)), ToBatch(validation));
    }

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor, Tensor>? CreateLoss() => nn.CrossEntropyLoss();

    /// <inheritdoc/>
    protected override optim.Optimizer CreateOptimizer(nn.Module model) => optim.SGD(model.parameters(), 0.1);

    /// <summary>Chooses the rows to train on.</summary>
    /// <param name="training">All rows that are not held back.</param>
    /// <param name="seed">Decides what is left to chance.</param>
    protected virtual Dataset Choose(Dataset training, int seed) => training;

    /// <summary>Makes a perceptron with named layers: <c>fc1</c>, its activation, and so on to <c>out</c>.</summary>
    /// <param name="hidden">The number of units of each hidden layer.</param>
    /// <param name="activation">Makes an activation.</param>
    /// <param name="activationName">The stem of the activations' names.</param>
    protected static Sequential Perceptron(IReadOnlyList<int> hidden, Func<nn.Module<Tensor, Tensor>> activation, string activationName)
    {
        var layers = new List<(string Name, nn.Module<Tensor, Tensor> Layer)>();
        int inputs = Pixels;
        for (int i = 0; i < hidden.Count; i++)
        {
            layers.Add(($"fc{i + 1}", nn.Linear(inputs, hidden[i])));
            layers.Add(($"{activationName}{i + 1}", activation()));
            inputs = hidden[i];
        }

        layers.Add(("out", nn.Linear(inputs, Digits)));
        return nn.Sequential(layers);
    }

    private static TrainingBatch ToBatch(Dataset rows) =>
        new(tensor(rows.Features).reshape(rows.Count, Pixels), tensor(rows.Labels()));
}
