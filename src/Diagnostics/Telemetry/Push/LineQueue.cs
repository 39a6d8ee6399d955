using System.Buffers;
using System.Numerics;

namespace TrainingDoctor.Telemetry.Push;

/// <summary>
/// Lines that wait to be sent, in batches, within a bound on the memory that they take. Lines without room are dropped and counted; their indexes pass all the same, so
/// that who receives the others sees the gap. One thread adds, another takes.
/// </summary>
/// <param name="capacity">How many bytes the batches may take, those taken but not released included.</param>
/// <param name="batchLength">How many bytes a batch should have at most; a longer line is a batch of its own.</param>
/// <param name="onSealed">Told, on the thread that adds, when a batch is full.</param>
internal sealed class LineQueue(int capacity, int batchLength, Action onSealed)
{
    private const int SmallestBuffer = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<LineBatch> _sealed = new();
    private LineBatch? _open;
    private int _held;
    private bool _isFull;
    private long _added;
    private long _dropped;

    /// <summary>Gets how many lines were added, the dropped ones included: the index of the next line.</summary>
    public long Added => Interlocked.Read(ref _added);

    /// <summary>Gets how many lines found no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Adds a line.</summary>
    /// <param name="line">The line, its end included; copied.</param>
    /// <returns>False when there was no room.</returns>
    public bool Add(ReadOnlySpan<byte> line)
    {
        bool isSealed;
        bool hasRoom;
        lock (_gate)
        {
            isSealed = _open is not null && _open.Length + line.Length > batchLength && SealOpen();
            hasRoom = TryMakeRoom(line.Length);
            if (hasRoom)
            {
                _open!.Add(line);
            }
            else
            {
                isSealed |= SealOpen();
                _dropped++;
            }

            _added++;
        }

        if (isSealed)
        {
            onSealed();
        }

        return hasRoom;
    }

    /// <summary>Ends the batch that is being filled, so that it can be taken.</summary>
    public void Seal()
    {
        lock (_gate)
        {
            SealOpen();
        }
    }

    /// <summary>Takes the oldest batch that is full or sealed; null when there is none. It counts until it is released.</summary>
    public LineBatch? Take()
    {
        lock (_gate)
        {
            return _sealed.TryDequeue(out var batch) ? batch : null;
        }
    }

    /// <summary>Forgets a batch.</summary>
    public void Release(LineBatch batch)
    {
        lock (_gate)
        {
            _held -= batch.Capacity;
        }

        batch.Release();
    }

    private bool SealOpen()
    {
        if (_open is null)
        {
            return false;
        }

        _sealed.Enqueue(_open);
        _open = null;
        return true;
    }

    private bool TryMakeRoom(int length)
    {
        int present = _open?.Capacity ?? 0;
        int needed = (_open?.Length ?? 0) + length;
        if (needed <= present)
        {
            return true;
        }

        // Once full, wait for the room of a batch: otherwise short lines would slip in one by one between dropped ones, each in a buffer of its own.
        int wanted = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(needed, SmallestBuffer));
        int extra = wanted - present;
        int room = capacity - _held;
        if (extra > room || (_isFull && room < batchLength))
        {
            _isFull = true;
            return false;
        }

        _isFull = false;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(wanted);
        _held += buffer.Length - present;
        if (_open is null)
        {
            _open = new LineBatch(_added, buffer);
        }
        else
        {
            _open.Grow(buffer);
        }

        return true;
    }
}
