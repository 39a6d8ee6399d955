using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Clears the gradients before every step, for a program that forgets to.</summary>
internal sealed class ZeroGradients : ProgramChange
{
    /// <inheritdoc/>
    public override string Attach(AttachedTraining training) => "gradients cleared at the end of every monitor.Step()";

    /// <inheritdoc/>
    public override void BeforeStep(ITreatedTraining state) => state.Model.zero_grad();
}
