using System.Collections.Concurrent;

namespace TrainingDoctor.Readers.Ranks;

/// <summary>Reads the log of one rank in the background, a little ahead of whoever takes its steps.</summary>
internal sealed class RankStream : IDisposable
{
    private const int StepsPerBatch = 256;
    private const int BatchesAhead = 8;

    private readonly BlockingCollection<List<RankPoint>> _batches = new(BatchesAhead);
    private readonly CancellationTokenSource _stopping;
    private readonly Task _reading;
    private List<RankPoint> _filling = [];
    private List<RankPoint> _taking = [];
    private int _next;

    public RankStream(RankLog log, LogReadOptions options, CancellationToken cancellationToken)
    {
        Rank = log.Rank;
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // A thread of its own: it waits for its reader most of the time, which would starve the pool.
        _reading = Task.Factory.StartNew(() => Read(log.Source.With(options)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public int Rank { get; }

    /// <summary>Gets why the log could not be read to its end; null when it could.</summary>
    public string? Failure { get; private set; }

    /// <summary>Returns the next step without taking it; null at the end.</summary>
    public RankPoint? Peek()
    {
        while (_next >= _taking.Count)
        {
            if (!_batches.TryTake(out var batch, Timeout.Infinite, _stopping.Token))
            {
                return null;
            }

            (_taking, _next) = (batch, 0);
        }

        return _taking[_next];
    }

    public void Take() => _next++;

    public void Dispose()
    {
        _stopping.Cancel();
        _reading.Wait();
        _batches.Dispose();
        _stopping.Dispose();
    }

    private void Read(LogSource source)
    {
        try
        {
            int runs = 0;
            source.Read((_, _) => new RankPointSink(runs++, Add), _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody wants the rest.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The log of one rank costs that rank alone.
            Failure = exception.Message;
        }
        finally
        {
            Flush();
            _batches.CompleteAdding();
        }
    }

    private void Add(RankPoint point)
    {
        _filling.Add(point);
        if (_filling.Count == StepsPerBatch)
        {
            Flush();
        }
    }

    private void Flush()
    {
        try
        {
            _batches.Add(_filling, _stopping.Token);
            _filling = [];
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _filling.Clear();
        }
    }
}
