using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Watch;

/// <summary>What tells whether a file, or anything in a folder, has changed.</summary>
/// <param name="Files">How many files there are.</param>
/// <param name="Length">Their bytes together.</param>
/// <param name="Written">When the last was written, in ticks.</param>
internal sealed record FileMark(int Files, long Length, long Written)
{
    /// <summary>Takes the mark of a file or folder.</summary>
    /// <param name="path">The file or folder; one that is gone gives an empty mark.</param>
    public static FileMark Of(string path)
    {
        IEnumerable<FileInfo> files = Directory.Exists(path) ? FolderFiles.Below(path, mayBeEmpty: true) : [new FileInfo(path)];
        var mark = new FileMark(0, 0, 0);
        foreach (var file in files)
        {
            if (file.Exists)
            {
                mark = new FileMark(mark.Files + 1, mark.Length + file.Length, Math.Max(mark.Written, file.LastWriteTimeUtc.Ticks));
            }
        }

        return mark;
    }
}
