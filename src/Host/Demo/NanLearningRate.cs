using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Host.Demo;

/// <summary>A learning rate at which every step overshoots by more than the one before, until numbers end.</summary>
internal sealed class NanLearningRate() : DigitsProgram("nan-learning-rate", "The loss becomes NaN within a few steps: the learning rate is far too high.")
{
    private const double LearningRate = 5;

    /// <inheritdoc/>
    public override nn.Module CreateModel() => Perceptron([64, 64, 64], () => nn.LeakyReLU(0.1), "leaky");

    /// <inheritdoc/>
    protected override optim.Optimizer CreateOptimizer(nn.Module model) => optim.SGD(model.parameters(), LearningRate);
}
