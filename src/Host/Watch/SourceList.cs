using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Watch;

/// <summary>The logs of a file or folder. They are searched for again only when a file has come or gone, or one has changed whose beginning alone tells what it is.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="options">How to read.</param>
internal sealed class SourceList(string path, LogReadOptions options)
{
    /// <summary>The longest beginning that tells what a log is.</summary>
    private const long Beginning = 64 * 1024;

    private IReadOnlyList<LogSource> _sources = [];
    private int? _signature;

    /// <summary>Gets a value indicating whether there is anything at the place that may be read to its end.</summary>
    public bool IsThere => Directory.Exists(path) || FolderFiles.HasContent(new FileInfo(path));

    /// <summary>Returns the logs by now; none when nothing is there yet.</summary>
    public IReadOnlyList<LogSource> Find()
    {
        int signature = Signature();
        if (signature == _signature)
        {
            return _sources;
        }

        try
        {
            // A pipe in place of a log would be waited for.
            _sources = IsThere ? LogOpener.Open(path, options) : [];
        }
        catch (LogFormatException)
        {
            // Nothing is there yet, or not any more.
            _sources = [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file was rotated away while it was looked at.
            return _sources;
        }

        _signature = signature;
        return _sources;
    }

    private int Signature()
    {
        var signature = new HashCode();
        foreach (var file in Files())
        {
            signature.Add(file.FullName);
            signature.Add(Math.Min(file.Length, Beginning));
        }

        return signature.ToHashCode();
    }

    private IEnumerable<FileInfo> Files()
    {
        try
        {
            return Directory.Exists(path) ? FolderFiles.Below(path) : new FileInfo(path) is var file && FolderFiles.HasContent(file) ? [file] : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
