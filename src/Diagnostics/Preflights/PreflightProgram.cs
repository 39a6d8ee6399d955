using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Preflights;

/// <summary>The parts of the program that a preflight looks at.</summary>
/// <param name="Model">The model.</param>
/// <param name="Forward">Calls it.</param>
/// <param name="Loss">Computes the loss.</param>
/// <param name="Criterion">The loss as a module; null when it is a function.</param>
/// <param name="Optimizer">The optimizer; null when there is none.</param>
/// <param name="Input">The inputs of the batch.</param>
/// <param name="Target">The targets of the batch.</param>
internal sealed record PreflightProgram(
    nn.Module Model, Func<Tensor, Tensor> Forward, Func<Tensor, Tensor, Tensor> Loss, nn.Module? Criterion, optim.Optimizer? Optimizer, Tensor Input, Tensor Target)
{
    private const long Seed = 20_170_612;

    /// <summary>Evaluates an input: in evaluation mode, without gradients, from the same random numbers every time.</summary>
    /// <param name="input">The input.</param>
    /// <param name="seed">Added to the seed.</param>
    public Tensor Evaluate(Tensor input, long seed = 0)
    {
        using var still = no_grad();
        Model.eval();
        manual_seed(Seed + seed);

        // What the model writes into its input must not reach the next call.
        using var own = input.clone();
        using var output = Forward(own);
        return output.detach().clone();
    }

    /// <summary>Returns a batch in which samples take each other's inputs, along a dimension.</summary>
    /// <param name="input">The input.</param>
    /// <param name="index">Where in the dimension to write; null for everywhere.</param>
    /// <param name="dimension">The dimension that counts the samples.</param>
    /// <param name="by">How far away the sample to copy from stands.</param>
    public static Tensor Exchange(Tensor input, long? index, int dimension, long by)
    {
        using var still = no_grad();
        var rolled = input.roll(by, dimension);
        if (index is not { } place)
        {
            return rolled;
        }

        var changed = input.clone();
        changed.select(dimension, place).copy_(rolled.select(dimension, place));
        return changed;
    }
}
