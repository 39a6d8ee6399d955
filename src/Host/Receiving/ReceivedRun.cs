using TrainingDoctor.Host.Watch;
using TrainingDoctor.Snapshots;

namespace TrainingDoctor.Host.Receiving;

/// <summary>One run whose telemetry is pushed here: judged line by line as it arrives. Safe for concurrent use.</summary>
/// <remarks>The protocol is described in <c>docs/telemetry.md</c>.</remarks>
internal sealed class ReceivedRun : IDisposable
{
    /// <summary>The largest index of a line: a thousand lines a second for thirty years, and far from where numbers end.</summary>
    public const long LargestLine = 1_000_000_000_000;

    private readonly Lock _lock = new();
    private readonly RuleSet _rules;
    private IRunRecord? _record;
    private readonly Action<string> _complain;
    private ReceivedDiagnosis _state;
    private bool _isKept = true;
    private bool _hasNews;
    private bool _isClosed;

    /// <summary>Begins a run, or goes on with one that was recorded before.</summary>
    /// <param name="id">What the sender calls it.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="record">Where its lines are kept; null for nowhere.</param>
    /// <param name="complain">Is told when lines cannot be kept.</param>
    /// <param name="snapshot">What <see cref="Snapshot"/> gave of the run before; only what the record holds beyond it is replayed. Null, or one that is of another build, of other rules or of
    /// another record: everything is.</param>
    /// <exception cref="IOException">The record cannot be read.</exception>
    public ReceivedRun(string id, RuleSet rules, IRunRecord? record, Action<string> complain, byte[]? snapshot = null)
    {
        Id = id;
        _rules = rules;
        _record = record;
        _complain = complain;
        _state = Restore(snapshot);
        _isClosed = _state.IsClosed;
        _hasNews = HasBegun;
        CloseWhenComplete();
    }

    /// <summary>Gets what the sender calls the run.</summary>
    public string Id { get; }

    /// <summary>Gets what is held by the one who judges the run and hands its report on.</summary>
    public Lock Judging { get; } = new();

    /// <summary>Gets the index of the first line that is still wanted.</summary>
    public long NextLine => _state.NextLine;

    /// <summary>Gets a value indicating whether its first line has come.</summary>
    public bool HasBegun => _state.Replay.Run is not null;

    /// <summary>Gets a value indicating whether the run has said that it is over.</summary>
    public bool IsComplete => _state.Replay.IsComplete;

    /// <summary>Gets how many bytes of lines would have to be replayed: those that came since the last snapshot.</summary>
    public long Unsaved { get; private set; }

