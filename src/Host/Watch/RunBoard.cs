using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Watch;

/// <summary>The runs that are being watched, each with its last report: written by whoever reads or receives runs, read by the console and the page.</summary>
/// <param name="time">The clock of <see cref="BoardRun.UpdatedAt"/>; null for the system's.</param>
/// <param name="capacity">How many runs are kept; above it the oldest ended runs leave, and when none has ended, the one longest unchanged.</param>
internal sealed class RunBoard(TimeProvider? time = null, int capacity = RunBoard.DefaultCapacity)
{
    /// <summary>How many runs a board keeps unless told otherwise.</summary>
    public const int DefaultCapacity = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, BoardRun> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _unread = new(StringComparer.Ordinal);
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ChangeCounter _changes = new();
    private long _order;

    /// <summary>Gets the runs in the order in which they appeared.</summary>
    public IReadOnlyList<BoardRun> Runs
    {
        get
        {
            lock (_lock)
            {
                return [.. _runs.Values.OrderBy(run => run.Order)];
            }
        }
    }

    /// <summary>Gets the logs that cannot be read, by their paths.</summary>
    public IReadOnlyList<UnreadLog> Unread
    {
        get
        {
            lock (_lock)
            {
                return [.. _unread.OrderBy(log => log.Key, StringComparer.Ordinal).Select(log => new UnreadLog(log.Key, log.Value))];
            }
        }
    }

    /// <summary>Gets the version of the whole board: that of the run which changed last.</summary>
    public long Version => _changes.Version;

    /// <summary>Finds a run.</summary>
    /// <param name="id">What identifies it.</param>
    /// <returns>The run; null when there is none.</returns>
    public BoardRun? Find(string id)
    {
        lock (_lock)
        {
            return _runs.GetValueOrDefault(id);
        }
    }

    /// <summary>Puts a run's newest report in place of its last one.</summary>
    /// <param name="id">What identifies the run, the same every time.</param>
    /// <param name="name">Its name for people. It comes from a stranger's log: show it as text only.</param>
    /// <param name="report">The report with its series. The board never changes it; neither may its maker.</param>
    /// <param name="ended">Whether the run is over.</param>
    /// <param name="trace">What was measured, for comparisons; null for what it was told with before.</param>
    public void Publish(string id, string name, DiagnosisReport report, bool ended, SharedTrace? trace = null)
    {
        lock (_lock)
        {
            long order = _runs.TryGetValue(id, out var last) ? last.Order : _order++;
            _runs[id] = new BoardRun(id, name, report, ended, _changes.Advance(), _time.GetUtcNow(), order, trace ?? last?.Trace);
            if (_runs.Count > capacity)
            {
                _runs.Remove(Leaving(id).Id);
            }
        }
    }

    /// <summary>Takes a run off the board.</summary>
    /// <param name="id">What identifies the run.</param>
    public void Withdraw(string id)
    {
        lock (_lock)
        {
            _runs.Remove(id);
        }
    }

    /// <summary>Tells why a log cannot be read, or that it can.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="error">The place, what was found, what was expected; null where it can be read, or has gone.</param>
    public void Tell(string path, string? error)
    {
        lock (_lock)
        {
            if (_unread.GetValueOrDefault(path) == error)
            {
                return;
            }

            if (error is null)
            {
                _unread.Remove(path);
            }
            else if (_unread.Count < capacity)
            {
                _unread[path] = error;
            }

            _changes.Advance();
        }
    }

    /// <summary>Waits until the board is newer than what was seen.</summary>
    /// <param name="seenVersion">The version seen last; 0 for none.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The board's version, which is newer.</returns>
    public Task<long> WaitForChangeAsync(long seenVersion, CancellationToken cancellationToken) => _changes.WaitAsync(seenVersion, cancellationToken);

    private BoardRun Leaving(string newest) => _runs.Values
        .Where(run => run.Id != newest)
        .OrderBy(run => !run.IsEnded)
        .ThenBy(run => run.Version)
        .First();
}

/// <summary>One run on the board.</summary>
/// <param name="Id">What identifies it.</param>
/// <param name="Name">Its name for people, as a stranger's log gave it.</param>
/// <param name="Report">Its newest report, with its series.</param>
/// <param name="IsEnded">Whether it is over.</param>
/// <param name="Version">The board's version when it last changed.</param>
/// <param name="UpdatedAt">When it last changed.</param>
/// <param name="Order">How many runs appeared before it.</param>
/// <param name="Trace">What was measured, for comparisons; null where it is not kept.</param>
internal sealed record BoardRun(string Id, string Name, DiagnosisReport Report, bool IsEnded, long Version, DateTimeOffset UpdatedAt, long Order, SharedTrace? Trace = null);
