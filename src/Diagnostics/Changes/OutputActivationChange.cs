using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Changes the last activation of a model: replaces it, or puts one behind the last layer of a sequence.</summary>
/// <param name="layers">The path of the present output activation; empty when there is none.</param>
/// <param name="to">The new function; <c>Identity</c> takes the present one out, by its inverse where it stands in the model's own lines.</param>
/// <param name="from">The present function; null where it is not known, or there is none.</param>
internal sealed class OutputActivationChange(IReadOnlyList<string> layers, string to, string? from = null) : ProgramChange
{
    /// <inheritdoc/>
    public override nn.Module Model(nn.Module model)
    {
        var present = Present(model);
        if (present.Count > 0)
        {
            return new ActivationReplacement(present, to).Model(model);
        }

        if (model is not TorchSharp.Modules.Sequential sequence)
        {
            throw new CureNotApplicableException("the output function is not a module of its own, so it cannot be changed from outside.");
        }

        sequence.append("output_activation", TakesOut ? new Undone(OutputInverse.Of(from)) : ActivationFactory.Create(to));
        return sequence;
    }

    /// <inheritdoc/>
    public override string? Attach(AttachedTraining training)
    {
        var present = Present(training.Model);
        if (present.Count > 0)
        {
            return new ActivationReplacement(present, to).Attach(training);
        }

        if (TakesOut)
        {
            var inverse = OutputInverse.Of(from);
            training.ChangeOutput(output => output.is_floating_point() ? inverse(output) : null);
            return $"{from} at the output undone by its inverse";
        }

        Model(training.Model);
        return $"{ModuleWalk.Leaves(training.Model)[^1].module.GetType().Name} put behind the last layer";
    }

    private bool TakesOut => to == nameof(ActivationKind.Identity);

    private List<string> Present(nn.Module model) =>
        [.. layers.Where(layer => ModuleTree.Find(model, layer) is { } module && Enum.TryParse<ActivationKind>(module.GetType().Name, out _))];

    private sealed class Undone(Func<Tensor, Tensor> inverse) : nn.Module<Tensor, Tensor>("undone")
    {
        public override Tensor forward(Tensor input) => inverse(input);
    }
}
