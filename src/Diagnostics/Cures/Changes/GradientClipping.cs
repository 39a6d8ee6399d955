using TorchSharp;

namespace TrainingDoctor.Cures.Changes;

/// <summary>Limits the L2 norm of all gradients together (Pascanu et al. 2013).</summary>
/// <param name="maximumNorm">The limit.</param>
internal sealed class GradientClipping(double maximumNorm) : ProgramChange
{
    /// <inheritdoc/>
    public override void BeforeUpdate(TrainingState state)
    {
        var parameters = state.Model.parameters().Where(parameter => parameter.grad is not null).ToList();
        if (parameters.Count > 0)
        {
            torch.nn.utils.clip_grad_norm_(parameters, maximumNorm);
        }
    }
}
