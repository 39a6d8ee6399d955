using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Lets the optimizers step after every step of a program that forgets to.</summary>
internal sealed class OptimizerStep : ProgramChange
{
    /// <inheritdoc/>
    public override string Attach(AttachedTraining training) => $"{training.RequiredOptimizer.GetType().Name} steps at monitor.Step()";

    /// <inheritdoc/>
    public override void AfterStep(ITreatedTraining state)
    {
        foreach (var optimizer in state.Optimizers)
        {
            optimizer.step();
        }
    }
}
