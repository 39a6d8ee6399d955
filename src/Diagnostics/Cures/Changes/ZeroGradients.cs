namespace TrainingDoctor.Cures.Changes;

/// <summary>Clears the gradients before every step, for a program that forgets to.</summary>
internal sealed class ZeroGradients : ProgramChange
{
    /// <inheritdoc/>
    public override void BeforeStep(TrainingState state) => state.Model.zero_grad();
}
