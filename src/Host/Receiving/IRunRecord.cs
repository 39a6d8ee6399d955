namespace TrainingDoctor.Host.Receiving;

/// <summary>Where the lines of one run are kept, in the order of their indices. Not safe for concurrent use.</summary>
/// <remarks>Where lines were lost on the way, a mark says which: <c>{"lost":[12,40]}</c>. So the record alone tells which line comes next.</remarks>
internal interface IRunRecord : IDisposable
{
    /// <summary>Gets what people know the record by: its file, or where else it stands.</summary>
    string Path { get; }

    /// <summary>Gets the index of the line that comes next, after <see cref="Restore"/>.</summary>
    long NextLine { get; }

    /// <summary>Gets a value indicating whether a snapshot of the run is one of these very lines, as where nobody can keep one that is not, so that they need not be read again to see it.</summary>
    bool VouchesForSnapshots { get; }

    /// <summary>Reads what was kept before, line by line.</summary>
    /// <param name="from">The index of the line to begin with: 0, or one at which something was appended.</param>
    /// <param name="take">Takes the lines.</param>
    /// <exception cref="IOException">The record cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The record may not be written.</exception>
    void Restore(long from, RecordedLineTaker take);

    /// <summary>Forgets what was kept.</summary>
    void Clear();

    /// <summary>Appends whole lines.</summary>
    /// <param name="lines">The lines, each with its end.</param>
    /// <returns>Why nothing is kept from now on; null when all is well, or it was said before.</returns>
    string? Append(ReadOnlySpan<byte> lines);
}

/// <summary>Takes a line of a record.</summary>
/// <param name="line">The line in UTF-8, without its end; until the call returns.</param>
/// <param name="next">The index of the line behind it.</param>
/// <returns>Whether more is wanted.</returns>
internal delegate bool RecordedLineTaker(ReadOnlySpan<byte> line, long next);
