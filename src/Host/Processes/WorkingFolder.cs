using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Processes;

/// <summary>The files of the folder that a command runs in: which of them a training writes, and copies for trials that must not write there.</summary>
/// <param name="path">The folder.</param>
/// <param name="except">The folder of the trials, which is no part of it.</param>
internal sealed class WorkingFolder(string path, string except)
{
    /// <summary>How much is copied without being asked to.</summary>
    public const long LargestUnasked = 1L << 30;

    private const int MostFiles = 50_000;
    private static readonly string[] Never = [".git", "traindoctor-cure", "traindoctor-demo"];

    /// <summary>Returns the files with the time of their last change; as many as can be looked through at once.</summary>
    public IReadOnlyDictionary<string, (DateTime Written, long Length)> Look()
    {
        var files = new Dictionary<string, (DateTime, long)>();
        foreach (var entry in Walk(new DirectoryInfo(path)).OfType<FileInfo>().Take(MostFiles))
        {
            files[Path.GetRelativePath(path, entry.FullName)] = (entry.LastWriteTimeUtc, entry.Length);
        }

        return files;
    }

    /// <summary>Copies the folder.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="leftOut">Files that are left out: what a training as it is has left there would make another go on from it.</param>
    /// <exception cref="UsageException">It cannot be copied.</exception>
    public void CopyTo(string target, IReadOnlySet<string> leftOut)
    {
        try
        {
            Directory.CreateDirectory(target);
            foreach (var entry in Walk(new DirectoryInfo(path)))
            {
                string name = Path.GetRelativePath(path, entry.FullName);
                string copy = Path.Combine(target, name);
                if (entry.LinkTarget is { } link)
                {
                    // A link out of the folder leads to what is large, as data: it stays one.
                    string goal = Path.GetFullPath(link, Path.GetDirectoryName(entry.FullName)!);
                    bool isInside = goal.StartsWith(path + Path.DirectorySeparatorChar, StringComparison.Ordinal);
                    _ = File.CreateSymbolicLink(copy, isInside && !Path.IsPathRooted(link) ? link : goal);
                }
                else if (entry is DirectoryInfo)
                {
                    Directory.CreateDirectory(copy);
                }
                else if (entry is FileInfo { Length: 0 })
                {
                    // It may be a pipe, whose opening would wait for a writer.
                    File.Create(copy).Dispose();
                }
                else if (!leftOut.Contains(name))
                {
                    File.Copy(entry.FullName, copy);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--copy: '{path}' cannot be copied to '{target}': {exception.Message}");
        }
    }

    private IEnumerable<FileSystemInfo> Walk(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Device }))
        {
            if (entry.FullName == except || (entry is DirectoryInfo && Array.Exists(Never, name => name == entry.Name)))
            {
                continue;
            }

            yield return entry;
            if (entry is DirectoryInfo { LinkTarget: null } inner)
            {
                foreach (var below in Walk(inner))
                {
                    yield return below;
                }
            }
        }
    }
}
