using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Undoes a function that a model applies to its output in its own lines, by the inverse: what the loss is given is the bare output, up to a constant where the function has forgotten one.</summary>
internal static class OutputInverse
{
    /// <summary>Where a function has run into its bound, its inverse is infinite: outputs are kept this far from it.</summary>
    private const double Bound = 1e-6;

    private const double Least = 1e-30;

    private static readonly Dictionary<ActivationKind, Func<Tensor, Tensor>> Inverses = new()
    {
        [ActivationKind.Sigmoid] = output => output.clamp(Bound, 1 - Bound).logit(),
        [ActivationKind.Softmax] = output => output.clamp_min(Least).log(),
        [ActivationKind.Exponential] = output => output.clamp_min(Least).log(),
        [ActivationKind.Tanh] = output => output.clamp(-1 + Bound, 1 - Bound).atanh(),
    };

    /// <summary>Returns the inverse of a function.</summary>
    /// <param name="function">Its name; null where it is not known.</param>
    /// <exception cref="CureNotApplicableException">It has none, or is not known.</exception>
    public static Func<Tensor, Tensor> Of(string? function) =>
        Enum.TryParse<ActivationKind>(function, out var kind) && Inverses.TryGetValue(kind, out var inverse) ? inverse
            : throw new CureNotApplicableException("the output function is not a module of its own, so it cannot be changed from outside.");
}
