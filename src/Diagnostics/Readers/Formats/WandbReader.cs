using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Google.Protobuf;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Protocol;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>
/// Reads the binary file of Weights and Biases: blocks of 32 KiB as in a LevelDB log, records in parts, each record a protobuf message whose values are JSON text.
/// A live or killed run ends within a record; every whole record counts.
/// </summary>
internal sealed class WandbReader(LogInput input) : IRowReader
{
    private const int BlockSize = 32768;
    private const int HeaderSize = 7;
    private const int MaximumRecord = 64 * 1024 * 1024;

    private readonly MemoryStream _record = new();
    private long _row;

    public LogFacts Facts { get; } = new() { Format = "wandb" };

    public static bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith(":W&B"u8);

    public IEnumerable<RowBatch> Read(CancellationToken cancellationToken)
    {
        using var stream = input.OpenStream();
        byte[] block = new byte[BlockSize];
        var batch = new RowBatch();
        long offset = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = Fill(stream, block, batch, offset);
            ReadBlock(block.AsSpan(0, length), offset, batch);
            offset += length;
            if (length < BlockSize)
            {
                break;
            }

            if (batch.RowCount > 0)
            {
                yield return batch;
                batch.Clear();
            }
        }

        if (_record.Length > 0)
        {
            batch.Report(new LogDamage(input.AtOffset(offset), "the file ends within a record; the run is still writing, or was killed"));
        }

        yield return batch;
    }

    public void Dispose()
    {
        _record.Dispose();
        input.Dispose();
    }

    private int Fill(Stream stream, byte[] block, RowBatch batch, long offset)
    {
        try
        {
            return stream.ReadAtLeast(block, BlockSize, throwOnEndOfStream: false);
        }
        catch (DamagedInputException exception)
        {
            batch.Report(new LogDamage(input.AtOffset(offset), exception.Message));
            return 0;
        }
    }

    private void ReadBlock(ReadOnlySpan<byte> block, long offset, RowBatch batch)
    {
        int position = offset == 0 ? Math.Min(HeaderSize, block.Length) : 0;
        while (block.Length - position >= HeaderSize)
        {
            var header = block[position..];
            uint crc = BinaryPrimitives.ReadUInt32LittleEndian(header);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
            byte type = header[6];
            if (type == 0 && length == 0)
            {
                // The rest of the block is padding.
                return;
            }

            if (length > header.Length - HeaderSize)
            {
                string problem = block.Length < BlockSize
                    ? "the file ends within a record; the run is still writing, or was killed"
                    : "a part of a record is longer than its block; the rest of the block was skipped";
                batch.Report(new LogDamage(input.AtOffset(offset + position), problem));
                _record.SetLength(0);
                return;
            }

            if (Crc32.HashToUInt32(header.Slice(6, length + 1)) != crc)
            {
                batch.Report(new LogDamage(input.AtOffset(offset + position), "the checksum of a record is wrong; it was skipped"));
                _record.SetLength(0);
            }
            else
            {
                TakePart(type, header.Slice(HeaderSize, length), offset + position, batch);
            }

            position += HeaderSize + length;
        }
    }

    /// <summary>Takes a part of a record: 1 is a whole one, 2 the first, 3 a middle, 4 the last part.</summary>
    private void TakePart(byte type, ReadOnlySpan<byte> part, long offset, RowBatch batch)
    {
        if (type is 1 or 2)
        {
            _record.SetLength(0);
        }

        if (_record.Length + part.Length > MaximumRecord)
        {
            _record.SetLength(0);
            return;
        }

        _record.Write(part);
        if (type is 1 or 4)
        {
            TakeRecord(_record.GetBuffer().AsSpan(0, (int)_record.Length), offset, batch);
            _record.SetLength(0);
        }
    }

    private void TakeRecord(ReadOnlySpan<byte> bytes, long offset, RowBatch batch)
    {
        WandbRecord record;
        try
        {
            record = WandbRecord.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            batch.Report(new LogDamage(input.AtOffset(offset), $"a record is none of Weights and Biases: {exception.Message}"));
            return;
        }

        if (record.RecordTypeCase == WandbRecord.RecordTypeOneofCase.Run)
        {
            Facts.RunName ??= record.Run.DisplayName is { Length: > 0 } shown ? shown : record.Run.RunId is { Length: > 0 } id ? id : null;
        }
        else if (record.RecordTypeCase == WandbRecord.RecordTypeOneofCase.History)
        {
            TakeHistory(record.History, batch);
        }
    }

    private void TakeHistory(WandbHistory history, RowBatch batch)
    {
        bool hasStep = false;
        foreach (var item in history.Item)
        {
            string name = item.NestedKey.Count > 0 ? string.Join('/', item.NestedKey) : item.Key;
            if (name.Length == 0 || item.ValueJson.Length == 0 || Facts.Columns.Intern(name) is not (>= 0 and var column) || Facts.Columns.IsIgnored(column))
            {
                Facts.Account?.TakeJson(item.ValueJson, name, "more columns than are kept");
                continue;
            }

            hasStep |= name == "_step";
            if (item.ValueJson.Length < 64 && Number.TryParse(Encoding.UTF8.GetBytes(item.ValueJson.Trim('"')), out double value))
            {
                batch.Add(column, value);
            }
            else
            {
                Facts.Account?.TakeJson(item.ValueJson, name, "a histogram, a picture or a table holds it");
            }
        }

        if (!hasStep && Facts.Columns.Intern("_step") is >= 0 and var step)
        {
            batch.Add(step, history.Step?.Num ?? _row);
        }

        _row++;
        batch.EndRow();
    }
}
