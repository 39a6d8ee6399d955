using System.Globalization;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Readers;

/// <summary>
/// Follows recorded telemetry while it grows: each look reads only the lines that were finished since the last one, through all parts of the recording, and goes on where it was.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class TelemetryFollower
{
    private const int HeadLength = 1024;

    private readonly string _path;
    private readonly TelemetryReplay _replay;
    private readonly byte[] _head = new byte[HeadLength];
    private int _headLength;
    private readonly LineFeed _lines;
    private int _part;
    private long _offset;
    private long _line;

    /// <summary>Creates a follower at the beginning of a recording.</summary>
    /// <param name="path">The first part.</param>
    /// <param name="open">Makes the sink of the run, when its first line has come.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public TelemetryFollower(string path, RunSinkFactory open)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = Path.GetFullPath(path);
        _lines = new LineFeed(_path);
        _replay = new TelemetryReplay(open);
    }

    /// <summary>Gets a value indicating whether the run has said that it is over.</summary>
    public bool IsComplete => _replay.IsComplete;

    /// <summary>Gets what is known of the run; null before its first line.</summary>
    public RunDescription? Run => _replay.Run;

    /// <summary>Tells whether a file is telemetry that can be followed, by its beginning.</summary>
    /// <param name="path">The file.</param>
    public static bool CanFollow(string path)
    {
        try
        {
            if (!FolderFiles.HasContent(new FileInfo(path)))
            {
                return false;
            }

            using var stream = Open(path);
            Span<byte> head = stackalloc byte[64];
            return TelemetryLog.IsTelemetry(head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads what is new. A line without its end waits.</summary>
    /// <param name="cancellationToken">Stops the reading, between two lines.</param>
    /// <returns>What became of the recording.</returns>
    /// <exception cref="LogFormatException">The first line is not that of telemetry.</exception>
    public TelemetryProgress Read(CancellationToken cancellationToken = default)
    {
        bool grew = false;
        try
        {
            if (File.Exists(_path) && !FolderFiles.HasContent(new FileInfo(_path)))
            {
                // Emptied, or a pipe has taken its place, whose opening might never come back.
                return TelemetryProgress.None;
            }

            if (!BeginsAsBefore())
            {
                return TelemetryProgress.StartedOver;
            }

            while (!IsComplete)
            {
                // Parts come in order: what is here before the present one was at its end is known, is read after it.
                int? next = NextPart();
                using (var stream = Open(NameOf(_part)))
                {
                    if (stream.Length < _offset)
                    {
                        return TelemetryProgress.StartedOver;
                    }

                    stream.Position = _offset;
                    grew |= ReadLines(stream, cancellationToken);
                }

                if (IsComplete)
                {
                    _replay.Complete();
                    return TelemetryProgress.Grew;
                }

                if (next is not { } part)
                {
                    return grew ? TelemetryProgress.Grew : TelemetryProgress.None;
                }

                _replay.NoteDropped(_part + 1, part - 1);
                Begin(part);
            }

            return TelemetryProgress.None;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first part stays while a recording lasts; a later one may have left to keep the limit: the next look goes on with what follows it.
            return File.Exists(_path) ? Skip(grew) : TelemetryProgress.Gone;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return grew ? TelemetryProgress.Grew : TelemetryProgress.None;
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);

    /// <summary>A new recording to the same path begins with another time; by its length alone it could not be told from the old one.</summary>
    private bool BeginsAsBefore()
    {
        Span<byte> head = stackalloc byte[HeadLength];
        using var stream = Open(_path);
        int length = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
        bool same = length >= _headLength && head[.._headLength].SequenceEqual(_head.AsSpan(0, _headLength));
        if (same)
        {
            head[..length].CopyTo(_head);
            _headLength = length;
        }

        return same;
    }

    private string NameOf(int part) => part == 0 ? _path : string.Create(CultureInfo.InvariantCulture, $"{_path}.{part}");

    private int? NextPart()
    {
        foreach (var (number, _) in RollingFile.FindParts(_path))
        {
            if (number > _part)
            {
                return number;
            }
        }

        return null;
    }

    private TelemetryProgress Skip(bool grew)
    {
        if (NextPart() is not { } part)
        {
            // The numbered parts are gone but the first is there: a new recording has taken the place of this one.
            return TelemetryProgress.StartedOver;
        }

        _replay.NoteDropped(_part, part - 1);
        Begin(part);
        return grew ? TelemetryProgress.Grew : TelemetryProgress.None;
    }

    private bool ReadLines(FileStream stream, CancellationToken cancellationToken)
    {
        bool any = false;

        // What comes meanwhile is the next look's: a writer that is faster than the reading would never let it end.
        long end = stream.Length;
        while (_lines.Fill(stream, Math.Max(0, end - _offset)) is > 0 and var count)
        {
            _offset += count;
            while (_lines.TryTake(out var line))
            {
                any = true;
                _line++;
                Take(line);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        return any;
    }

    private void Begin(int part)
    {
        (_part, _offset, _line) = (part, 0, 0);
        _lines.Clear();
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        try
        {
            _replay.Add(line);
        }
        catch (FormatException exception)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{NameOf(_part)}({_line})");
            if (_replay.Run is null)
            {
                throw new LogFormatException($"{place}: expected the first line of telemetry: {exception.Message}", exception);
            }

            _replay.Report(new LogDamage(place, $"expected a line of telemetry: {exception.Message}"));
        }
    }
}

/// <summary>What became of a recording since the last look.</summary>
public enum TelemetryProgress
{
    /// <summary>Nothing new is there.</summary>
    None,

    /// <summary>Lines were read.</summary>
    Grew,

    /// <summary>The file was begun anew or cut: another follower has to read it from its beginning.</summary>
    StartedOver,

    /// <summary>The file is gone.</summary>
    Gone,
}
