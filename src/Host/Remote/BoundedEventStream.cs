namespace TrainingDoctor.Host.Remote;

/// <summary>The events of another host as they come, none of which may be longer than a bound: who is on the other side must not decide how much memory this side takes.</summary>
/// <param name="inner">The events.</param>
/// <param name="most">How many bytes an event may have.</param>
internal sealed class BoundedEventStream(Stream inner, int most) : Stream
{
    private long _length;
    private bool _isAtLineStart = true;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Counted(buffer.AsSpan(offset, inner.Read(buffer, offset, count)));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Counted(buffer.Span[..count]);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>An empty line ends an event.</summary>
    private int Counted(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            _length = value == (byte)'\n' && _isAtLineStart ? 0 : _length + 1;
            _isAtLineStart = value == (byte)'\n' || (value == (byte)'\r' && _isAtLineStart);
            if (_length > most)
            {
                throw new InvalidDataException(FormattableString.Invariant($"an event of more than {most} bytes"));
            }
        }

        return bytes.Length;
    }
}
