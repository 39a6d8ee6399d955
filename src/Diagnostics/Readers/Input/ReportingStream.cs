namespace TrainingDoctor.Readers.Input;

/// <summary>Counts the bytes read, for progress and for the bound on expansion.</summary>
internal sealed class ReportingStream(Stream inner, IProgress<long>? progress) : ForwardStream
{
    private const long Interval = 4 * 1024 * 1024;
    private long _told;

    public long BytesRead { get; private set; }

    /// <summary>Gets the last four bytes read, as a little-endian number: where a GZip member ends, its length.</summary>
    public uint Tail { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);
        foreach (byte value in buffer[Math.Max(0, count - 4)..count])
        {
            Tail = (Tail >> 8) | ((uint)value << 24);
        }

        BytesRead += count;
        if (progress is not null && (count == 0 || BytesRead - _told >= Interval))
        {
            _told = BytesRead;
            progress.Report(BytesRead);
        }

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
