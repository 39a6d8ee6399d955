namespace TrainingDoctor.Cures.Changes;

/// <summary>Lets the optimizers step after every step of a program that forgets to.</summary>
internal sealed class OptimizerStep : ProgramChange
{
    /// <inheritdoc/>
    public override void AfterStep(TrainingState state)
    {
        foreach (var optimizer in state.Optimizers)
        {
            optimizer.step();
        }
    }
}
