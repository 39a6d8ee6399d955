using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Turns lines into rows. Each is used by one thread at a time.</summary>
internal interface ILineParser
{
    /// <summary>Parses one line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="place">Where it is.</param>
    /// <param name="rows">Takes the row, or what is wrong with the line.</param>
    void Parse(ReadOnlySpan<byte> line, in LinePlace place, RowBatch rows);

    /// <summary>Ends what the last lines began.</summary>
    /// <param name="rows">Takes what was still open.</param>
    void Complete(RowBatch rows)
    {
    }
}

/// <summary>Where a line is.</summary>
/// <param name="Input">The log.</param>
/// <param name="Line">Its number, from 1.</param>
/// <param name="MayQuote">Whether quotes stand anywhere near; looking for them once for many lines is cheaper than in each.</param>
/// <param name="IsUnfinished">Whether it ends with the log, without a line end: it may have been cut.</param>
internal readonly record struct LinePlace(LogInput Input, long Line, bool MayQuote, bool IsUnfinished)
{
    /// <summary>Gets a value indicating whether it is in the first block of the log, which is parsed before all others.</summary>
    public bool IsInFirstBlock { get; init; }

    public override string ToString() => Input.At(Line);
}
