using TorchSharp;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Makes activation modules by the names that remedies use.</summary>
internal static class ActivationFactory
{
    /// <summary>Gets what makes each activation that can be put in.</summary>
    public static IReadOnlyDictionary<ActivationKind, Func<nn.Module<Tensor, Tensor>>> Makers { get; } = new Dictionary<ActivationKind, Func<nn.Module<Tensor, Tensor>>>
    {
        [ActivationKind.ReLU] = () => nn.ReLU(),
        [ActivationKind.LeakyReLU] = () => nn.LeakyReLU(0.01),
        [ActivationKind.ELU] = () => nn.ELU(),
        [ActivationKind.SELU] = () => nn.SELU(),
        [ActivationKind.GELU] = () => nn.GELU(),
        [ActivationKind.SiLU] = () => nn.SiLU(),
        [ActivationKind.Mish] = () => nn.Mish(),
        [ActivationKind.Tanh] = () => nn.Tanh(),
        [ActivationKind.Sigmoid] = () => nn.Sigmoid(),
        [ActivationKind.Softmax] = () => nn.Softmax(-1),
        [ActivationKind.LogSoftmax] = () => nn.LogSoftmax(-1),
        [ActivationKind.Identity] = () => nn.Identity(),
    };

    /// <summary>Makes an activation.</summary>
    /// <param name="name">E.g. <c>LeakyReLU</c>.</param>
    /// <exception cref="CureNotApplicableException">There is none of that name.</exception>
    public static nn.Module<Tensor, Tensor> Create(string name)
    {
        bool isKnown = Enum.TryParse<ActivationKind>(name, ignoreCase: true, out var kind);
        return isKnown && Makers.TryGetValue(kind, out var make) ? make() : throw new CureNotApplicableException($"'{(isKnown ? kind.ToString() : name)}' is no activation that can be put in.");
    }
}
