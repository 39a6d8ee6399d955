using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Puts other activations in place of the present ones.</summary>
/// <param name="layers">The paths of the activations.</param>
/// <param name="to">The new function.</param>
internal sealed class ActivationReplacement(IReadOnlyList<string> layers, string to) : ProgramChange
{
    /// <inheritdoc/>
    public override torch.nn.Module Model(torch.nn.Module model)
    {
        foreach (string layer in layers)
        {
            // A logarithm stays: only the dimension of such a softmax was wrong.
            string kind = to == nameof(ActivationKind.Softmax) && ModuleTree.Find(model, layer) is TorchSharp.Modules.LogSoftmax ? nameof(ActivationKind.LogSoftmax) : to;
            if (!ModuleTree.Replace(model, layer, ActivationFactory.Create(kind)))
            {
                throw new CureNotApplicableException($"'{layer}' cannot be replaced from outside: its owner declares it with a concrete type, or calls the function directly.");
            }
        }

        return model;
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        var before = layers.Select(layer => TypeOf(training.Model, layer)).ToList();
        Model(training.Model);
        return string.Join(", ", layers.Zip(before, (layer, type) => $"{layer}: {type} -> {TypeOf(training.Model, layer)}"));
    }

    private static string TypeOf(torch.nn.Module model, string layer) => ModuleTree.Find(model, layer)?.GetType().Name ?? "none";
}
