using System.Globalization;

namespace TrainingDoctor.Host.Shell;

/// <summary>A file that a command will write once its work is done.</summary>
internal static class OutputPath
{
    /// <summary>Makes sure, before the work begins, that a file can be written: hours of reading must not end at a folder that is missing.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">The file; its folder is made when it is missing.</param>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static void Check(string option, string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw new IOException("it is a folder.");
            }

            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            var file = new FileInfo(path);
            if (!file.Exists)
            {
                file.Create().Dispose();
                file.Delete();
            }
            else if (file.Length > 0)
            {
                // What has no length may be a pipe, whose reader would take the closing for the end.
                file.Open(FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{option}: '{path}' cannot be written: {exception.Message}");
        }
    }

    /// <summary>Returns the file of one of several: <c>report.json</c> becomes <c>report-2.json</c>.</summary>
    /// <param name="path">The file that was named.</param>
    /// <param name="number">Which of them, from 1.</param>
    public static string Numbered(string path, int number) => Path.Combine(
        Path.GetDirectoryName(path) ?? string.Empty,
        string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}"));
}
