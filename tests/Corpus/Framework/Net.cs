using TorchSharp.Modules;

namespace TrainingDoctor.Corpus;

/// <summary>Ways to build models in one line.</summary>
internal static class Net
{
    /// <summary>Layers one after the other, named by their places.</summary>
    public static Sequential Chain(params Module<Tensor, Tensor>[] layers) =>
        Sequential(layers.Select((layer, index) => (FormattableString.Invariant($"{index}"), layer)));

    /// <summary>The same kind of layers several times.</summary>
    public static IEnumerable<Module<Tensor, Tensor>> Repeat(int count, Func<int, Module<Tensor, Tensor>[]> layers) => Enumerable.Range(0, count).SelectMany(layers);

    /// <summary>A multi-layer perceptron with the library's own initialisation.</summary>
    public static Sequential Perceptron(Func<Module<Tensor, Tensor>> activation, params long[] sizes) => Chain(
    [
        .. Repeat(sizes.Length - 2, i => [Linear(sizes[i], sizes[i + 1]), activation()]),
        Linear(sizes[^2], sizes[^1]),
    ]);
}

/// <summary>A loss or layer that is one function of the user's own.</summary>
internal sealed class Function(string name, Func<Tensor, Tensor> function) : Module<Tensor, Tensor>(name)
{
    public override Tensor forward(Tensor input) => function(input);
}
