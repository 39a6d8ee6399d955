using TorchSharp;
using TrainingDoctor.Changes.Attached;

namespace TrainingDoctor.Changes;

/// <summary>Switches requires_grad on.</summary>
/// <param name="parameters">Names of parameters or paths of layers; empty for all.</param>
internal sealed class Unfreezing(IReadOnlyList<string> parameters) : ProgramChange
{
    /// <inheritdoc/>
    public override torch.nn.Module Model(torch.nn.Module model)
    {
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (parameters.Count == 0 || parameters.Any(p => name == p || name.StartsWith(p + ".", StringComparison.Ordinal)))
            {
                parameter.requires_grad = true;
            }
        }

        return model;
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        int before = Count(training.Model);
        Model(training.Model);
        int held = training.Optimizers.Count > 0 ? training.HoldAll() : 0;
        return $"{Count(training.Model) - before} parameters unfrozen, and {held} given to the optimizer";
    }

    private static int Count(torch.nn.Module model) => model.parameters().Count(parameter => parameter.requires_grad);
}
