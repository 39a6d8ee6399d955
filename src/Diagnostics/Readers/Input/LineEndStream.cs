namespace TrainingDoctor.Readers.Input;

/// <summary>A text whose lines end in a carriage return alone, as old spreadsheets save them, with the ends that every reader knows.</summary>
/// <param name="inner">The text.</param>
internal sealed class LineEndStream(Stream inner) : ForwardStream
{
    /// <summary>Tells by its beginning whether a text has such ends: carriage returns and no line feed. What holds control characters is no text.</summary>
    public static bool Fits(ReadOnlySpan<byte> head) => head.Contains((byte)'\r') && !head.Contains((byte)'\n') && !head.ContainsAnyInRange((byte)0, (byte)8);

    /// <summary>Puts line feeds in place of carriage returns.</summary>
    public static void Replace(Span<byte> bytes) => bytes.Replace((byte)'\r', (byte)'\n');

    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);
        Replace(buffer[..count]);
        return count;
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
