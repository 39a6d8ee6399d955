using System.Globalization;

namespace TrainingDoctor.Readers.Input;

/// <summary>Stops at what expands beyond all measure: no log repeats itself a thousandfold, a bomb does.</summary>
/// <param name="inner">Decompresses.</param>
/// <param name="compressed">What is decompressed.</param>
/// <param name="file">The bytes of the file, which may have been compressed more than once.</param>
/// <param name="maximumExpansion">By what the content may exceed the file.</param>
/// <param name="path">The file.</param>
internal sealed class BoundedStream(Stream inner, ReportingStream compressed, ReportingStream file, int maximumExpansion, string path) : ForwardStream
{
    private const long AlwaysAllowed = 64 * 1024 * 1024;
    private long _expanded;

    public override int Read(Span<byte> buffer)
    {
        int count;
        try
        {
            count = inner.Read(buffer);
        }
        catch (InvalidDataException exception)
        {
            throw new DamagedInputException(exception.Message, exception);
        }

        _expanded += count;
        if (count == 0 && buffer.Length > 0 && compressed.Tail > _expanded && _expanded < uint.MaxValue)
        {
            // .NET takes the end of the file for the end of the data; but a member ends with its length, and a cut one with anything.
            throw new DamagedInputException("the file ends within the compressed data");
        }

        return _expanded <= AlwaysAllowed || _expanded / maximumExpansion <= Math.Max(1, file.BytesRead)
            ? count
            : throw new LogFormatException(path, string.Create(CultureInfo.InvariantCulture,
                $"expands to more than {maximumExpansion} times its size ({_expanded} bytes from {file.BytesRead}); expected a log, not a decompression bomb"));
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

/// <summary>The rest of a compressed log cannot be decompressed; what came before it is good.</summary>
internal sealed class DamagedInputException : IOException
{
    public DamagedInputException()
    {
    }

    public DamagedInputException(string message)
        : base(message)
    {
    }

    public DamagedInputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
