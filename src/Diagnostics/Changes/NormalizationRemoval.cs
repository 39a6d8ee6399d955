using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Takes normalisation out: what stands in its place hands its input on.</summary>
/// <param name="layers">The paths of the normalisations; not empty.</param>
internal sealed class NormalizationRemoval(IReadOnlyList<string> layers) : ProgramChange
{
    /// <inheritdoc/>
    public override torch.nn.Module Model(torch.nn.Module model)
    {
        if (layers.Count == 0)
        {
            throw new CureNotApplicableException("it names no normalisation.");
        }

        foreach (string layer in layers)
        {
            if (ModuleTree.Find(model, layer) is not { } present || !present.GetType().Name.Contains("Norm", StringComparison.Ordinal))
            {
                throw new CureNotApplicableException($"'{layer}' is no normalisation of the model.");
            }

            if (!ModuleTree.Replace(model, layer, torch.nn.Identity()))
            {
                throw new CureNotApplicableException($"'{layer}' cannot be taken out from outside: its owner declares it with a concrete type.");
            }
        }

        return model;
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        Model(training.Model);
        return $"taken out: {string.Join(", ", layers)}";
    }
}
