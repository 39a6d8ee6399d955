using System.Diagnostics.Metrics;
using TrainingDoctor.Host.Fleet.Records;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Snapshots;

namespace TrainingDoctor.Host.Fleet;

/// <summary>Keeps what held runs have come to, so that whoever takes one up replays only what came since. Safe for concurrent use.</summary>
/// <remarks>The record is what counts: a snapshot that is missing, of another build or of other rules costs time and nothing else, and so does one that cannot be kept.</remarks>
internal sealed class HeldSnapshots : IDisposable
{
    /// <summary>How many times as long as the writing took, it rests: a fiftieth of a core at most.</summary>
    private const int PausePerWrite = 49;

    /// <summary>How long a host that is asked to stop may write: whoever asked kills it after ten seconds or thirty.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _writing = new(1);
    private readonly SnapshotStore _snapshots;
    private readonly TimeProvider _time;
    private readonly Counter<long> _written;
    private readonly string? _version;
    private long _wrote;
    private TimeSpan _rest;
    private long? _leaving;

    /// <summary>Is ready to keep snapshots.</summary>
    /// <param name="store">The records.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="meter">Counts.</param>
    /// <param name="complain">Is told once where no run can have a snapshot.</param>
    /// <param name="time">The clock.</param>
    public HeldSnapshots(RecordStore store, RuleSet rules, Meter meter, Action<string> complain, TimeProvider time)
    {
        (_snapshots, _time) = (new SnapshotStore(store), time);
        _written = meter.CreateCounter<long>("training_doctor.fleet.snapshots", "{snapshot}", "Snapshots of runs that this host has kept.");
        try
        {
            _version = ReceivedDiagnosis.VersionOf(rules);
        }
        catch (SnapshotException exception)
        {
            complain($"runs are replayed from their records when another host takes them up: {exception.Message}");
        }
    }

    /// <summary>Finds what a run had come to.</summary>
    /// <param name="end">How far its record goes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null where it is to be replayed.</returns>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public async Task<byte[]?> FindAsync(RecordEnd end, CancellationToken cancellation) =>
        _version is null || end.Bytes < SnapshotFolder.LeastUnsaved ? null : await _snapshots.FindAsync(end, _version, cancellation).ConfigureAwait(false);

    /// <summary>Keeps a snapshot of a run where that is due: much came since the last, and that is a minute old or the run is over.</summary>
    /// <param name="held">The run, all lines of which are in its record; nothing comes to it meanwhile.</param>
    public async Task LookAsync(HeldRun held)
    {
        bool isDue = held.Run.Unsaved >= SnapshotFolder.LeastUnsaved
            && (held.Run.IsComplete || held.SavedAt is not { } at || _time.GetElapsedTime(at) >= SnapshotFolder.Interval)
            && _time.GetElapsedTime(_wrote) >= _rest;
        if (isDue && await _writing.WaitAsync(TimeSpan.Zero).ConfigureAwait(false))
        {
            try
            {
                _rest = await SaveAsync(held).ConfigureAwait(false) * PausePerWrite;
                _wrote = _time.GetTimestamp();
            }
            finally
            {
                _writing.Release();
            }
        }
    }

    /// <summary>Keeps a snapshot of a run that this host lets go of, one run after the other.</summary>
    /// <param name="held">The run; nothing comes to it any more.</param>
    /// <param name="isEnding">Whether the host ends, so that all of them have little time.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task LeaveAsync(HeldRun held, bool isEnding, CancellationToken cancellation)
    {
        if (held.Run.Unsaved < SnapshotFolder.LeastUnsaved)
        {
            return;
        }

        // Where many leave at once, some are replayed later: their next lines must not wait for the others' snapshots.
        if (!await _writing.WaitAsync(Farewell, cancellation).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            _leaving ??= isEnding ? _time.GetTimestamp() : null;
            if (_leaving is not { } begun || _time.GetElapsedTime(begun) < Farewell)
            {
                await SaveAsync(held).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writing.Dispose();

    /// <returns>How long a processor was busy with it.</returns>
    private async Task<TimeSpan> SaveAsync(HeldRun held)
    {
        long nextLine = held.Run.NextLine;
        if (_version is null || held.Record.IsFull || held.Record.Settled != nextLine)
        {
            return TimeSpan.Zero;
        }

        held.SavedAt = _time.GetTimestamp();
        byte[]? snapshot = await Task.Run(held.Run.Snapshot).ConfigureAwait(false);
        var busy = _time.GetElapsedTime(held.SavedAt.Value);
        try
        {
            if (snapshot is not null && await _snapshots.SaveAsync(held.Run.Id, nextLine, _version, snapshot).ConfigureAwait(false))
            {
                _written.Add(1);
            }
        }
        catch (IntakeAwayException)
        {
            // The database is away, which others say.
        }

        return busy;
    }
}
