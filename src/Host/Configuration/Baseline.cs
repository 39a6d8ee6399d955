using System.Text;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Configuration;

/// <summary>What was accepted earlier: the reports of one run or several, in one file.</summary>
/// <param name="Path">The file, as the command line names it.</param>
/// <param name="Runs">The reports; none where the file is yet to be written.</param>
internal sealed record Baseline(string Path, IReadOnlyList<ReportDocument> Runs)
{
    /// <summary>Reports have kilobytes, with the curves of many layers some megabytes; what is larger is something else, or never ends.</summary>
    private const int LargestFile = 64 << 20;

    /// <summary>Reads a baseline.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mayBeMissing">Whether the file may be missing, since it will be written.</param>
    /// <exception cref="UsageException">The file cannot be read, or holds no report.</exception>
    public static Baseline Load(string path, bool mayBeMissing)
    {
        if (mayBeMissing && !File.Exists(path))
        {
            return new Baseline(path, []);
        }

        try
        {
            return new Baseline(path, ReportJson.ParseAll(Read(path)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or ReportFormatException)
        {
            throw new UsageException($"--baseline: '{path}' is no report of this program; expected JSON that --output wrote: {exception.Message}");
        }
    }

    /// <summary>Finds the report that a run is compared with: the only one, else that of the same file, else that of the same name.</summary>
    /// <param name="run">The run.</param>
    /// <returns>Null when there is none: all that is found is new then.</returns>
    public ReportDocument? Of(RunDescription run) => Runs switch
    {
        [] => null,
        [var only] => only,
        _ => Only(report => report.Run.Path == run.Path && report.Run.Name == run.Name) ?? Only(report => report.Run.Path is not null && report.Run.Path == run.Path) ?? Only(report => report.Run.Name == run.Name),
    };

    private ReportDocument? Only(Func<ReportDocument, bool> fits) => Runs.Where(fits).Take(2).ToList() is [var only] ? only : null;

    private static string Read(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        var text = new StringBuilder();
        char[] buffer = new char[1 << 16];
        for (int count = reader.Read(buffer); count > 0; count = reader.Read(buffer))
        {
            text.Append(buffer, 0, count);
            if (text.Length > LargestFile)
            {
                throw new IOException($"it is larger than {LargestFile >> 20} MB.");
            }
        }

        return text.ToString();
    }
}
