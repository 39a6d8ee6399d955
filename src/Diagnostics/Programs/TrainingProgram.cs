using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor;

/// <summary>A training program in the usual form: shuffled batches, one optimizer, validation after every epoch. Every piece can be overridden.</summary>
public abstract class TrainingProgram : ITrainingProgram
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract TrainingTask Task { get; }

    /// <inheritdoc/>
    public abstract int Epochs { get; }

    /// <summary>Gets the number of samples per step.</summary>
    protected virtual int BatchSize => 32;

    /// <summary>Gets a value indicating whether samples come in a new order every epoch.</summary>
    protected virtual bool Shuffles => true;

    /// <inheritdoc/>
    public abstract TrainingData CreateData(int seed);

    /// <inheritdoc/>
    public abstract nn.Module CreateModel();

    /// <inheritdoc/>
    public virtual IReadOnlyList<optim.Optimizer> CreateOptimizers(nn.Module model) => [CreateOptimizer(model)];

    /// <inheritdoc/>
    public abstract nn.Module<Tensor, Tensor, Tensor>? CreateLoss();

    /// <inheritdoc/>
    public virtual IEnumerable<TrainingBatch> Batches(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var all = state.Data.Training;
        long[] order = [.. Enumerable.Range(0, (int)all.Size).Select(index => (long)index)];
        if (Shuffles)
        {
            state.Random.Shuffle(order);
        }

        foreach (long[] rows in order.Chunk(BatchSize))
        {
            using var index = tensor(rows);
            yield return new TrainingBatch(all.Input.index_select(0, index), all.Target.index_select(0, index));
        }
    }

    /// <inheritdoc/>
    public virtual Tensor Step(TrainingState state, TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(batch);
        ZeroGradients(state);
        var loss = ComputeLoss(state, Forward(state, batch.Input), batch.Target);
        loss.backward();
        state.Update();
        return loss;
    }

    /// <inheritdoc/>
    public virtual void EndEpoch(TrainingState state)
    {
    }

    /// <inheritdoc/>
    public virtual ValidationScore? Validate(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Data.Validation is not { } data)
        {
            return null;
        }

        bool wasTraining = state.Model.training;
        PrepareValidation(state);
        using (no_grad())
        {
            var output = Forward(state, data.Input);
            double loss = ComputeLoss(state, output, data.Target).to_type(ScalarType.Float64).item<double>();
            double? accuracy = Accuracy(state, output, data.Target);
            state.Model.train(wasTraining);
            return new ValidationScore(loss, accuracy);
        }
    }

    /// <summary>Makes the optimizer.</summary>
    /// <param name="model">The model.</param>
    protected abstract optim.Optimizer CreateOptimizer(nn.Module model);

    /// <summary>Clears the gradients before a step.</summary>
    /// <param name="state">The run.</param>
    protected virtual void ZeroGradients(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Optimizer.zero_grad();
    }

    /// <summary>Brings the model into the mode for validation.</summary>
    /// <param name="state">The run.</param>
    protected virtual void PrepareValidation(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Model.eval();
    }

    /// <summary>Runs the model.</summary>
    /// <param name="state">The run.</param>
    /// <param name="input">The samples.</param>
    protected virtual Tensor Forward(TrainingState state, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(state);
        return ((nn.Module<Tensor, Tensor>)state.Model).call(input);
    }

    /// <summary>Computes the loss.</summary>
    /// <param name="state">The run.</param>
    /// <param name="output">The model's output.</param>
    /// <param name="target">The target.</param>
    protected virtual Tensor ComputeLoss(TrainingState state, Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Loss?.call(output, target) ?? throw new InvalidOperationException($"{Name} has no loss module, so it must override {nameof(ComputeLoss)}.");
    }

    /// <summary>Computes the share of right answers: by the largest output for classes, by the middle of the range for yes/no labels.</summary>
    /// <param name="state">The run.</param>
    /// <param name="output">The model's output.</param>
    /// <param name="target">The target.</param>
    /// <returns>Null when that has no meaning for the task.</returns>
    protected virtual double? Accuracy(TrainingState state, Tensor output, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        if (Task is not (TrainingTask.BinaryClassification or TrainingTask.MulticlassClassification or TrainingTask.MultilabelClassification or TrainingTask.LanguageModeling))
        {
            return null;
        }

        Tensor right;
        if (target.dtype == ScalarType.Int64)
        {
            right = output.argmax(1).eq(target);
        }
        else if (Task == TrainingTask.MulticlassClassification && output.shape.Length > 1 && output.shape[1] > 1)
        {
            right = output.argmax(1).eq(target.argmax(1));
        }
        else
        {
            // Compared with tensors, since TorchSharp 0.107 may free a scalar before its call.
            using var half = tensor(0.5f, output.device);
            using var bound = tensor(state.Loss is TorchSharp.Modules.BCEWithLogitsLoss ? 0 : 0.5f, output.device);
            right = output.gt(bound).eq(target.gt(half));
        }

        return right.to_type(ScalarType.Float64).mean().item<double>();
    }
}
