using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Cures.Changes;

/// <summary>Changes the learning rate that training starts with.</summary>
/// <param name="change">Turns the present rate into the new one.</param>
/// <param name="bound">What a schedule may not exceed, and what takes the place of a rate that is none; null for no bound.</param>
internal sealed class LearningRateChange(Func<double, double> change, double? bound = null) : ProgramChange
{
    public override IReadOnlyList<optim.Optimizer> Optimizers(IReadOnlyList<optim.Optimizer> optimizers, nn.Module model)
    {
        foreach (var group in optimizers.SelectMany(optimizer => optimizer.ParamGroups))
        {
            group.InitialLearningRate = change(group.InitialLearningRate);
            group.LearningRate = change(group.LearningRate);
        }

        return optimizers;
    }

    public override void BeforeUpdate(TrainingState state)
    {
        if (bound is { } most)
        {
            state.ChangeLearningRate(rate => rate > 0 && rate <= most ? rate : most);
        }
    }
}
