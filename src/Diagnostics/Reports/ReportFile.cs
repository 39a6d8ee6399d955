using System.Text;

namespace TrainingDoctor.Reports;

/// <summary>One file of a report.</summary>
internal static class ReportFile
{
    private const int BufferSize = 64 * 1024;

    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes a file, UTF-8 without byte-order mark, and makes its folder when it is missing.</summary>
    /// <param name="path">The file; what it held is replaced when it exists, so that links and devices stay what they are.</param>
    /// <param name="write">Writes the text.</param>
    public static void Write(string path, Action<TextWriter> write)
    {
        // A draft first: a fault in an exporter must not leave half a file behind.
        using var draft = Draft();
        using (var writer = new StreamWriter(draft, Encoding, BufferSize, leaveOpen: true) { NewLine = "\n" })
        {
            write(writer);
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        draft.Position = 0;
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        draft.CopyTo(file, BufferSize);
    }

    /// <summary>A file that nobody sees, since the reports of ten thousand runs do not belong into memory; memory where there is no room for temporary files.</summary>
    private static Stream Draft()
    {
        try
        {
            return new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferSize, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new MemoryStream();
        }
    }
}
