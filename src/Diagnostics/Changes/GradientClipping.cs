using System.Globalization;
using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Limits the L2 norm of all gradients together (Pascanu et al. 2013).</summary>
/// <param name="maximumNorm">The limit.</param>
internal sealed class GradientClipping(double maximumNorm) : ProgramChange
{
    /// <inheritdoc/>
    public override void BeforeUpdate(ITreatedTraining state)
    {
        var parameters = state.Model.parameters().Where(parameter => parameter.grad is not null).ToList();
        if (parameters.Count > 0)
        {
            double norm = torch.nn.utils.clip_grad_norm_(parameters, maximumNorm);
            (state as AttachedTraining)?.Confirm(this, string.Create(CultureInfo.InvariantCulture, $"gradient norm limited to {maximumNorm:R}; the first was {norm:G3}"));
        }
    }

    /// <inheritdoc/>
    public override string? Attach(AttachedTraining training) => null;

    /// <inheritdoc/>
    public override void AfterUntoldUpdate(ITreatedTraining training) => (training as AttachedTraining)?.Deny(this, "the program never calls monitor.BeforeStep()", afterSteps: 2);
}
