using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>Weighs the classes of a classification by how rare they have been so far, so that all weigh the same together: what drawing rare ones more often does on average.</summary>
internal sealed class ClassWeights
{
    private readonly Dictionary<long, long> _counts = [];

    /// <summary>Counts the classes of a batch and returns the weights of its samples.</summary>
    /// <param name="output">What the loss is given as output.</param>
    /// <param name="target">What it is given as target.</param>
    /// <returns>Weights of a shape that suits the output; null where a sample has more than one class, or none that is a number.</returns>
    public Tensor? Of(Tensor output, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        if (target.numel() == 0 || ShapeOf(output, target) is not { } shape || (target.is_floating_point() && !target.eq(target.round()).all().item<bool>()))
        {
            return null;
        }

        long[] classes = target.detach().reshape(-1).to_type(ScalarType.Int64).cpu().data<long>().ToArray();
        foreach (long known in classes.Where(known => known >= 0))
        {
            _counts[known] = _counts.GetValueOrDefault(known) + 1;
        }

        double share = _counts.Values.Sum() / (double)Math.Max(1, _counts.Count);
        return tensor(classes.Select(known => _counts.TryGetValue(known, out long count) ? (float)(share / count) : 1f).ToArray(), device: output.device).reshape(shape).to_type(output.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>A whole number for each sample beside an output with a place for each class, or a yes or no for each output.</summary>
    private static long[]? ShapeOf(Tensor output, Tensor target) =>
        target.is_floating_point()
            ? target.numel() == output.numel() && (target.dim() < 2 || target.shape[1..].All(size => size == 1)) ? output.shape : null
            : output.dim() == target.dim() + 1 ? [target.shape[0], 1, .. target.shape[1..]] : null;
}
