using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>
/// Drops samples that hold numbers that are not finite or far beyond those of all others, in the data and in every batch, and takes answers of two values for 0 and 1.
/// </summary>
internal sealed class DataCleaning : ProgramChange
{
    private const double Far = 20;

    /// <inheritdoc/>
    public override string? Attach(AttachedTraining training)
    {
        training.RepairSamples(this);
        return null;
    }

    public override TrainingData Data(TrainingData data) => new(Clean(data.Training), data.Validation is { } validation ? Clean(validation) : null);

    public override IEnumerable<TrainingBatch> Batches(TrainingState state, IEnumerable<TrainingBatch> batches)
    {
        double bound = state.Item("cure.cleaning", () => (object)Bound(state.Data.Training.Input)) is double value ? value : double.PositiveInfinity;
        foreach (var batch in batches)
        {
            if (!batch.Input.is_floating_point() || Largest(batch.Input) <= bound)
            {
                yield return batch;
            }
            else
            {
                batch.Input.Dispose();
                batch.Target.Dispose();
            }
        }
    }

    private static TrainingBatch Clean(TrainingBatch samples)
    {
        using var scope = NewDisposeScope();
        var (input, target) = (samples.Input, samples.Target);
        var good = ones(input.shape[0], dtype: ScalarType.Bool);
        foreach (var tensor in new[] { input, target }.Where(tensor => tensor.is_floating_point()))
        {
            good = good.logical_and(tensor.reshape(tensor.shape[0], -1).isfinite().all(1));
        }

        if (!good.all().item<bool>())
        {
            var rows = good.nonzero().reshape(-1);
            (input, target) = (input.index_select(0, rows), target.index_select(0, rows));
        }

        target = TargetRange.Of(target)?.Apply(target) ?? target;

        return new TrainingBatch(input.MoveToOuterDisposeScope(), target.MoveToOuterDisposeScope());
    }

    /// <summary>Far beyond what the samples' own largest values are.</summary>
    private static double Bound(Tensor input)
    {
        using var scope = NewDisposeScope();
        return input.is_floating_point() ? Far * input.reshape(input.shape[0], -1).abs().amax([1L]).median().to_type(ScalarType.Float64).item<double>() : double.PositiveInfinity;
    }

    private static double Largest(Tensor input)
    {
        using var scope = NewDisposeScope();
        return input.abs().max().to_type(ScalarType.Float64).item<double>();
    }
}
