using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Models;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Registers layers that a model keeps unregistered, and gives the optimizer every parameter of the model.</summary>
internal sealed class ParameterRegistration : ProgramChange
{
    private static readonly OptimizerChange Everything = new(to: null, learningRate: null, weightDecay: null);

    public override nn.Module Model(nn.Module model)
    {
        int number = 0;
        foreach (var child in UnregisteredMembers.FindModules(model))
        {
            // A name may hold no dots; what the member is called in the code has brackets as well.
            model.register_module(FormattableString.Invariant($"registered{number++}"), child);
        }

        return model;
    }

    public override string Attach(AttachedTraining training)
    {
        _ = training.RequiredOptimizer;
        int before = training.Model.parameters().Count();
        Model(training.Model);
        return $"{training.Model.parameters().Count() - before} parameters registered, and {training.HoldAll()} given to the optimizer";
    }

    public override IReadOnlyList<optim.Optimizer> Optimizers(IReadOnlyList<optim.Optimizer> optimizers, nn.Module model) => Everything.Optimizers(optimizers, model);
}
