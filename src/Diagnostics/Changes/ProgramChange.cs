using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>One change to a training program, applied from outside: it replaces some of the pieces that the program makes.</summary>
/// <remarks>A change must be repeatable: one instance serves several runs and keeps nothing of them but in their <see cref="TrainingState"/>.</remarks>
internal abstract class ProgramChange
{
    /// <summary>Changes the samples.</summary>
    public virtual TrainingData Data(TrainingData data) => data;

    /// <summary>Changes the freshly made model.</summary>
    /// <exception cref="CureNotApplicableException">The model has no place for the change.</exception>
    public virtual nn.Module Model(nn.Module model) => model;

    /// <summary>Changes the optimizers.</summary>
    public virtual IReadOnlyList<optim.Optimizer> Optimizers(IReadOnlyList<optim.Optimizer> optimizers, nn.Module model) => optimizers;

    /// <summary>Changes the loss.</summary>
    public virtual nn.Module<Tensor, Tensor, Tensor>? Loss(nn.Module<Tensor, Tensor, Tensor>? loss) => loss;

    /// <summary>Changes the number of epochs.</summary>
    public virtual int Epochs(int epochs) => epochs;

    /// <summary>Changes the batches of an epoch.</summary>
    public virtual IEnumerable<TrainingBatch> Batches(TrainingState state, IEnumerable<TrainingBatch> batches) => batches;

    /// <summary>Applies the change to a training that is under way, when its monitor is attached. What it acts on later goes through the methods below.</summary>
    /// <param name="training">The training.</param>
    /// <returns>What was done, in words, with values read back from the training; null where that is known only later, and then said to <see cref="AttachedTraining.Confirm"/>.</returns>
    /// <exception cref="CureNotApplicableException">The training has no place for the change.</exception>
    public virtual string? Attach(AttachedTraining training) => throw new CureNotApplicableException("it needs a change of the program itself.");

    /// <summary>Acts before a call of the model of an attached training.</summary>
    /// <param name="training">The training.</param>
    /// <param name="isTraining">Whether the call is one of a training step: gradients are recorded.</param>
    public virtual void BeforeForward(ITreatedTraining training, bool isTraining)
    {
    }

    /// <summary>Acts after an update of an attached training that nothing told of between the backward pass and the optimizer's step.</summary>
    /// <param name="training">The training.</param>
    public virtual void AfterUntoldUpdate(ITreatedTraining training)
    {
    }

    /// <summary>Acts before a step.</summary>
    public virtual void BeforeStep(ITreatedTraining state)
    {
    }

    /// <summary>Acts between the backward pass and the optimizer's step.</summary>
    public virtual void BeforeUpdate(ITreatedTraining state)
    {
    }

    /// <summary>Acts after a step.</summary>
    public virtual void AfterStep(ITreatedTraining state)
    {
    }

    /// <summary>Returns a step's loss as it is to be told.</summary>
    /// <param name="loss">The loss that the program computed.</param>
    public virtual Tensor Told(Tensor loss) => loss;

    /// <summary>Returns a validation as it is to be told.</summary>
    /// <param name="score">The score that the program computed.</param>
    public virtual ValidationScore Told(ValidationScore score) => score;

    /// <summary>Acts before a validation.</summary>
    /// <param name="state">The training.</param>
    public virtual void BeforeValidation(ITreatedTraining state)
    {
    }

    /// <summary>Acts after a validation.</summary>
    /// <param name="state">The training.</param>
    public virtual void AfterValidation(ITreatedTraining state)
    {
    }
}
