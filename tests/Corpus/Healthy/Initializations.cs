using TorchSharp.Modules;

namespace TrainingDoctor.Corpus.Healthy;

/// <summary>Initialisations that fit their activations.</summary>
public static class Initializations
{
    public static CorpusProgram He => With("healthy-he", () => ReLU(), weight => init.kaiming_normal_(weight, a: 0));

    public static CorpusProgram Xavier => With("healthy-xavier", () => Tanh(), weight => init.xavier_normal_(weight));

    public static CorpusProgram Orthogonal => With("healthy-orthogonal", () => ReLU(), weight => init.orthogonal_(weight, Math.Sqrt(2)));

    public static CorpusProgram LeCun => With("healthy-lecun", () => SELU(), weight => init.normal_(weight, 0, 1 / Math.Sqrt(weight.shape[1])));

    /// <summary>A last layer that starts at zero is a common trick: the first answer is even, and its gradient is not.</summary>
    public static CorpusProgram ZeroHead => Activations.Rectified with
    {
        Name = "healthy-zero-head",
        Model = () =>
        {
            var model = Net.Perceptron(() => ReLU(), 64, 64, 32, 10);
            var head = (Linear)model[4];
            init.zeros_(head.weight);
            init.zeros_(head.bias!);
            return model;
        },
    };

    private static CorpusProgram With(string name, Func<Module<Tensor, Tensor>> activation, Action<Tensor> initialize) => Activations.Rectified with
    {
        Name = name,
        Model = () => Net.Chain(Keras.Dense(64, 64, initialize), activation(), Keras.Dense(64, 32, initialize), activation(), Keras.Dense(32, 10, initialize)),
        Epochs = 8,
    };
}
