using Microsoft.Extensions.FileSystemGlobbing;
using TrainingDoctor.Host.Processes;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Trials.Evidence;

/// <summary>Where a training tells how it goes: the recording of its monitor before the logs that the user names, and those before what it prints.</summary>
/// <param name="folder">The trial's folder.</param>
/// <param name="workingFolder">The folder that it runs in.</param>
/// <param name="logs">The logs that the user names: files, folders or patterns, with <c>{trial}</c>.</param>
/// <param name="since">When it began: what is older is of another run.</param>
internal sealed class EvidencePlaces(TrialFolder folder, string workingFolder, IReadOnlyList<string> logs, DateTime since)
{
    /// <summary>File systems keep times less precisely than clocks do.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(2);

    /// <summary>Gets a value indicating whether a monitor has recorded anything.</summary>
    public bool IsRecorded => Recordings.Count > 0;

    /// <summary>Gets the recordings by now.</summary>
    public IReadOnlyList<string> Recordings => Directory.Exists(folder.Recording) ? [.. FolderFiles.Below(folder.Recording).Select(file => file.FullName).Where(file => file.EndsWith(".jsonl", StringComparison.Ordinal))] : [];

    /// <summary>Finds what can be read by now.</summary>
    /// <param name="options">How to read.</param>
    /// <exception cref="LogFormatException">A place holds nothing that is a log.</exception>
    public IReadOnlyList<LogSource> Find(LogReadOptions options)
    {
        if (IsRecorded)
        {
            return LogOpener.Open(folder.Recording, new LogReadOptions { Task = options.Task, Framework = options.Framework });
        }

        string[] places = logs.Count > 0 ? [.. logs.SelectMany(Expand).Distinct()] : [.. new[] { folder.Output, folder.Error }.Where(path => FolderFiles.HasContent(new FileInfo(path)))];
        return [.. places.SelectMany(path => OpenOrSkip(path, options))];
    }

    /// <summary>Gets how much there is, whether or not it can be read yet: it grows while the training goes on.</summary>
    public long Size => (IsRecorded ? Recordings : logs.Count > 0 ? logs.SelectMany(Expand) : [folder.Output, folder.Error])
        .Sum(path => File.Exists(path) ? new FileInfo(path).Length : Directory.Exists(path) ? FolderFiles.Below(path).Sum(file => file.Length) : 0);

    /// <summary>Of several places one that holds no log costs itself.</summary>
    private static IReadOnlyList<LogSource> OpenOrSkip(string path, LogReadOptions options)
    {
        try
        {
            return LogOpener.Open(path, options);
        }
        catch (LogFormatException)
        {
            return [];
        }
    }

    private IEnumerable<string> Expand(string log)
    {
        string path = Path.GetFullPath(log.Replace(ForeignCommand.TrialWord, folder.Name, StringComparison.Ordinal), workingFolder);
        int wild = path.IndexOfAny(['*', '?']);
        if (wild < 0)
        {
            return Directory.Exists(path) || IsRecent(path) ? [path] : [];
        }

        string root = path[..path.LastIndexOf(Path.DirectorySeparatorChar, wild)];
        if (!Directory.Exists(root))
        {
            return [];
        }

        var matcher = new Matcher();
        matcher.AddInclude(path[(root.Length + 1)..]);
        return matcher.GetResultsInFullPath(root).Where(IsRecent);
    }

    private bool IsRecent(string path) => File.Exists(path) && File.GetLastWriteTimeUtc(path) >= since - Precision;
}
