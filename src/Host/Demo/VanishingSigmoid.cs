using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Host.Demo;

/// <summary>A deep stack of sigmoids, through which no gradient reaches the first layers.</summary>
internal sealed class VanishingSigmoid() : DigitsProgram("vanishing-sigmoid", "The loss does not go down: eight sigmoid layers let no gradient through to the first.")
{
    /// <inheritdoc/>
    public override nn.Module CreateModel() => Perceptron([32, 32, 32, 32, 32, 32, 32, 32], nn.Sigmoid, "sigmoid");
}
