using System.Buffers;

namespace TrainingDoctor.Telemetry.Push;

/// <summary>Lines that follow one another, in one buffer of the pool, kept until they are acknowledged.</summary>
/// <param name="firstLine">The index of the first line within the run.</param>
/// <param name="buffer">The buffer.</param>
internal sealed class LineBatch(long firstLine, byte[] buffer)
{
    private byte[] _buffer = buffer;
    private int _start;
    private int _end;

    /// <summary>Gets the index of the first line that is not done with.</summary>
    public long FirstLine { get; private set; } = firstLine;

    /// <summary>Gets how many lines are not done with.</summary>
    public int Lines { get; private set; }

    /// <summary>Gets how many bytes they have.</summary>
    public int Length => _end - _start;

    /// <summary>Gets how many bytes the buffer has.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>Appends a line, for which there must be room.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        line.CopyTo(_buffer.AsSpan(_end));
        _end += line.Length;
        Lines++;
    }

    /// <summary>Moves to a larger buffer.</summary>
    public void Grow(byte[] larger)
    {
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>Gets the first lines that are not done with.</summary>
    /// <param name="lines">How many.</param>
    public ReadOnlyMemory<byte> First(int lines) => _buffer.AsMemory(_start, LengthOf(lines));

    /// <summary>Is done with the first lines.</summary>
    /// <param name="lines">How many.</param>
    public void Skip(int lines)
    {
        _start += LengthOf(lines);
        FirstLine += lines;
        Lines -= lines;
    }

    /// <summary>Gives the buffer back; the batch must not be used any more.</summary>
    public void Release() => ArrayPool<byte>.Shared.Return(_buffer);

    private int LengthOf(int lines)
    {
        if (lines == Lines)
        {
            return Length;
        }

        int length = 0;
        for (int line = 0; line < lines; line++)
        {
            length += _buffer.AsSpan(_start + length, Length - length).IndexOf((byte)'\n') + 1;
        }

        return length;
    }
}
