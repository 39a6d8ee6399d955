using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Cures.Changes;

/// <summary>Changes the learning rate of every parameter group, the start of schedules included.</summary>
/// <param name="change">Gives the new rate for the present one.</param>
internal sealed class LearningRateChange(Func<double, double> change) : ProgramChange
{
    /// <inheritdoc/>
    public override IReadOnlyList<optim.Optimizer> Optimizers(IReadOnlyList<optim.Optimizer> optimizers, nn.Module model)
    {
        foreach (var group in optimizers.SelectMany(optimizer => optimizer.ParamGroups))
        {
            group.InitialLearningRate = change(group.InitialLearningRate);
            group.LearningRate = change(group.LearningRate);
        }

        return optimizers;
    }
}
