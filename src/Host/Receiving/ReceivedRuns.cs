using TrainingDoctor.Host.Watch;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Receiving;

/// <summary>All runs that are pushed to this host. Safe for concurrent use, as far as requests go; one thread looks.</summary>
internal sealed class ReceivedRuns : ITelemetryIntake, IRunSource, IDisposable, IAsyncDisposable
{
    private const string Ending = ".jsonl";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _runs = new(StringComparer.Ordinal);
    private readonly RunPublisher _publisher;
    private readonly RunJudge _judge;
    private readonly ReceivingOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string> _complain;
    private readonly FolderOwnership? _ownership;
    private readonly SnapshotFolder? _snapshots;

    /// <summary>Takes up what was recorded before, and is ready for more.</summary>
    /// <param name="options">What is taken and kept.</param>
    /// <param name="board">Where the reports go.</param>
    /// <param name="complain">Is told what goes wrong without being an answer to a request.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="IOException">The folder of the records cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder of the records may not be used.</exception>
    public ReceivedRuns(ReceivingOptions options, RunBoard board, Action<string> complain, TimeProvider? time = null)
    {
        _options = options;
        _publisher = new RunPublisher(board);
        _complain = complain;
        _time = time ?? TimeProvider.System;
        _judge = new RunJudge(_publisher, _time);
        if (options.Folder is not null)
        {
            Directory.CreateDirectory(options.Folder);
            _ownership = FolderOwnership.Take(options.Folder);
            _snapshots = new SnapshotFolder(options.Folder, complain, _time);
            Restore(options.Folder);
        }
    }

    /// <inheritdoc/>
    public bool HasChanged => _judge.HasChanged;

    /// <inheritdoc/>
    public Task<long?> NextLineAsync(string id, CancellationToken cancellation) => Task.FromResult(Find(id)?.NextLine);

    /// <inheritdoc/>
    public Task<Intake> TakeAsync(string id, long firstLine, ReadOnlyMemory<byte> lines, CancellationToken cancellation) => Task.FromResult(Take(id, firstLine, lines));

    /// <inheritdoc/>
    public IEnumerable<WatchedFinding> Look(CancellationToken cancellation)
    {
        var found = _judge.Look(Runs, cancellation);
        _snapshots?.Look(Runs());
        return found;
    }