    /// <summary>Takes whole lines.</summary>
    /// <param name="firstLine">The index of the first of them within the run.</param>
    /// <param name="lines">The lines, each with its end.</param>
    /// <returns>What became of them.</returns>
    public ReceivedLines Take(long firstLine, ReadOnlyMemory<byte> lines)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                // What comes after the end was sent again: its acknowledgement had been lost.
                return new ReceivedLines(0, 0, null);
            }

            if (!HasBegun && NextLine > 0)
            {
                // What is kept under this name is no run: none can go on from it.
                _record?.Clear();
                _state = new ReceivedDiagnosis(_rules);
            }

            long before = NextLine;
            long index = firstLine;
            long lost = 0;
            int start = 0;
            int kept = -1;
            string? fault = null;
            for (int length; fault is null && (length = lines.Span[start..].IndexOf((byte)'\n')) >= 0; start += length + 1, index++)
            {
                if (index < NextLine)
                {
                    continue;
                }

                if (index > NextLine)
                {
                    lost += index - NextLine;
                    Miss(NextLine, index - 1);
                }

                fault = Add(index, lines.Span.Slice(start, length));
                if (fault is not null)
                {
                    break;
                }

                kept = kept < 0 ? start : kept;
            }

            Keep(kept < 0 ? default : lines.Span[kept..start]);
            CloseWhenComplete();
            long taken = NextLine - before - lost;
            _hasNews |= taken > 0;
            return new ReceivedLines(taken, lost, fault);
        }
    }

    /// <summary>Judges what has come since the last look.</summary>
    /// <returns>The run by now; null when nothing has come.</returns>
    public WatchedRun? Look()
    {
        lock (_lock)
        {
            if (!_hasNews || _state.Diagnosis is not { } diagnosis)
            {
                return null;
            }

            _hasNews = false;
            var report = diagnosis.Snapshot();

            // Lines arrive whole, and rules never take back what they opened.
            return new WatchedRun(Id, report, report.Findings, _isClosed, _state.Trace);
        }
    }

    /// <summary>Ends the run where it is, and takes no more of it.</summary>
    /// <returns>Its last report; null when it never began.</returns>
    public WatchedRun? Finish()
    {
        lock (_lock)
        {
            Close();
            _hasNews = false;
            if (_state.Diagnosis is not { } diagnosis)
            {
                return null;
            }

            var report = diagnosis.Finish();
            return new WatchedRun(Id, report, report.Findings, IsEnded: true, _state.Trace);
        }
    }

    /// <summary>Writes what the lines so far have come to, so that whoever takes the run over need not replay them.</summary>
    /// <returns>The state; null when there is none yet, when the record lacks lines that are in it, when the run was ended before its end, or when it holds what cannot be written.</returns>
    public byte[]? Snapshot()
    {
        lock (_lock)
        {
            if (!HasBegun || !_isKept || (_isClosed && !IsComplete))
            {
                return null;
            }

            Unsaved = 0;
            try
            {
                return _state.Snapshot();
            }
            catch (SnapshotException exception)
            {
                _complain($"{Id} is replayed from its record when it is taken up again: {exception.Message}");
                _isKept = false;
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _record?.Dispose();
        }
    }

    private ReceivedDiagnosis Restore(byte[]? snapshot)
    {
        try
        {
            if (_record is not null)
            {
                var restored = RecordedRun.Restore(_record, _rules, snapshot);
                Unsaved = restored.Replayed;
                return restored.State;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The folder or its disk is away: a run is judged as well without being kept.
            _complain($"{_record!.Path} cannot be written: {exception.Message}; what comes is judged but not kept");
            _record.Dispose();
            _record = null;
            _isKept = false;
        }

        return new ReceivedDiagnosis(_rules);
    }

    private string? Add(long index, ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("{\"lost\""u8))
        {
            // Only this host knows what never came; the mark of a client would tell a later start that lines are here that are not.
            return FormattableString.Invariant($"line {index}: expected a line of telemetry as monitors write it, not the mark of lost lines");
        }

        try
        {
            _state.Replay.Add(line);
            if (HasBegun)
            {
                _state.Pass(line.TrimEnd((byte)'\r'), index + 1);
            }

            return HasBegun ? null : FormattableString.Invariant($"line {index}: expected the first line of telemetry");
        }
        catch (FormatException exception)
        {
            if (HasBegun)
            {
                _state.Replay.Report(new LogDamage(FormattableString.Invariant($"line {index}"), $"expected a line of telemetry: {exception.Message}"));
            }

            return FormattableString.Invariant($"line {index}: expected a line of telemetry: {exception.Message}");
        }
    }

    private void Miss(long first, long last)
    {
        byte[] mark = RunRecord.LostMark(first, last);
        var line = mark.AsSpan(..^1);
        _state.Replay.Add(line);
        _state.Pass(line, last + 1);
        Keep(mark);
    }

    private void Keep(ReadOnlySpan<byte> lines)
    {
        Unsaved += lines.Length;
        if (_record?.Append(lines) is { } trouble)
        {
            _isKept = false;
            _complain(trouble);
        }
    }

    private void CloseWhenComplete()
    {
        if (IsComplete)
        {
            Close();
        }
    }

    private void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _hasNews = true;
            _state.Close();
        }

        _record?.Dispose();
    }
}

/// <summary>What became of lines that were sent.</summary>
/// <param name="Taken">How many were new and were taken.</param>
/// <param name="Lost">How many are missing before them.</param>
/// <param name="Fault">Why one was not taken, nor those behind it; null when all were.</param>
internal readonly record struct ReceivedLines(long Taken, long Lost, string? Fault);
