using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Trains against the loss that the program computes, for one whose sign is wrong: what was made large is made small. The loss is told with the other sign too.</summary>
internal sealed class ReversedObjective : ProgramChange
{
    /// <summary>What a remedy names as the loss to change to.</summary>
    public const string Name = "the loss with the opposite sign";

    /// <inheritdoc/>
    public override void BeforeUpdate(ITreatedTraining state)
    {
        if (state is AttachedTraining)
        {
            return;
        }

        using var guard = no_grad();
        foreach (var parameter in state.Model.parameters())
        {
            _ = parameter.grad?.neg_();
        }
    }

    /// <inheritdoc/>
    public override Tensor Told(Tensor loss) => loss.neg();

    /// <inheritdoc/>
    public override ValidationScore Told(ValidationScore score) => score with { Loss = -score.Loss };

    /// <inheritdoc/>
    public override string? Attach(AttachedTraining training)
    {
        training.ReverseObjective(this);
        return null;
    }
}