    /// <inheritdoc/>
    public (IReadOnlyList<DiagnosisReport> Reports, IReadOnlyList<WatchedFinding> Found) Finish()
    {
        _snapshots?.Leave(Runs());
        var ended = Runs().Select(run => RunJudge.Supervised(run, run.Finish)).OfType<WatchedRun>().ToList();
        return ([.. ended.Select(run => run.Report)], _publisher.Publish(ended));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _snapshots?.Leave(Runs());
        foreach (var run in Runs())
        {
            run.Dispose();
        }

        _ownership?.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private Intake Take(string id, long firstLine, ReadOnlyMemory<byte> lines)
    {
        if (HasTwin(id))
        {
            return new Intake(IntakeOutcome.Twin);
        }

        // A run is begun by its first line only; its sender sends that again when it hears that the run is not known here.
        if ((firstLine == 0 ? FindOrBegin(id) : Find(id)) is not { } run)
        {
            return new Intake(firstLine > 0 ? IntakeOutcome.Unknown : IntakeOutcome.NoRoom);
        }

        var received = run.Take(firstLine, lines);
        if (received.Fault is not null)
        {
            Forget(run);
        }

        return new Intake(IntakeOutcome.Taken, run.NextLine, received);
    }

    /// <summary>Finds a run that has begun.</summary>
    /// <param name="id">What the sender calls it.</param>
    /// <returns>Null when it is not known.</returns>
    private ReceivedRun? Find(string id)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(id, out var entry) && entry.Run.HasBegun ? entry.Run : null;
        }
    }

    /// <summary>Finds a run or begins it.</summary>
    /// <param name="id">What the sender calls it; valid.</param>
    /// <returns>Null when there is no room for a further run.</returns>
    public ReceivedRun? FindOrBegin(string id)
    {
        lock (_lock)
        {
            if (!_runs.TryGetValue(id, out var entry))
            {
                if (!MakeRoom())
                {
                    return null;
                }

                entry = _runs[id] = new Entry(Create(id), _runs.Count == 0 ? 0 : _runs.Values.Max(other => other.Order) + 1);
            }

            entry.Touched = _time.GetUtcNow();
            return entry.Run;
        }
    }

    /// <summary>Tells whether another run is here whose name differs by case alone: where names of files have no case, their records would be one.</summary>
    /// <param name="id">What the sender calls it.</param>
    private bool HasTwin(string id)
    {
        lock (_lock)
        {
            return !_runs.ContainsKey(id) && _runs.Keys.Any(other => string.Equals(other, id, StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>Forgets a run of which not even the first line was telemetry.</summary>
    /// <param name="run">The run.</param>
    private void Forget(ReceivedRun run)
    {
        lock (_lock)
        {
            if (!run.HasBegun && _runs.Remove(run.Id))
            {
                run.Dispose();
            }
        }
    }

    private List<ReceivedRun> Runs()
    {
        lock (_lock)
        {
            return [.. _runs.Values.OrderBy(entry => entry.Order).Select(entry => entry.Run)];
        }
    }

    private ReceivedRun Create(string id) =>
        new(id, _options.Rules, _options.Folder is { } folder ? new RunRecord(Path.Combine(folder, id + Ending), _options.RecordLimit) : null, _complain, _snapshots?.Read(id));

    /// <summary>Takes up the newest records, in the order in which they were last written.</summary>
    private void Restore(string folder)
    {
        _snapshots!.Clean(id => File.Exists(Path.Combine(folder, id + Ending)));
        var records = new DirectoryInfo(folder).EnumerateFiles("*" + Ending)
            .Where(file => RunName.IsValidId(Path.GetFileNameWithoutExtension(file.Name)) && TelemetryFollower.CanFollow(file.FullName))
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .Take(_options.MaxRuns)
            .Reverse();
        foreach (var file in records)
        {
            string id = Path.GetFileNameWithoutExtension(file.Name);
            _runs[id] = new Entry(Create(id), _runs.Count) { Touched = file.LastWriteTimeUtc };
        }
    }

    /// <summary>Lets the run go that is over longest, else the one silent longest; runs that are alive stay.</summary>
    private bool MakeRoom()
    {
        if (_runs.Count < _options.MaxRuns)
        {
            return true;
        }

        var silentSince = _time.GetUtcNow() - _options.Patience;
        var leaving = _runs.Values
            .Where(entry => entry.Run.IsComplete || entry.Touched < silentSince)
            .OrderBy(entry => !entry.Run.IsComplete)
            .ThenBy(entry => entry.Touched)
            .FirstOrDefault();
        if (leaving is null)
        {
            return false;
        }

        _runs.Remove(leaving.Run.Id);
        leaving.Run.Dispose();
        return true;
    }

    private sealed class Entry(ReceivedRun run, long order)
    {
        public ReceivedRun Run => run;

        public long Order => order;

        public DateTimeOffset Touched { get; set; }
    }
}

/// <summary>What a host takes and keeps.</summary>
/// <param name="Rules">The rules.</param>
/// <param name="Folder">Where telemetry is kept; null for nowhere.</param>
/// <param name="RecordLimit">How many bytes are kept of each run.</param>
/// <param name="MaxRuns">How many runs are held at a time.</param>
/// <param name="Patience">How long a run must have been silent to be let go while it is not over.</param>
internal sealed record ReceivingOptions(RuleSet Rules, string? Folder, long RecordLimit, int MaxRuns, TimeSpan Patience);
