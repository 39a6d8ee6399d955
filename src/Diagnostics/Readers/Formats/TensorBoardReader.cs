using System.Buffers.Binary;
using System.Collections.Concurrent;
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
    private const int RowsPerBatch = 1024;

    private readonly EventRows _rows = new();
    private readonly ConcurrentBag<RowBatch> _spare = [];

    public LogFacts Facts => _rows.Facts;

    /// <summary>Tells whether the first bytes are the length and checksum of a record.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) =>
        head.Length >= 12 && BinaryPrimitives.ReadUInt64LittleEndian(head) < EventRecords.Longest && Crc32C.Masked(head[..8]) == BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);

    // An account is kept on one thread, and a log that grows is never far ahead.
    public IEnumerable<RowBatch> Read(CancellationToken cancellationToken) => ReadAhead.Of(ReadFiles(cancellationToken), options is { Parallelism: > 1, IsGrowing: false, Account: null }, _spare.Add);

    public void Dispose() => first.Dispose();

    private IEnumerable<RowBatch> ReadFiles(CancellationToken cancellationToken)
    {
        var batch = Spare();
        for (int file = 0; file < paths.Count; file++)
        {
            var input = file == 0 ? first : OpenNext(paths[file], batch);
            if (input is null)
            {
                continue;
            }

            _rows.BeginFile();
            bool begins = file > 0;
            using var stream = input.OpenStream();
            var records = new EventRecords(stream, input);
            while (records.MoveNext(batch))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!records.IsSound)
                {
                    continue;
                }

                TakeRecord(records, input, batch);
                if (batch.RowCount >= RowsPerBatch)
                {
                    batch.BeginsFile = begins;
                    begins = false;
                    yield return batch;
                    batch = Spare();
                }
            }

            _rows.Flush(batch);
            if (batch.RowCount > 0 || batch.Damage.Count > 0)
            {
                batch.BeginsFile = begins && batch.RowCount > 0;
                yield return batch;
                batch = Spare();
            }
        }
    }

    private RowBatch Spare()
    {
        var batch = _spare.TryTake(out var used) ? used : new RowBatch();
        batch.Clear();
        return batch;
    }

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

    private void TakeRecord(EventRecords records, LogInput input, RowBatch batch)
    {
        if (ScalarEvent.TryRead(records.Current, out var scalar))
        {
            _rows.Add(scalar, batch);
            return;
        }

        try
        {
            _rows.Add(EventRecord.Parser.ParseFrom(records.Current), batch);
        }
        catch (InvalidProtocolBufferException exception)
        {
            batch.Report(new LogDamage(input.AtOffset(records.Offset), $"a record is no event: {exception.Message}"));
        }
    }
}
