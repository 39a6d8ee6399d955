using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using TrainingDoctor.Host.Fleet.Records;
using TrainingDoctor.Host.Fleet.Shown;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Fleet;

/// <summary>The runs that this host holds at present, judged as those are that a host has for itself alone. Safe for concurrent use.</summary>
internal sealed class HeldRuns : IRunSource
{
    private readonly ConcurrentDictionary<string, HeldRun> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<WatchedFinding> _found = new();
    private readonly ReceivingOptions _options;
    private readonly RunBoard _board;
    private readonly RecordStore _store;
    private readonly ViewStore _views;
    private readonly Action<string> _complain;
    private readonly RunPublisher _publisher;
    private readonly RunJudge _judge;
    private readonly HeldSnapshots _snapshots;
    private readonly Counter<long> _taken;
    private readonly Counter<long> _replayed;

    /// <summary>Is ready to hold runs.</summary>
    /// <param name="options">What is taken and kept.</param>
    /// <param name="board">Where the reports go.</param>
    /// <param name="store">The records.</param>
    /// <param name="views">What all hosts show of runs.</param>
    /// <param name="snapshots">What runs had come to.</param>
    /// <param name="meter">Counts.</param>
    /// <param name="complain">Is told what goes wrong without being an answer to a request.</param>
    public HeldRuns(ReceivingOptions options, RunBoard board, RecordStore store, ViewStore views, HeldSnapshots snapshots, Meter meter, Action<string> complain)
    {
        (_options, _board, _store, _views, _snapshots, _complain) = (options, board, store, views, snapshots, complain);
        meter.CreateObservableGauge("training_doctor.fleet.held", () => Count, "{run}", "Runs that this host holds in memory.");
        _taken = meter.CreateCounter<long>("training_doctor.fleet.taken_up", "{run}", "Runs that this host has taken up from their records.");
        _replayed = meter.CreateCounter<long>("training_doctor.fleet.replayed.bytes", "By", "Telemetry that was replayed to take runs up; what snapshots spared is not in it.");
        _publisher = new RunPublisher(board);
        _judge = new RunJudge(_publisher, TimeProvider.System);
    }

    /// <inheritdoc/>
    public bool HasChanged => _judge.HasChanged;

    /// <summary>Gets how many runs this host holds.</summary>
    public int Count => _runs.Count;

    /// <summary>Tells whether this host holds a run.</summary>
    /// <param name="id">What its sender calls it.</param>
    public bool Holds(string id) => _runs.ContainsKey(id);

    /// <summary>Tells how many lines of a run this host knows; 0 where it does not hold it.</summary>
    /// <param name="id">What its sender calls it.</param>
    public long LinesOf(string id) => _runs.TryGetValue(id, out var held) ? held.Run.NextLine : 0;

    /// <summary>Takes a run up where its record ends, from its snapshot and what came since, or by replaying all of it.</summary>
    /// <param name="id">What its sender calls it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The run; null when there is no room for it here.</returns>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public async Task<HeldRun?> OpenAsync(string id, CancellationToken cancellation)
    {
        if (_runs.Count >= _options.MaxRuns && !_runs.ContainsKey(id))
        {
            return null;
        }

        var end = await _store.FindAsync(id, cancellation).ConfigureAwait(false);
        using var span = end is null ? null : FleetTraces.Source.StartActivity("take up run");
        if (end is not null)
        {
            // What was told by the host that held it before is not told again.
            foreach (var (ruleId, severity) in await _views.FindingsOfAsync(id, cancellation).ConfigureAwait(false))
            {
                _publisher.Learn(id, ruleId, severity);
            }
        }

        byte[]? snapshot = end is null ? null : await _snapshots.FindAsync(end, cancellation).ConfigureAwait(false);
        var record = new FleetRecord(_store, id, end, _options.RecordLimit);
        var run = await Task.Run(() => new ReceivedRun(id, _options.Rules, record, _complain, snapshot), cancellation).ConfigureAwait(false);
        if (end is not null)
        {
            _taken.Add(1);
            _replayed.Add(run.Unsaved);
            span?.SetTag("training_doctor.run.id", id).SetTag("training_doctor.record.bytes", end.Bytes).SetTag("training_doctor.replayed.bytes", run.Unsaved).SetTag("training_doctor.from_snapshot", run.Unsaved < end.Bytes);
        }

        return _runs[id] = new HeldRun(run, record);
    }

    /// <summary>Judges what has come of a run, whatever the others rest, and returns it as it is by now.</summary>
    /// <param name="held">The run.</param>
    public BoardRun? LookAt(HeldRun held)
    {
        foreach (var finding in _judge.LookAt(held.Run) ?? [])
        {
            _found.Enqueue(finding);
        }

        return _board.Find(held.Run.Id);
    }

    /// <summary>Lets a run go, which any host may take up again.</summary>
    /// <param name="held">The run.</param>
    public void Close(HeldRun held)
    {
        if (_runs.TryRemove(new KeyValuePair<string, HeldRun>(held.Run.Id, held)))
        {
            held.Run.Dispose();
            _publisher.Withdraw(held.Run.Id);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<WatchedFinding> Look(CancellationToken cancellation)
    {
        var found = new List<WatchedFinding>();
        while (_found.TryDequeue(out var finding))
        {
            found.Add(finding);
        }

        found.AddRange(_judge.Look(() => [.. _runs.Values.Select(held => held.Run)], cancellation));
        return found;
    }

    /// <inheritdoc/>
    /// <remarks>A host that leaves ends no run: the others go on with them.</remarks>
    public (IReadOnlyList<DiagnosisReport> Reports, IReadOnlyList<WatchedFinding> Found) Finish() => ([], []);
}

/// <summary>A run that this host holds.</summary>
/// <param name="Run">The run.</param>
/// <param name="Record">Its record.</param>
internal sealed record HeldRun(ReceivedRun Run, FleetRecord Record)
{
    /// <summary>Gets or sets when its last snapshot was begun, by the clock of who writes them; null for never here.</summary>
    public long? SavedAt { get; set; }
}
