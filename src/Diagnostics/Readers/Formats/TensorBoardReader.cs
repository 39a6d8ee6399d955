using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Protocol;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>
/// Reads the event files of one folder as one stream, in the order of their names. A record with a bad checksum is skipped, a bad length ends the file,
/// and a cut tail is that of a live or killed run: everything before it counts.
/// </summary>
/// <param name="paths">The files, in order; the first may be the input already opened.</param>
/// <param name="first">The first file.</param>
/// <param name="options">How to read.</param>
internal sealed class TensorBoardReader(IReadOnlyList<string> paths, LogInput first, LogReadOptions options) : IRowReader
{
    /// <summary>Longest record that is read; images are left out, and a corrupt length can be anything.</summary>
    private const int MaximumRecord = 64 * 1024 * 1024;

    private const int RowsPerBatch = 1024;

    private readonly EventRows _rows = new();
    private byte[] _buffer = new byte[64 * 1024];

    public LogFacts Facts => _rows.Facts;

    /// <summary>Tells whether the first bytes are the length and checksum of a record.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) =>
        head.Length >= 12 && BinaryPrimitives.ReadUInt64LittleEndian(head) < MaximumRecord && Crc32C.Masked(head[..8]) == BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);

    public IEnumerable<RowBatch> Read(CancellationToken cancellationToken)
    {
        var batch = new RowBatch();
        for (int file = 0; file < paths.Count; file++)
        {
            var input = file == 0 ? first : OpenNext(paths[file], batch);
            if (input is null)
            {
                continue;
            }

            _rows.BeginFile();
            bool begins = file > 0;
            using var stream = new BufferedStream(input.OpenStream(), 256 * 1024);
            long offset = 0;
            while (ReadRecord(stream, input, ref offset, batch) is { } length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (length < 0)
                {
                    continue;
                }

                TakeRecord(_buffer.AsSpan(0, length), input, offset, batch);
                if (batch.RowCount >= RowsPerBatch)
                {
                    batch.BeginsFile = begins;
                    begins = false;
                    yield return batch;
                    batch.Clear();
                }
            }

            _rows.Flush(batch);
            if (batch.RowCount > 0 || batch.Damage.Count > 0)
            {
                batch.BeginsFile = begins && batch.RowCount > 0;
                yield return batch;
                batch.Clear();
            }
        }
    }

    public void Dispose() => first.Dispose();

    private LogInput? OpenNext(string path, RowBatch batch)
    {
        try
        {
            return LogInput.Open(path, options);
        }
        catch (LogFormatException exception)
        {
            batch.Report(new LogDamage(path, exception.Message));
            return null;
        }
    }

    /// <summary>Reads one record; -1 when it is to be skipped, null at the end.</summary>
    private int? ReadRecord(Stream stream, LogInput input, ref long offset, RowBatch batch)
    {
        Span<byte> header = stackalloc byte[12];
        long start = offset;
        int got = Fill(stream, header, input, start, batch);
        if (got < 12)
        {
            if (got > 0)
            {
                batch.Report(new LogDamage(input.AtOffset(start), "the file ends within the length of a record; the run is still writing, or was killed"));
            }

            return null;
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(header);
        if (Crc32C.Masked(header[..8]) != BinaryPrimitives.ReadUInt32LittleEndian(header[8..]))
        {
            batch.Report(new LogDamage(input.AtOffset(start), "the checksum of a record's length is wrong; what follows cannot be found"));
            return null;
        }

        offset += 12 + (long)Math.Min(length, long.MaxValue / 2) + 4;
        if (length > MaximumRecord)
        {
            batch.Report(new LogDamage(input.AtOffset(start), string.Create(CultureInfo.InvariantCulture, $"a record of {length} bytes; expected at most {MaximumRecord}")));
            return null;
        }

        int size = (int)length;
        int filled = 0;

        // Grow with what is there, not with what the length promises.
        while (filled < size + 4)
        {
            int want = Math.Min(size + 4, Math.Max(_buffer.Length, 2 * filled));
            if (_buffer.Length < want)
            {
                Array.Resize(ref _buffer, Math.Max(want, Math.Min(size + 4, 2 * _buffer.Length)));
            }

            int count = Fill(stream, _buffer.AsSpan(filled, want - filled), input, start, batch);
            filled += count;
            if (filled < want)
            {
                batch.Report(new LogDamage(input.AtOffset(start), "the file ends within a record; the run is still writing, or was killed"));
                return null;
            }
        }

        if (Crc32C.Masked(_buffer.AsSpan(0, size)) != BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(size)))
        {
            batch.Report(new LogDamage(input.AtOffset(start), "the checksum of a record is wrong; it was skipped"));
            return -1;
        }

        return size;
    }

    private static int Fill(Stream stream, Span<byte> buffer, LogInput input, long start, RowBatch batch)
    {
        try
        {
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (DamagedInputException exception)
        {
            batch.Report(new LogDamage(input.AtOffset(start), exception.Message));
            return 0;
        }
    }

    private void TakeRecord(ReadOnlySpan<byte> record, LogInput input, long offset, RowBatch batch)
    {
        if (ScalarEvent.TryRead(record, out var scalar))
        {
            _rows.Add(scalar, batch);
            return;
        }

        try
        {
            _rows.Add(EventRecord.Parser.ParseFrom(record), batch);
        }
        catch (InvalidProtocolBufferException exception)
        {
            batch.Report(new LogDamage(input.AtOffset(offset), $"a record is no event: {exception.Message}"));
        }
    }
}
