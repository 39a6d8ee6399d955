using System.IO.Enumeration;

namespace TrainingDoctor.Readers;

/// <summary>
/// The files below a folder as far as they can be logs. What is no regular file (a pipe, a device, a socket) and what is empty is left out: opening a pipe waits for its writer, for ever if need
/// be. Links to folders are not followed, since they may lead back; folders that may not be read are passed over.
/// </summary>
public static class FolderFiles
{
    /// <summary>The deepest folder that is looked into, counted from the first.</summary>
    public const int MaximumDepth = 16;

    /// <summary>Finds the files of a folder and of the folders in it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="mayBeEmpty">Whether empty files, and with them what is no regular file, are found too; to be counted, not opened.</param>
    /// <returns>The files in the order of their paths.</returns>
    /// <exception cref="ArgumentException">The path of the folder is empty.</exception>
    /// <exception cref="IOException">The folder itself cannot be read.</exception>
    public static IReadOnlyList<FileInfo> Below(string folder, bool mayBeEmpty = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0, MaxRecursionDepth = MaximumDepth };
        var files = new FileSystemEnumerable<FileInfo>(folder, static (ref FileSystemEntry entry) => (FileInfo)entry.ToFileSystemInfo(), options)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        return [.. files.Where(file => mayBeEmpty || HasContent(file)).OrderBy(file => file.FullName, StringComparer.Ordinal)];
    }

    /// <summary>Tells whether a file may be opened without waiting and holds anything. Pipes, devices and sockets have no length.</summary>
    /// <param name="file">The file; a link stands for what it leads to.</param>
    public static bool HasContent(FileInfo file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            return file.LinkTarget is null ? file is { Exists: true, Length: > 0 } : file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true, Length: > 0 };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A link that leads to itself, or away from here.
            return false;
        }
    }
}
