using TorchSharp;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Shrinks all weight matrices a little at every step, apart from the gradient (decoupled weight decay, Loshchilov and Hutter 2019).</summary>
/// <param name="value">The share of a weight that one step at learning rate 1 takes away.</param>
internal sealed class WeightDecay(double value) : ProgramChange
{
    /// <inheritdoc/>
    public override void BeforeUpdate(ITreatedTraining state)
    {
        double rate = state.Optimizers[0].ParamGroups.First().LearningRate;
        using var guard = torch.no_grad();
        using var kept = torch.tensor(1 - (rate * value), torch.ScalarType.Float64);
        foreach (var parameter in state.Model.parameters().Where(parameter => parameter.requires_grad && parameter.dim() >= 2))
        {
            parameter.mul_(kept);
        }
    }
}
