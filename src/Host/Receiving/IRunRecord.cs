namespace TrainingDoctor.Host.Receiving;

/// <summary>Where the lines of one run are kept, in the order of their indices. Not safe for concurrent use.</summary>
/// <remarks>Where lines were lost on the way, a mark says which: <c>{"lost":[12,40]}</c>. So the record alone tells which line comes next.</remarks>
internal interface IRunRecord : IDisposable
{
    /// <summary>Gets what people know the record by: its file, or where else it stands.</summary>
    string Path { get; }

    /// <summary>Gets the index of the line that comes next, after <see cref="Restore"/>.</summary>
    long NextLine { get; }

    /// <summary>Reads what was kept before, line by line, without the lines' ends.</summary>
    /// <exception cref="IOException">The record cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The record may not be written.</exception>
    IEnumerable<string> Restore();

    /// <summary>Forgets what was kept.</summary>
    void Clear();

    /// <summary>Appends whole lines.</summary>
    /// <param name="lines">The lines, each with its end.</param>
    /// <returns>Why nothing is kept from now on; null when all is well, or it was said before.</returns>
    string? Append(ReadOnlySpan<byte> lines);
}
