using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes.Attached;

/// <summary>
/// Lets a model answer on the scale of its targets, as if they had been brought to mean 0 and standard deviation 1 and its answers been turned back: the gradient is that of the scaled problem, and every loss stays in the program's own units.
/// </summary>
/// <param name="loss">The loss; null where it is not known.</param>
internal sealed class TargetScale(nn.Module? loss) : IDisposable
{
    private readonly RunningScale _scale = new();

    /// <summary>Gets a value indicating whether targets have been seen.</summary>
    public bool IsKnown => _scale.IsKnown;

    /// <summary>Takes the targets of a step.</summary>
    /// <param name="target">The targets.</param>
    public void Take(Tensor target) => _scale.Note(Rows(target));

    /// <summary>Returns targets as a model that answers on their scale is measured against.</summary>
    /// <param name="target">The targets.</param>
    public Tensor? Scaled(Tensor target) => _scale.Of(Rows(target)) is var (mean, divisor) ? ((Rows(target) - mean) / divisor).reshape(target.shape) : null;

    /// <summary>Turns an output back. Nothing is learned before targets have been seen.</summary>
    /// <param name="output">The model's output.</param>
    public Tensor? TurnedBack(Tensor output)
    {
        if (!output.is_floating_point() || output.dim() == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        if (_scale.Of(Rows(output)) is not var (mean, divisor))
        {
            return _scale.IsKnown ? null : ScaledGradient.Of(output, zeros(1, output.dtype, output.device)).MoveToOuterDisposeScope();
        }

        var answer = ((Rows(output) * divisor) + mean).reshape(output.shape);
        var factor = loss is L1Loss or SmoothL1Loss or HuberLoss ? 1 / divisor : 1 / divisor.square();
        return ScaledGradient.Of(answer, factor.expand_as(Rows(output)).reshape(output.shape)).MoveToOuterDisposeScope();
    }

    public void Dispose() => _scale.Dispose();

    private static Tensor Rows(Tensor values) => values.dim() == 1 ? values.unsqueeze(1) : values;
}
