namespace TrainingDoctor.Readers.Input;

/// <summary>Refuses JSON with a string longer than any log's before a parser gathers it in memory.</summary>
internal sealed class GuardedStringStream(Stream inner, string path) : ForwardStream
{
    private const int LongestString = 16 * 1024 * 1024;
    private long _sinceQuote;

    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);
        int last = buffer[..count].LastIndexOfAny((byte)'"', (byte)',');
        _sinceQuote = last < 0 ? _sinceQuote + count : count - last;
        return _sinceQuote <= LongestString ? count : throw new LogFormatException(path, "holds a string of more than 16 MiB; expected a log");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
