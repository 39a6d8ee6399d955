using System.Buffers;
using System.Globalization;
using TrainingDoctor.Host.Receiving;

namespace TrainingDoctor.Host.Fleet.Records;

/// <summary>
/// The record of a run that any host of a fleet may go on with. What is appended waits here until <see cref="TakePending"/> and is kept when that has been appended to the
/// store, which fails where another host has gone on meanwhile.
/// </summary>
/// <param name="store">The records.</param>
/// <param name="id">The run.</param>
/// <param name="end">How far its record went when it was opened; null where there was none.</param>
/// <param name="limit">How many bytes it may have; what comes beyond is counted and not kept.</param>
internal sealed class FleetRecord(RecordStore store, string id, RecordEnd? end, long limit) : IRunRecord
{
    private readonly ArrayBufferWriter<byte> _pending = new();
    private long _bytes = end?.Bytes ?? 0;
    private RecordAppend? _unsettled;

    /// <inheritdoc/>
    public string Path => $"the record of run {id}";

    /// <inheritdoc/>
    public long NextLine { get; private set; } = end?.NextLine ?? 0;

    /// <summary>Gets the index of the line behind the last that is known to be kept.</summary>
    public long Settled { get; private set; } = end?.NextLine ?? 0;

    /// <summary>Gets a value indicating whether what was kept is no run and must go before anything is appended.</summary>
    public bool IsCleared { get; private set; }

    /// <summary>Gets a value indicating whether lines come that are not kept, so that what they come to must not be kept either.</summary>
    public bool IsFull { get; private set; }

    /// <inheritdoc/>
    /// <remarks>A snapshot is kept only while the record ends where it does, and the record is only ever appended to.</remarks>
    public bool VouchesForSnapshots => true;

    /// <inheritdoc/>
    /// <exception cref="IntakeAwayException">The database is away.</exception>
    public void Restore(long from, RecordedLineTaker take)
    {
        long next = from;
        foreach (var chunk in end is null ? [] : store.Read(end, from))
        {
            var lines = chunk.Data.AsSpan();
            for (int length; (length = lines.IndexOf((byte)'\n')) >= 0; lines = lines[(length + 1)..])
            {
                var line = lines[..length].TrimEnd((byte)'\r');
                next = RunRecord.Behind(line, next);
                if (!take(line, next))
                {
                    return;
                }
            }

            next = chunk.FirstLine + chunk.Lines;
        }

        if (next < NextLine)
        {
            IsFull = true;
            take(RunRecord.LostMark(next, NextLine - 1).AsSpan(..^1), NextLine);
        }
    }

    /// <inheritdoc/>
    public void Clear()
    {
        IsCleared = NextLine > 0;
        (NextLine, _bytes, IsFull) = (0, 0, false);
        _pending.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public string? Append(ReadOnlySpan<byte> lines)
    {
        if (IsFull || lines.IsEmpty)
        {
            return null;
        }

        if (_bytes + lines.Length > limit)
        {
            IsFull = true;
            return string.Create(CultureInfo.InvariantCulture, $"{Path} has reached its limit of {limit} bytes; what comes is judged and counted but not kept");
        }

        _bytes += lines.Length;
        _pending.Write(lines);
        return null;
    }

    /// <summary>Returns what has to be appended to the store: what was not settled last, else what has come since.</summary>
    /// <param name="nextLine">The index of the line that the run wants next.</param>
    /// <param name="isComplete">Whether the run has said that it is over.</param>
    /// <returns>Null when all is kept.</returns>
    public RecordAppend? TakePending(long nextLine, bool isComplete)
    {
        if (_unsettled is null && nextLine > NextLine)
        {
            _unsettled = new RecordAppend(id, NextLine, nextLine, isComplete, _pending.WrittenSpan.ToArray());
            _pending.ResetWrittenCount();
            NextLine = nextLine;
        }

        return _unsettled;
    }

    /// <summary>Notes that what <see cref="TakePending"/> returned last is kept.</summary>
    public void Settle()
    {
        if (_unsettled is not null)
        {
            Settled = _unsettled.After;
            _unsettled = null;
            IsCleared = false;
        }
    }

    /// <inheritdoc/>
    /// <remarks>What is pending stays: a run lets go of its record when it is over, before its last lines are kept.</remarks>
    public void Dispose()
    {
    }
}
