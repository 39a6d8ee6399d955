using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using TrainingDoctor.Host.Receiving;

namespace TrainingDoctor.Host.Fleet.Records;

/// <summary>Appends to records what arrives at the same time in one transaction: a disk that writes two hundred times a second serves thousands of runs. Safe for concurrent use.</summary>
internal sealed class RecordAppender : IAsyncDisposable
{
    /// <summary>How many transactions may be under way: while one waits for the disk, the next is sent.</summary>
    private const int Writers = 3;

    private const int MostAppends = 256;
    private const int MostBytes = 8 << 20;

    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>();
    private readonly Counter<long> _bytes;
    private readonly Histogram<int> _together;
    private readonly Task[] _writers;

    /// <summary>Begins to write.</summary>
    /// <param name="store">The records.</param>
    /// <param name="meter">Counts.</param>
    public RecordAppender(RecordStore store, Meter meter)
    {
        _bytes = meter.CreateCounter<long>("training_doctor.fleet.appended.bytes", "By", "Telemetry appended to records.");
        _together = meter.CreateHistogram<int>("training_doctor.fleet.appended.runs", "{run}", "Runs that one transaction appended to.");
        _writers = [.. Enumerable.Range(0, Writers).Select(_ => Task.Run(() => WriteAsync(store)))];
    }

    /// <summary>Appends lines.</summary>
    /// <param name="append">What, and where.</param>
    /// <returns>Whether the record ended where it was said to. If so, they have outlived a power cut.</returns>
    /// <exception cref="IntakeAwayException">It is not known whether they were appended: the database went away.</exception>
    public async Task<bool> AppendAsync(RecordAppend append)
    {
        var waiting = new Waiting(append);
        if (!_waiting.Writer.TryWrite(waiting))
        {
            throw new IntakeAwayException("This host is closing.");
        }

        return await waiting.Kept.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await Task.WhenAll(_writers);
    }

    private async Task WriteAsync(RecordStore store)
    {
        Waiting? postponed = null;
        while (postponed is not null || await _waiting.Reader.WaitToReadAsync())
        {
            var batch = new List<Waiting>();
            var ids = new HashSet<string>(StringComparer.Ordinal);
            long bytes = 0;
            while (batch.Count < MostAppends && bytes < MostBytes && (postponed ?? Next()) is { } waiting)
            {
                // One statement appends to each record once.
                if (!ids.Add(waiting.Append.Id))
                {
                    postponed = waiting;
                    break;
                }

                postponed = null;
                batch.Add(waiting);
                bytes += waiting.Append.Lines.Length;
            }

            if (batch.Count > 0)
            {
                await WriteAsync(store, batch, bytes);
            }
        }
    }

    private Waiting? Next() => _waiting.Reader.TryRead(out var waiting) ? waiting : null;

    private async Task WriteAsync(RecordStore store, List<Waiting> batch, long bytes)
    {
        // What an append's span took before this it waited for others.
        batch.ForEach(waiting => waiting.Span?.AddEvent(new ActivityEvent("transaction begins", tags: new ActivityTagsCollection { ["training_doctor.runs"] = batch.Count })));
        try
        {
            var kept = await store.AppendAsync([.. batch.Select(waiting => waiting.Append)]);
            _bytes.Add(bytes);
            _together.Record(batch.Count);
            batch.ForEach(waiting => waiting.Kept.SetResult(kept.Contains(waiting.Append.Id)));
        }
        catch (Exception exception)
        {
            batch.ForEach(waiting => waiting.Kept.SetException(exception));
        }
    }

    private sealed record Waiting(RecordAppend Append)
    {
        public Activity? Span { get; } = Activity.Current;

        public TaskCompletionSource<bool> Kept { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
