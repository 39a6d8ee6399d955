using System.Globalization;
using System.IO.Compression;
using System.Text;
using TrainingDoctor.Readers.Input.Markup;

namespace TrainingDoctor.Readers.Input;

/// <summary>The bytes of one log: decompressed, in UTF-8, with the beginning at hand for detection.</summary>
internal sealed class LogInput : IDisposable
{
    private const int HeadLength = 64 * 1024;
    private const long SmallEnough = 256 * 1024;
    private readonly Stream _stream;

    private LogInput(Stream stream, string path, byte[] head, string name, long? length)
    {
        _stream = stream;
        Path = path;
        Head = head;
        Name = name;
        Length = length;
    }

    /// <summary>Gets the path, or <c>-</c> for standard input.</summary>
    public string Path { get; }

    /// <summary>Gets the file name without the ending of the compression.</summary>
    public string Name { get; }

    /// <summary>Gets the first bytes.</summary>
    public byte[] Head { get; }

    /// <summary>Gets the number of bytes of an uncompressed file.</summary>
    public long? Length { get; }

    /// <summary>Gets the number of zero bytes that the log begins with, and that are passed over.</summary>
    public long Gap { get; private init; }

    /// <summary>Gets a value indicating whether <see cref="Head"/> is the whole log.</summary>
    public bool IsWhole => Head.Length < HeadLength;

    public static LogInput Open(string path, LogReadOptions options)
    {
        Check(path, options);
        try
        {
            return Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan), path, options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new LogFormatException($"{path}: cannot be opened: {exception.Message}", exception);
        }
    }

    public static LogInput Open(Stream stream, string path, LogReadOptions options)
    {
        string name = System.IO.Path.GetFileName(path);
        long? length = stream.CanSeek ? stream.Length : null;
        var counted = new ReportingStream(stream, options.Progress);
        Stream source = counted;
        byte[] head = ReadHead(source);
        for (int layer = 0; head is [0x1F, 0x8B, ..]; layer++)
        {
            if (layer == 2)
            {
                throw new LogFormatException(path, "is compressed more than twice; expected a log");
            }

            // Each layer ends with the length of its own content.
            var packed = layer == 0 ? counted : new ReportingStream(new PrefixedStream(head, source), progress: null);
            source = new BoundedStream(new GZipStream(layer == 0 ? new PrefixedStream(head, source) : packed, CompressionMode.Decompress), packed, counted, options.MaximumExpansion, path);
            length = null;
            name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
            head = ReadHead(source);
        }

        long gap = LeadingGap.Skip(ref head, ref source, ReadHead, path);
        length = gap > 0 ? null : length;
        Check(head, path);
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            var encoding = head[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
            source = Encoding.CreateTranscodingStream(new PrefixedStream(head[2..], source), encoding, Encoding.UTF8);
            length = null;
            head = ReadHead(source);
        }
        else if (head is [0xEF, 0xBB, 0xBF, ..])
        {
            head = head[3..];
            if (head.Length == HeadLength - 3)
            {
                Array.Resize(ref head, HeadLength);
                int more = source.ReadAtLeast(head.AsSpan(HeadLength - 3), 3, throwOnEndOfStream: false);
                Array.Resize(ref head, HeadLength - 3 + more);
            }
        }

        if (Documents.Open(head, source) is { } shown)
        {
            source = shown;
            length = null;
            head = ReadHead(source);
        }

        if (LineEndStream.Fits(head))
        {
            LineEndStream.Replace(head);
            source = new LineEndStream(source);
        }

        if (WrappedLineStream.MemberOf(head) is { } member)
        {
            source = new WrappedLineStream(new PrefixedStream(head, source), member);
            length = null;
            head = ReadHead(source);
        }

        return new LogInput(new PrefixedStream(head, source), path, head, name, length) { Gap = gap };
    }

    /// <summary>Opens a log that many others are read beside: a small one is taken into memory, so that no file stays open.</summary>
    public static LogInput OpenAmongMany(string path, LogReadOptions options)
    {
        Check(path, options);
        try
        {
            return new FileInfo(path).Length <= SmallEnough ? Open(new MemoryStream(File.ReadAllBytes(path)), path, options) : Open(path, options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LogFormatException($"{path}: cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Gets the bytes from the beginning, once.</summary>
    public Stream OpenStream() => _stream;

    public string At(long line) => string.Create(CultureInfo.InvariantCulture, $"{Path}({line})");

    public string AtOffset(long offset) => string.Create(CultureInfo.InvariantCulture, $"{Path}@{offset}");

    public void Dispose() => _stream.Dispose();

    private static void Check(string path, LogReadOptions options)
    {
        if (options.MayRead?.Invoke(path) == false)
        {
            throw new LogFormatException(path, "lies outside of what may be read");
        }
    }

    private static byte[] ReadHead(Stream stream)
    {
        byte[] head = new byte[HeadLength];
        int length = 0;
        try
        {
            while (length < HeadLength && stream.Read(head.AsSpan(length)) is > 0 and var count)
            {
                length += count;
            }
        }
        catch (DamagedInputException)
        {
            // Said again, with its place, when the rest is read.
        }

        Array.Resize(ref head, length);
        return head;
    }

    private static void Check(byte[] head, string path)
    {
        if (head.Length == 0)
        {
            throw new LogFormatException(path, "is empty or cannot be decompressed; expected a training log");
        }

        if (head.AsSpan().StartsWith("version https://git-lfs"u8))
        {
            throw new LogFormatException(path, "is a Git-LFS pointer, not the log itself; fetch the log with 'git lfs pull'");
        }

        string? archive = head switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] => "a ZIP archive",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "compressed with Zstandard",
            [(byte)'B', (byte)'Z', (byte)'h', ..] => "compressed with bzip2",
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => "compressed with xz",
            _ => null,
        };
        if (archive is not null)
        {
            throw new LogFormatException(path, $"is {archive}; unpack it first, or compress it with gzip");
        }
    }
}
