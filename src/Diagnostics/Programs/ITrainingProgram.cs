using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor;

/// <summary>
/// A training that can be run again: it makes its model, optimizer, loss and data anew for every run, so that remedies can be tried on fresh copies.
/// <see cref="TrainingProgram"/> is the usual way to write one; <see cref="TrainingLoop"/> runs it.
/// </summary>
/// <remarks>
/// Implementations keep everything that changes in the <see cref="TrainingState"/>, so that one program may serve many runs. Each piece may be replaced by a
/// decorator: a trial of another learning rate decorates <see cref="CreateOptimizers"/>, of shuffling <see cref="Batches"/>, and so on.
/// The same seed gives the same run.
/// </remarks>
public interface ITrainingProgram
{
    /// <summary>Gets the name.</summary>
    string Name { get; }

    /// <summary>Gets what the network is trained to do.</summary>
    TrainingTask Task { get; }

    /// <summary>Gets the number of epochs of a whole run.</summary>
    int Epochs { get; }

    /// <summary>Makes the samples. The loop owns their tensors.</summary>
    /// <param name="seed">Decides generated samples and the split.</param>
    TrainingData CreateData(int seed);

    /// <summary>Makes a freshly initialised model; the loop has seeded torch's generator before.</summary>
    nn.Module CreateModel();

    /// <summary>Makes the optimizers: the main one first, further ones for programs that train several networks.</summary>
    /// <param name="model">The model.</param>
    IReadOnlyList<optim.Optimizer> CreateOptimizers(nn.Module model);

    /// <summary>Makes the loss; null when the program computes it by functions of its own.</summary>
    nn.Module<Tensor, Tensor, Tensor>? CreateLoss();

    /// <summary>Gets the batches of the epoch <see cref="TrainingState.Epoch"/>.</summary>
    /// <param name="state">The run.</param>
    IEnumerable<TrainingBatch> Batches(TrainingState state);

    /// <summary>Takes one step: forward, backward, update.</summary>
    /// <param name="state">The run.</param>
    /// <param name="batch">The samples.</param>
    /// <returns>The loss of the step, a single number.</returns>
    Tensor Step(TrainingState state, TrainingBatch batch);

    /// <summary>Ends an epoch, after its last step and before its validation: the place for a learning-rate schedule.</summary>
    /// <param name="state">The run.</param>
    void EndEpoch(TrainingState state);

    /// <summary>Measures the model on data not trained on.</summary>
    /// <param name="state">The run.</param>
    /// <returns>Null when the program has no validation, or none in this epoch.</returns>
    ValidationScore? Validate(TrainingState state);
}
