using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Input;

namespace TrainingDoctor.Host.Receiving;

/// <summary>
/// Keeps the lines of a run in a file of telemetry, so that a host that was killed goes on where it was. What was appended is with the operating system before the sender
/// hears that it arrived.
/// </summary>
/// <param name="path">The file; <see cref="Restore"/> opens it.</param>
/// <param name="limit">How many bytes it may have; what comes beyond is not kept.</param>
internal sealed partial class RunRecord(string path, long limit) : IRunRecord
{
    private FileStream? _stream;

    /// <inheritdoc/>
    public string Path => path;

    /// <inheritdoc/>
    public long NextLine { get; private set; }

    /// <summary>Makes the mark of lines that were lost, its end included.</summary>
    /// <param name="first">The index of the first.</param>
    /// <param name="last">The index of the last.</param>
    public static byte[] LostMark(long first, long last) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"lost\":[{first},{last}]}}\n"));

    /// <summary>Tells which line comes behind one of a record: the next, or that behind what a mark says was lost.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="index">The index of the line.</param>
    /// <remarks>A mark that does not go on where the lines before it ended was not written here.</remarks>
    public static long Behind(ReadOnlySpan<byte> line, long index) => line.StartsWith("{\"lost\""u8) && Lost().Match(Encoding.UTF8.GetString(line)) is { Success: true } mark
        && long.TryParse(mark.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out long first) && first == index
        && long.TryParse(mark.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out long last) && last >= first && last <= ReceivedRun.LargestLine
        ? last + 1
        : index + 1;

    /// <inheritdoc/>
    /// <remarks>A file may have lost its last lines with the power, or have been exchanged.</remarks>
    public bool VouchesForSnapshots => false;

    /// <inheritdoc/>
    /// <remarks>A last line without its end is cut off: its sender was never told that it arrived.</remarks>
    public void Restore(long from, RecordedLineTaker take)
    {
        Dispose();
        NextLine = 0;
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0);
        _stream.SetLength(EndOfLastLine(_stream));
        _stream.Position = 0;
        var lines = new LineFeed(path);
        while (Fill(lines, _stream))
        {
            while (lines.TryTake(out var line))
            {
                long index = NextLine;
                line = line.TrimEnd((byte)'\r');
                NextLine = Behind(line, index);
                if (index >= from && !take(line, NextLine))
                {
                    return;
                }
            }
        }

        _stream.Position = _stream.Length;
    }

    /// <inheritdoc/>
    public void Clear()
    {
        _stream?.SetLength(0);
        NextLine = 0;
    }

    /// <inheritdoc/>
    public string? Append(ReadOnlySpan<byte> lines)
    {
        if (_stream is null || lines.IsEmpty)
        {
            return null;
        }

        if (_stream.Length + lines.Length > limit)
        {
            return Stop(string.Create(CultureInfo.InvariantCulture, $"{Path} has reached its limit of {limit} bytes; what comes is judged but not kept"));
        }

        if (!File.Exists(path))
        {
            // The system would go on taking what nobody will ever find.
            return Stop($"{Path} was deleted or its folder is away; what comes is judged but not kept");
        }

        try
        {
            _stream.Write(lines);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // A file that has become as large as its system or its user may make one is, to .NET, an argument out of range.
            return Stop($"{Path} cannot be written: {exception.Message}; what comes is judged but not kept");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private static bool Fill(LineFeed lines, FileStream stream)
    {
        try
        {
            return lines.Fill(stream) > 0;
        }
        catch (LogFormatException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private static long EndOfLastLine(FileStream stream)
    {
        byte[] block = new byte[64 * 1024];
        for (long end = stream.Length; end > 0;)
        {
            int length = (int)Math.Min(block.Length, end);
            stream.Position = end - length;
            stream.ReadExactly(block, 0, length);
            if (block.AsSpan(0, length).LastIndexOf((byte)'\n') is >= 0 and var at)
            {
                return end - length + at + 1;
            }

            end -= length;
        }

        return 0;
    }

    [GeneratedRegex(@"^\{""lost"":\[(\d{1,18}),(\d{1,18})\]\}$")]
    private static partial Regex Lost();

    private string Stop(string reason)
    {
        Dispose();
        return reason;
    }
}
