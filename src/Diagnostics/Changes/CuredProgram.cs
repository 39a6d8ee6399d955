using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>A training program with changes laid over it; the program itself is not touched.</summary>
/// <param name="inner">The program.</param>
/// <param name="changes">The changes, in the order in which they are applied.</param>
internal sealed class CuredProgram(ITrainingProgram inner, IReadOnlyList<ProgramChange> changes) : ITrainingProgram
{
    private const string SubscribedKey = "cure.subscribed";

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public TrainingTask Task => inner.Task;

    /// <inheritdoc/>
    public int Epochs => changes.Aggregate(inner.Epochs, (epochs, change) => change.Epochs(epochs));

    /// <inheritdoc/>
    public TrainingData CreateData(int seed) => changes.Aggregate(inner.CreateData(seed), (data, change) => change.Data(data));

    /// <inheritdoc/>
    public nn.Module CreateModel() => changes.Aggregate(inner.CreateModel(), (model, change) => change.Model(model));

    /// <inheritdoc/>
    public IReadOnlyList<optim.Optimizer> CreateOptimizers(nn.Module model) =>
        changes.Aggregate(inner.CreateOptimizers(model), (optimizers, change) => change.Optimizers(optimizers, model));

    /// <inheritdoc/>
    public nn.Module<Tensor, Tensor, Tensor>? CreateLoss() => changes.Aggregate(inner.CreateLoss(), (loss, change) => change.Loss(loss));

    /// <inheritdoc/>
    public IEnumerable<TrainingBatch> Batches(TrainingState state) => changes.Aggregate(inner.Batches(state), (batches, change) => change.Batches(state, batches));

    /// <inheritdoc/>
    public Tensor Step(TrainingState state, TrainingBatch batch)
    {
        state.Item(SubscribedKey, () =>
        {
            state.BeforeUpdate += OnBeforeUpdate;
            return true;
        });
        foreach (var change in changes)
        {
            change.BeforeStep(state);
        }

        var loss = inner.Step(state, batch);
        foreach (var change in changes)
        {
            change.AfterStep(state);
        }

        return changes.Aggregate(loss, (told, change) => change.Told(told));
    }

    /// <inheritdoc/>
    public void EndEpoch(TrainingState state) => inner.EndEpoch(state);

    /// <inheritdoc/>
    public ValidationScore? Validate(TrainingState state)
    {
        foreach (var change in changes)
        {
            change.BeforeValidation(state);
        }

        var score = inner.Validate(state);
        foreach (var change in changes)
        {
            change.AfterValidation(state);
        }

        return score is null ? null : changes.Aggregate(score, (told, change) => change.Told(told));
    }

    private void OnBeforeUpdate(TrainingState state)
    {
        foreach (var change in changes)
        {
            change.BeforeUpdate(state);
        }
    }
}
