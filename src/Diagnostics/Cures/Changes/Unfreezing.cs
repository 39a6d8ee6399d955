using TorchSharp;

namespace TrainingDoctor.Cures.Changes;

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
}
