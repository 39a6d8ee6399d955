using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Draws weights anew: by He, Xavier or an orthogonal matrix, with biases at zero.</summary>
/// <param name="layers">Paths of layers, or of activations whose preceding layer is meant; empty for every layer with a weight matrix.</param>
/// <param name="scheme"><c>he</c>, <c>xavier</c>, <c>orthogonal</c>, <c>default</c> or <c>dead-units</c>, which is <c>he</c> for a model that starts anew.</param>
internal sealed class Reinitialization(IReadOnlyList<string> layers, string scheme) : ProgramChange
{
    /// <inheritdoc/>
    public override nn.Module Model(nn.Module model)
    {
        using (no_grad())
        {
            foreach (var module in Targets(model))
            {
                foreach (var (name, parameter) in module.named_parameters(recurse: false))
                {
                    Draw(name, parameter);
                }
            }
        }

        return model;
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        var names = ModuleWalk.All(training.Model).ToDictionary(item => item.module, item => item.name, ReferenceEqualityComparer.Instance as IEqualityComparer<nn.Module>);
        var targets = Targets(training.Model);
        Model(training.Model);
        return $"weights drawn again ({scheme}): {string.Join(", ", targets.Select(module => names.GetValueOrDefault(module, module.GetName())))}";
    }

    /// <summary>Layers with weights that are named, or that stand before a named activation in the order of registration.</summary>
    private List<nn.Module> Targets(nn.Module model)
    {
        var leaves = ModuleWalk.Leaves(model);
        var weighted = leaves.Where(item => HasMatrix(item.module)).ToList();
        if (layers.Count == 0)
        {
            return [.. weighted.Select(item => item.module)];
        }

        var targets = new List<nn.Module>();
        foreach (string layer in layers)
        {
            int index = leaves.FindIndex(item => item.name == layer);
            int source = index < 0 ? -1 : leaves.FindLastIndex(index, item => HasMatrix(item.module) || (item.name == layer && item.module.parameters(recurse: false).Any()));
            if (source >= 0 && !targets.Contains(leaves[source].module))
            {
                targets.Add(leaves[source].module);
            }
        }

        return targets.Count > 0 ? targets : throw new CureNotApplicableException($"no layer with weights is known by {string.Join(", ", layers)}.");
    }

    private static bool HasMatrix(nn.Module module) => module.named_parameters(recurse: false).Any(item => item.parameter.dim() >= 2);

    private void Draw(string name, Tensor parameter)
    {
        if (parameter.dim() < 2)
        {
            // A vector is a bias, or the weight of a normalisation, which begins at one.
            _ = name.Contains("bias", StringComparison.Ordinal) ? nn.init.zeros_(parameter) : nn.init.ones_(parameter);

            return;
        }

        _ = scheme switch
        {
            "xavier" => nn.init.xavier_uniform_(parameter),
            "orthogonal" => nn.init.orthogonal_(parameter),
            "default" => nn.init.kaiming_uniform_(parameter, Math.Sqrt(5)),
            _ => nn.init.kaiming_normal_(parameter),
        };
    }
}
