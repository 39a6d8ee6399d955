using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Host.Demo;

/// <summary>ReLU units whose biases start so far down that no digit ever reaches them.</summary>
internal sealed class DeadRelu() : DigitsProgram("dead-relu", "The loss stays at ln 10: the hidden units output zero for every digit.")
{
    private const double Bias = -2;

    /// <inheritdoc/>
    public override nn.Module CreateModel()
    {
        var model = Perceptron([64, 64], () => nn.ReLU(), "relu");
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name is "fc1.bias" or "fc2.bias")
            {
                nn.init.constant_(parameter, Bias);
            }
        }

        return model;
    }
}
