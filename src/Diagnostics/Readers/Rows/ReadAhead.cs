using System.Collections.Concurrent;

namespace TrainingDoctor.Readers.Rows;

/// <summary>Batches that are read on a thread of their own, ahead of whoever takes them: reading and judging then take as long as the slower of the two.</summary>
internal static class ReadAhead
{
    /// <summary>Batches that are read where they are taken. Small logs are over by then, and of others it has been decided what their columns are.</summary>
    private const int AtFirst = 4;

    private const int Most = 16;

    /// <summary>Reads batches, and has whoever takes one learn what it tells.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="isAhead">Whether a thread may be taken for them; whoever takes batches then has to dispose of what they come from.</param>
    /// <param name="taken">Told of a batch that is done with.</param>
    public static IEnumerable<RowBatch> Of(IEnumerable<RowBatch> batches, bool isAhead, Action<RowBatch> taken)
    {
        using var reading = batches.GetEnumerator();
        for (int count = 0; !isAhead || count < AtFirst; count++)
        {
            if (!reading.MoveNext())
            {
                yield break;
            }

            var batch = reading.Current;
            batch.Tells?.Invoke();
            yield return batch;
            taken(batch);
        }

        using var ahead = new BlockingCollection<RowBatch>(Most);
        using var stop = new CancellationTokenSource();
        var filling = Task.Factory.StartNew(() => Fill(ahead, reading, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var batch in ahead.GetConsumingEnumerable(CancellationToken.None))
            {
                batch.Tells?.Invoke();
                yield return batch;
                taken(batch);
            }

            filling.GetAwaiter().GetResult();
        }
        finally
        {
            // Nobody may read on what is disposed of next.
            stop.Cancel();
            Task.WaitAny([filling], CancellationToken.None);
            _ = filling.Exception;
        }
    }

    private static void Fill(BlockingCollection<RowBatch> ahead, IEnumerator<RowBatch> reading, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && reading.MoveNext())
            {
                ahead.Add(reading.Current, stop);
            }
        }
        finally
        {
            ahead.CompleteAdding();
        }
    }
}
