using TorchSharp;

namespace TrainingDoctor.Cures.Changes;

/// <summary>Lowers the rate of dropout layers; 0 takes dropout out.</summary>
/// <param name="layers">Their paths; empty for all.</param>
/// <param name="rate">The new rate, from 0 to 1.</param>
internal sealed class DropoutRemoval(IReadOnlyList<string> layers, double rate) : ProgramChange
{
    /// <inheritdoc/>
    public override torch.nn.Module Model(torch.nn.Module model)
    {
        int found = 0;
        foreach (var (path, module) in model.named_modules())
        {
            if (module.GetType().GetProperty("p") is { CanWrite: true } property && module.GetType().Name.Contains("Dropout", StringComparison.Ordinal)
                && (layers.Count == 0 || layers.Contains(path)))
            {
                property.SetValue(module, rate);
                found++;
            }
        }

        return found > 0 ? model : throw new CureNotApplicableException("the model has no dropout module.");
    }
}
