using TorchSharp.Modules;

namespace TrainingDoctor.Corpus;

/// <summary>Layers as Keras makes them: its initialisers, biases at zero. Most of the published programs are Keras programs.</summary>
internal static class Keras
{
    /// <summary>U(±sqrt(6 / (fan in + fan out))), the default.</summary>
    public static void GlorotUniform(Tensor weight) => init.xavier_uniform_(weight);

    /// <summary>U(±sqrt(6 / fan in)).</summary>
    public static void HeUniform(Tensor weight) => init.kaiming_uniform_(weight, a: 0);

    /// <summary>N(0, sqrt(2 / fan in)).</summary>
    public static void HeNormal(Tensor weight) => init.kaiming_normal_(weight, a: 0);

    /// <summary>'uniform' of Keras 1 and 2: U(±0.05).</summary>
    public static void Uniform(Tensor weight) => init.uniform_(weight, -0.05, 0.05);

    /// <summary>'normal' of Keras 1 and 2: N(0, 0.05).</summary>
    public static void Normal(Tensor weight) => init.normal_(weight, 0, 0.05);

    /// <summary>N(0, 1).</summary>
    public static void StandardNormal(Tensor weight) => init.normal_(weight, 0, 1);

    /// <summary>A fully connected layer.</summary>
    public static Linear Dense(long inputs, long outputs, Action<Tensor>? initialize = null, double bias = 0)
    {
        var layer = Linear(inputs, outputs);
        (initialize ?? GlorotUniform)(layer.weight);
        init.constant_(layer.bias!, bias);
        return layer;
    }

    /// <summary>A convolution whose output is as large as its input.</summary>
    public static Conv2d Convolution(long inputs, long outputs, long kernel, Action<Tensor>? initialize = null, double bias = 0)
    {
        var layer = Conv2d(inputs, outputs, kernel, padding: kernel / 2);
        (initialize ?? GlorotUniform)(layer.weight);
        init.constant_(layer.bias!, bias);
        return layer;
    }
}
