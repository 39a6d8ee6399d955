using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Puts normalisation behind layers with weights: layer normalisation behind linear layers, batch normalisation behind convolutions.</summary>
/// <param name="layers">Paths of the layers, or of activations whose preceding layer is meant; empty for every hidden one.</param>
/// <param name="type"><c>LayerNorm</c> for what does not depend on the batch behind convolutions too; null for the usual.</param>
internal sealed class NormalizationInsertion(IReadOnlyList<string> layers, string? type = null) : ProgramChange
{
    /// <inheritdoc/>
    public override nn.Module Model(nn.Module model)
    {
        var leaves = ModuleWalk.Leaves(model);
        var weighted = leaves.Where(item => item.module is TorchSharp.Modules.Linear or TorchSharp.Modules.Conv2d).ToList();
        var targets = weighted.SkipLast(1).Where(item => layers.Count == 0 || IsMeant(item, leaves)).ToList();
        if (targets.Count == 0)
        {
            throw new CureNotApplicableException("there is no hidden linear or convolutional layer to put normalisation behind.");
        }

        foreach (var (path, module) in targets)
        {
            var normalized = nn.Sequential(("layer", (nn.Module<Tensor, Tensor>)module), ("normalization", Create(module)));
            if (!ModuleTree.Replace(model, path, normalized))
            {
                throw new CureNotApplicableException($"'{path}' cannot be wrapped from outside: its owner declares it with a concrete type.");
            }
        }

        return model;
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        var before = training.Model.modules().ToHashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        Model(training.Model);
        return string.Join(", ", ModuleWalk.Leaves(training.Model).Where(item => !before.Contains(item.module)).Select(item => $"{item.module.GetType().Name} put in as {item.name}"));
    }

    /// <summary>Makes what goes behind a layer, where that layer is and of its type of numbers.</summary>
    private nn.Module<Tensor, Tensor> Create(nn.Module module) => module switch
    {
        TorchSharp.Modules.Linear { weight: { } weight } linear => nn.LayerNorm(linear.out_features).to(weight.device, weight.dtype),
        TorchSharp.Modules.Conv2d { weight: { } weight } convolution when type == "LayerNorm" => OfSamples(convolution.out_channels).to(weight.device, weight.dtype),
        TorchSharp.Modules.Conv2d { weight: { } weight } convolution => nn.BatchNorm2d(convolution.out_channels).to(weight.device, weight.dtype),
        _ => throw new CureNotApplicableException($"no normalisation is known for {module.GetName()}."),
    };

    /// <summary>Layer normalisation over the channels and places of a sample, which is group normalisation with one group (Wu and He 2018).</summary>
    private static TorchSharp.Modules.GroupNorm OfSamples(long channels)
    {
        // TorchSharp 0.107 leaves both uninitialised.
        var made = nn.GroupNorm(1, channels);
        nn.init.ones_(made.weight);
        nn.init.zeros_(made.bias);
        return made;
    }

    /// <summary>A layer is meant when it is named, or when the first named layer behind it is reached before another layer with weights.</summary>
    private bool IsMeant((string name, nn.Module module) layer, List<(string name, nn.Module module)> leaves)
    {
        int index = leaves.IndexOf(layer);
        int next = leaves.FindIndex(index + 1, item => item.module is TorchSharp.Modules.Linear or TorchSharp.Modules.Conv2d);
        return leaves[index..(next < 0 ? leaves.Count : next)].Exists(item => layers.Contains(item.name));
    }
}
