namespace TrainingDoctor.Readers.Input;

/// <summary>Whole lines of a log.</summary>
/// <param name="Buffer">The bytes; returned to its pool when the block is done.</param>
/// <param name="Length">How many of them count.</param>
/// <param name="FirstLine">Number of the first line, from 1; 0 when it is not known yet.</param>
internal sealed record LineBlock(byte[] Buffer, int Length, long FirstLine)
{
    /// <summary>Gets what was damaged at the end of the block.</summary>
    public string? Damage { get; init; }

    /// <summary>Gets a value indicating whether a line before this block was too long and was left out.</summary>
    public bool FollowsGiantLine { get; init; }

    public ReadOnlySpan<byte> Bytes => Buffer.AsSpan(0, Length);

    /// <summary>Takes the next line off the front of some lines, without its end.</summary>
    public static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }
}
