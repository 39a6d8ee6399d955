using System.Buffers.Binary;
using System.Globalization;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>
/// The records of an event file, each behind its length and followed by a checksum. They are looked at where they lie, in a window that is moved over the file: there are tens of millions of a few dozen bytes each.
/// </summary>
/// <param name="stream">The file.</param>
/// <param name="input">What it is called.</param>
internal sealed class EventRecords(Stream stream, LogInput input)
{
    /// <summary>Longest record that is read; images are left out, and a corrupt length can be anything.</summary>
    public const int Longest = 64 * 1024 * 1024;

    private const int WindowSize = 256 * 1024;
    private const int SmallestWindow = 4 * 1024;
    private const int HeadLength = 12;
    private const int ChecksumLength = 4;

    // Of thousands of small files that are read side by side each takes no more room than it needs.
    private byte[] _window = new byte[(int)Math.Clamp((input.Length ?? WindowSize) + 1, SmallestWindow, WindowSize)];
    private int _next;
    private int _end;
    private int _record;
    private int _length;
    private long _nextOffset;
    private bool _isAtEnd;
    private bool _isDamaged;

    /// <summary>Gets the record, without its length and checksums.</summary>
    public ReadOnlySpan<byte> Current => _window.AsSpan(_record, _length);

    /// <summary>Gets where in the file the record begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Gets a value indicating whether the record is what was written.</summary>
    public bool IsSound { get; private set; }

    /// <summary>Moves to the next record.</summary>
    /// <param name="batch">Told of what is damaged.</param>
    /// <returns>False at the end, and where what follows cannot be found.</returns>
    public bool MoveNext(RowBatch batch)
    {
        Offset = _nextOffset;
        int there = Have(HeadLength, batch);
        if (there < HeadLength)
        {
            if (there > 0 && !_isDamaged)
            {
                Report(batch, "the file ends within the length of a record; the run is still writing, or was killed");
            }

            return false;
        }

        var head = _window.AsSpan(_next, HeadLength);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(head);
        if (Crc32C.Masked(head[..8]) != BinaryPrimitives.ReadUInt32LittleEndian(head[8..]))
        {
            Report(batch, "the checksum of a record's length is wrong; what follows cannot be found");
            return false;
        }

        if (length > Longest)
        {
            Report(batch, string.Create(CultureInfo.InvariantCulture, $"a record of {length} bytes; expected at most {Longest}"));
            return false;
        }

        int whole = HeadLength + (int)length + ChecksumLength;
        if (Have(whole, batch) < whole)
        {
            Report(batch, "the file ends within a record; the run is still writing, or was killed");
            return false;
        }

        (_record, _length) = (_next + HeadLength, (int)length);
        _next += whole;
        _nextOffset += whole;
        IsSound = Crc32C.Masked(Current) == BinaryPrimitives.ReadUInt32LittleEndian(_window.AsSpan(_record + _length));
        if (!IsSound)
        {
            Report(batch, "the checksum of a record is wrong; it was skipped");
        }

        return true;
    }

    private void Report(RowBatch batch, string problem) => batch.Report(new LogDamage(input.AtOffset(Offset), problem));

    /// <summary>Has bytes in the window, those that come next.</summary>
    /// <returns>How many are there: fewer than wanted where the file ends.</returns>
    private int Have(int wanted, RowBatch batch)
    {
        while (_end - _next < wanted && !_isAtEnd)
        {
            if (_end == _window.Length)
            {
                MakeRoom();
            }

            int count = ReadSome(batch);
            _isAtEnd = count == 0;
            _end += count;
        }

        return Math.Min(_end - _next, wanted);
    }

    /// <summary>Makes room behind what is in the window; it grows with what is there, not with what a length promises.</summary>
    private void MakeRoom()
    {
        if (_next == 0)
        {
            Array.Resize(ref _window, 2 * _window.Length);
            return;
        }

        _window.AsSpan(_next, _end - _next).CopyTo(_window);
        (_next, _end) = (0, _end - _next);
    }

    private int ReadSome(RowBatch batch)
    {
        try
        {
            return stream.Read(_window.AsSpan(_end));
        }
        catch (DamagedInputException exception)
        {
            _isDamaged = true;
            Report(batch, exception.Message);
            return 0;
        }
    }
}
