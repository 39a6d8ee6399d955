using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Draws the batches of an epoch anew from all samples: shuffled, of another size, or with every class equally often.</summary>
/// <param name="size">The number of samples of a batch; null for the program's own.</param>
/// <param name="balanced">Whether rare classes are drawn as often as frequent ones.</param>
internal sealed class BatchOrder(long? size, bool balanced) : ProgramChange
{
    /// <inheritdoc/>
    public override string? Attach(AttachedTraining training)
    {
        if (!balanced || size is not null)
        {
            throw new CureNotApplicableException("the program puts its batches together itself.");
        }

        training.WeighClasses(this);
        return null;
    }

    /// <inheritdoc/>
    public override IEnumerable<TrainingBatch> Batches(TrainingState state, IEnumerable<TrainingBatch> batches)
    {
        var all = state.Data.Training;
        long batchSize = size ?? SizeOf(batches);
        long[] order = balanced ? Balanced(state, all.Target) : [.. Enumerable.Range(0, (int)all.Size).Select(index => (long)index)];
        state.Random.Shuffle(order);
        foreach (long[] rows in order.Chunk((int)Math.Clamp(batchSize, 1, all.Size)))
        {
            using var index = tensor(rows);
            yield return new TrainingBatch(all.Input.index_select(0, index), all.Target.index_select(0, index));
        }
    }

    private static long SizeOf(IEnumerable<TrainingBatch> batches)
    {
        using var scope = NewDisposeScope();
        return batches.FirstOrDefault()?.Size ?? 1;
    }

    private static long[] Balanced(TrainingState state, Tensor target)
    {
        if (target.is_floating_point() && target.dim() > 1 && target.shape[1] > 1)
        {
            throw new CureNotApplicableException("targets are not one class per sample, so classes cannot be balanced from outside.");
        }

        using var flat = target.reshape(-1).to_type(ScalarType.Int64);
        var rows = flat.data<long>().ToArray().Select((label, row) => (label, row: (long)row)).GroupBy(item => item.label, item => item.row).Select(group => group.ToArray()).ToList();
        int count = rows.Sum(group => group.Length);
        return [.. Enumerable.Range(0, count).Select(i => rows[i % rows.Count] is var group ? group[state.Random.Next(group.Length)] : 0)];
    }
}
