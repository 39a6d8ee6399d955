using static TorchSharp.torch;

namespace TrainingDoctor;

/// <summary>Watches a run of a training program: where a monitor is attached, a progress line drawn, a trial cut short.</summary>
public interface ITrainingObserver
{
    /// <summary>Tells that model, optimizers and loss were made and the first step is to come.</summary>
    /// <param name="state">The run.</param>
    void Started(TrainingState state);

    /// <summary>Tells that a step was taken; gradients are still in place.</summary>
    /// <param name="state">The run.</param>
    /// <param name="batch">The step's samples.</param>
    /// <param name="loss">The step's loss.</param>
    void Stepped(TrainingState state, TrainingBatch batch, Tensor loss);

    /// <summary>Tells the result of a validation.</summary>
    /// <param name="state">The run.</param>
    /// <param name="score">The score.</param>
    void Validated(TrainingState state, ValidationScore score);

    /// <summary>Tells that the last epoch is over, or the run was cut short. Not called when the program threw.</summary>
    /// <param name="state">The run.</param>
    void Completed(TrainingState state);
}
