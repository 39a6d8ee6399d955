namespace TrainingDoctor.Readers.Opening;

/// <summary>Files that lie beside a log and are read whole: configurations, and what trackers note.</summary>
internal static class SmallFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">The most that it may have.</param>
    /// <returns>Its text; null where there is none, it is larger, or no regular file, which would be waited for.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string? Text(string path, long mostBytes)
    {
        var file = new FileInfo(path);
        return FolderFiles.HasContent(file) && LengthOf(file) <= mostBytes ? File.ReadAllText(path) : null;
    }

    private static long LengthOf(FileInfo file) => file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : file.Length;
}
