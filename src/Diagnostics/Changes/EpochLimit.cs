using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Ends training earlier or later.</summary>
/// <param name="change">Gives the new number of epochs for the present one.</param>
internal sealed class EpochLimit(Func<int, int> change) : ProgramChange
{
    /// <inheritdoc/>
    public override int Epochs(int epochs) => Math.Max(1, change(epochs));

    /// <inheritdoc/>
    public override string Attach(AttachedTraining training) => throw new CureNotApplicableException("the program counts its epochs itself.");
}
