using System.Globalization;
using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Puts dropout behind every hidden activation (Srivastava et al. 2014).</summary>
/// <param name="rate">The share of units to drop, from 0 to 1.</param>
internal sealed class DropoutInsertion(double rate) : ProgramChange
{
    /// <inheritdoc/>
    public override nn.Module Model(nn.Module model)
    {
        var leaves = ModuleWalk.Leaves(model);
        int last = leaves.FindLastIndex(item => item.module.parameters().Any());
        var activations = leaves.Take(Math.Max(0, last)).Where(item => Enum.TryParse<ActivationKind>(item.module.GetType().Name, out _)).ToList();
        if (activations.Count == 0)
        {
            throw new CureNotApplicableException("there is no hidden activation module to put dropout behind.");
        }

        foreach (var (path, module) in activations)
        {
            var dropped = nn.Sequential(("activation", (nn.Module<Tensor, Tensor>)module), ("dropout", nn.Dropout(rate)));
            if (!ModuleTree.Replace(model, path, dropped))
            {
                throw new CureNotApplicableException($"'{path}' cannot be wrapped from outside: its owner declares it with a concrete type.");
            }
        }

        return model;
    }

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training)
    {
        int before = Count(training.Model);
        Model(training.Model);
        return string.Create(CultureInfo.InvariantCulture, $"{Count(training.Model) - before} dropout layers at {rate:R} put behind hidden activations");
    }

    private static int Count(nn.Module model) => ModuleWalk.All(model).Count(item => item.module is TorchSharp.Modules.Dropout);
}
