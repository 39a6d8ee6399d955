using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Host.Demo;

/// <summary>A softmax layer before a loss that has one inside.</summary>
internal sealed class DoubleSoftmax() : DigitsProgram("double-softmax", "The loss hardly moves: softmax is applied twice, by the last layer and again inside CrossEntropyLoss.")
{
    /// <inheritdoc/>
    public override nn.Module CreateModel()
    {
        Sequential model = Perceptron([64, 64], () => nn.ReLU(), "relu");
        model.append("softmax", nn.Softmax(1));
        return model;
    }
}
