using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Cures.Changes;

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

    /// <summary>Acts before a step.</summary>
    public virtual void BeforeStep(TrainingState state)
    {
    }

    /// <summary>Acts between the backward pass and the optimizer's step.</summary>
    public virtual void BeforeUpdate(TrainingState state)
    {
    }

    /// <summary>Acts after a step.</summary>
    public virtual void AfterStep(TrainingState state)
    {
    }

    /// <summary>Acts before a validation.</summary>
    /// <param name="state">The training.</param>
    public virtual void BeforeValidation(TrainingState state)
    {
    }

    /// <summary>Acts after a validation.</summary>
    /// <param name="state">The training.</param>
    public virtual void AfterValidation(TrainingState state)
    {
    }
}
