using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Host.Demo;

/// <summary>The same network without a fault.</summary>
internal sealed class Healthy() : DigitsProgram("healthy", "Nothing is wrong: the network learns.")
{
    /// <inheritdoc/>
    public override nn.Module CreateModel() => Perceptron([64, 64], () => nn.ReLU(), "relu");

    /// <inheritdoc/>
    protected override optim.Optimizer CreateOptimizer(nn.Module model) => optim.Adam(model.parameters(), 0.003);
}
