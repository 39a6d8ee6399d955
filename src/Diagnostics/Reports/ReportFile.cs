using System.Globalization;
using System.Text;

namespace TrainingDoctor.Reports;

/// <summary>One file of a report.</summary>
internal static class ReportFile
{
    /// <summary>Writes a file, UTF-8 without byte-order mark, and makes its folder when it is missing.</summary>
    /// <param name="path">The file; replaced when it exists.</param>
    /// <param name="write">Writes the text.</param>
    public static void Write(string path, Action<TextWriter> write)
    {
        // The whole text first: a fault in an exporter must not leave half a file behind.
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        write(text);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File.WriteAllText(path, text.ToString(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}
