using System.Buffers;
using System.Collections.Concurrent;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Reads a log line by line. Lines that do not depend on one another are parsed on several threads, and arrive in order all the same.</summary>
/// <param name="input">The log.</param>
/// <param name="facts">What is known of it.</param>
/// <param name="createParser">Makes a parser.</param>
/// <param name="parallelism">How many threads may parse.</param>
/// <param name="isGrowing">Whether a last line without its end waits.</param>
internal sealed class LineRowReader(LogInput input, LogFacts facts, Func<ILineParser> createParser, int parallelism, bool isGrowing = false) : IRowReader
{
    /// <summary>Blocks per thread that are read ahead: whoever takes the rows is slower at times, and the threads are not to wait for it.</summary>
    private const int BlocksAhead = 8;

    private readonly ConcurrentBag<ILineParser> _parsers = [];
    private readonly ConcurrentBag<RowBatch> _batches = [];

    public LogFacts Facts => facts;

    public IEnumerable<RowBatch> Read(CancellationToken cancellationToken) => ReadAhead.Of(ReadBlocks(cancellationToken), isAhead: parallelism > 1 && !isGrowing, _batches.Add);

    public void Dispose() => input.Dispose();

    private IEnumerable<RowBatch> ReadBlocks(CancellationToken cancellationToken)
    {
        var inFlight = new Queue<Task<RowBatch>>();
        using var stream = input.OpenStream();
        foreach (var block in LineBlockReader.Read(stream, input.Length))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (parallelism <= 1 || block.FirstLine == 1)
            {
                yield return Parse(block);
                continue;
            }

            inFlight.Enqueue(Task.Run(() => Parse(block), cancellationToken));
            if (inFlight.Count > BlocksAhead * parallelism)
            {
                yield return inFlight.Dequeue().GetAwaiter().GetResult();
            }
        }

        while (inFlight.TryDequeue(out var task))
        {
            yield return task.GetAwaiter().GetResult();
        }

        if (!isGrowing && Complete() is { RowCount: > 0 } last)
        {
            yield return last;
        }
    }

    private RowBatch Complete()
    {
        var rows = new RowBatch();
        foreach (var parser in _parsers)
        {
            parser.Complete(rows);
        }

        return rows;
    }

    private RowBatch Parse(LineBlock block)
    {
        var parser = _parsers.TryTake(out var usedParser) ? usedParser : createParser();
        var rows = _batches.TryTake(out var usedRows) ? usedRows : new RowBatch();
        rows.Clear();
        if (block.FollowsGiantLine)
        {
            rows.Report(new LogDamage(input.At(block.FirstLine - 1), $"the line is longer than {LineBlockReader.LongestLine >> 20} MiB and was left out"));
        }

        long line = ParseLines(block, parser, rows);
        if (block.Damage is { } damage)
        {
            rows.Report(new LogDamage(input.At(line), damage));
        }

        ArrayPool<byte>.Shared.Return(block.Buffer);
        _parsers.Add(parser);
        return rows;
    }

    /// <summary>Parses the lines of a block; returns the number of the line behind them.</summary>
    private long ParseLines(LineBlock block, ILineParser parser, RowBatch rows)
    {
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

            if (facts.Account is not null && !facts.AccountsForLines)
            {
                rows.MarkLine(line);
            }

            parser.Parse(text, new LinePlace(input, line++, mayQuote, isUnfinished) { IsInFirstBlock = block.FirstLine == 1 }, rows);
        }

        return line;
    }
}
