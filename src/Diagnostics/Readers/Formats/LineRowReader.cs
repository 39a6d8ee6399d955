using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace TrainingDoctor.Readers;

/// <summary>Reads a log line by line. Lines that do not depend on one another are parsed on several threads, and arrive in order all the same.</summary>
/// <param name="input">The log.</param>
/// <param name="facts">What is known of it.</param>
/// <param name="createParser">Makes a parser.</param>
/// <param name="parallelism">How many threads may parse.</param>
/// <param name="isGrowing">Whether a last line without its end waits.</param>
internal sealed class LineRowReader(LogInput input, LogFacts facts, Func<ILineParser> createParser, int parallelism, bool isGrowing = false) : IRowReader
{
    private readonly ConcurrentBag<ILineParser> _parsers = [];
    private readonly ConcurrentBag<RowBatch> _batches = [];

    public LogFacts Facts => facts;

    public IEnumerable<RowBatch> Read(CancellationToken cancellationToken)
    {
        var inFlight = new Queue<Task<RowBatch>>();
        using var stream = input.OpenStream();
        foreach (var block in LineBlockReader.Read(stream))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (parallelism <= 1 || block.FirstLine == 1)
            {
                var rows = Parse(block);
                yield return rows;
                _batches.Add(rows);
                continue;
            }

            inFlight.Enqueue(Task.Run(() => Parse(block), cancellationToken));
            if (inFlight.Count > parallelism)
            {
                var rows = inFlight.Dequeue().GetAwaiter().GetResult();
                yield return rows;
                _batches.Add(rows);
            }
        }

        while (inFlight.TryDequeue(out var task))
        {
            yield return task.GetAwaiter().GetResult();
        }
    }

    public void Dispose() => input.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private RowBatch Parse(LineBlock block)
    {
        var parser = _parsers.TryTake(out var usedParser) ? usedParser : createParser();
        var rows = _batches.TryTake(out var usedRows) ? usedRows : new RowBatch();
        rows.Clear();
        if (block.FollowsGiantLine)
        {
            rows.Report(new LogDamage(input.At(block.FirstLine - 1), $"the line is longer than {LineBlockReader.BlockSize >> 20} MiB and was left out"));
        }

        var rest = block.Bytes;
        bool mayQuote = rest.Contains((byte)'"');
        long line = block.FirstLine;
        while (!rest.IsEmpty)
        {
            var text = LineBlock.NextLine(ref rest);
            bool isUnfinished = rest.IsEmpty && block.Bytes[^1] != (byte)'\n';
            if (isUnfinished && isGrowing)
            {
                break;
            }

            parser.Parse(text, new LinePlace(input, line++, mayQuote, isUnfinished), rows);
        }

        if (block.Damage is { } damage)
        {
            rows.Report(new LogDamage(input.At(line), damage));
        }

        ArrayPool<byte>.Shared.Return(block.Buffer);
        _parsers.Add(parser);
        return rows;
    }
}
