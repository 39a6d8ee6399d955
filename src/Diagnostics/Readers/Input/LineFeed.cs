namespace TrainingDoctor.Readers.Input;

/// <summary>Whole lines of a stream that may go on growing, however it is cut into pieces.</summary>
/// <param name="path">Where it is, for errors.</param>
/// <remarks>Not safe for concurrent use.</remarks>
internal sealed class LineFeed(string path)
{
    /// <summary>The longest line, in bytes.</summary>
    public const int LongestLine = 64 * 1024 * 1024;

    private const int Piece = 256 * 1024;

    private byte[] _buffer = new byte[Piece];
    private int _start;
    private int _end;

    /// <summary>Gets what was read behind the last whole line.</summary>
    public ReadOnlySpan<byte> Rest => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads on, as far as there is room; lines that were taken before are gone.</summary>
    /// <param name="stream">The stream, where the last reading ended.</param>
    /// <param name="most">How many bytes at most.</param>
    /// <returns>How many bytes were read; 0 at its end.</returns>
    /// <exception cref="LogFormatException">A line is longer than <see cref="LongestLine"/>.</exception>
    public int Fill(Stream stream, long most = long.MaxValue)
    {
        Rest.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LongestLine)
            {
                throw new LogFormatException(path, "holds a line of more than 64 MiB; expected telemetry");
            }

            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        int count = stream.Read(_buffer, _end, (int)Math.Min(_buffer.Length - _end, most));
        _end += count;
        return count;
    }

    /// <summary>Takes the next whole line.</summary>
    /// <param name="line">The line without its end; until the next call.</param>
    /// <returns>False where none is whole yet.</returns>
    public bool TryTake(out ReadOnlySpan<byte> line)
    {
        int length = Rest.IndexOf((byte)'\n');
        line = length < 0 ? default : Rest[..length];
        _start += length + 1;
        return length >= 0;
    }

    /// <summary>Forgets what was read.</summary>
    public void Clear() => (_start, _end) = (0, 0);
}
