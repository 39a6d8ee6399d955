using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>
/// Repairs the samples of a batch: a value that is not finite becomes the mean of its feature in the batch, and a sample far beyond all others is brought back to where they end. Samples cannot be left out on their way into a model, which
/// answers every one.
/// </summary>
internal static class InputRepair
{
    private const double Far = 20;
    private const int FewestRows = 4;

    /// <summary>Repairs a batch.</summary>
    /// <param name="input">The batch; the first dimension counts samples.</param>
    /// <returns>Null where there is nothing to repair.</returns>
    public static Tensor? Of(Tensor input)
    {
        if (!input.is_floating_point() || input.dim() < 2 || input.numel() == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var finite = input.isfinite();
        bool isWhole = finite.all().item<bool>();
        var repaired = input;
        if (!isWhole)
        {
            var nothing = zeros_like(input);
            var mean = where(finite, input, nothing).sum(0, keepdim: true) / finite.to_type(input.dtype).sum(0, keepdim: true).clamp_min(1);
            repaired = where(finite, input, mean.expand_as(input));
        }

        double bound = Bound(repaired);
        bool isFar = repaired.abs().max().to_type(ScalarType.Float64).item<double>() > bound;
        return isWhole && !isFar ? null : (isFar ? repaired.clamp(-bound, bound) : repaired).MoveToOuterDisposeScope();
    }

    /// <summary>Far beyond what the samples' own largest values are.</summary>
    private static double Bound(Tensor input) =>
        input.shape[0] < FewestRows ? double.PositiveInfinity : Far * input.reshape(input.shape[0], -1).abs().amax([1L]).median().to_type(ScalarType.Float64).item<double>() is var bound && bound > 0 ? bound : double.PositiveInfinity;
}
