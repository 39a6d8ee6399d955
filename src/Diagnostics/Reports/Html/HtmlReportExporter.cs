using System.Globalization;
using TrainingDoctor.Reports.Html;
using TrainingDoctor.Reports.Runs;

namespace TrainingDoctor.Reports;

/// <summary>Writes a report as one self-contained page; of several runs an index, with a page for each where there is a folder to put them.</summary>
/// <param name="language">The language; English unless given.</param>
public sealed class HtmlReportExporter(ReportLanguage? language = null) : IReportExporter
{
    private const int LongestName = 60;

    private readonly ReportLanguage _language = language ?? ReportLanguage.English;

    /// <summary>Gets the logs that could not be read: the table of several runs has a row for each.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<UnreadLog> Unread { get; init; } = [];

    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Html;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(HtmlPage.Render(report.ToDocument(_language), _language));
    }

    /// <inheritdoc/>
    /// <remarks>Of several runs this is the index alone, since a writer has no folder; <see cref="ReportExporters.Write"/> writes their pages too.</remarks>
    public void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(writer);
        if (reports is [var only] && Unread.Count == 0)
        {
            Write(only, writer);
            return;
        }

        writer.Write(HtmlIndex.Render(reports, RunRows.Of(reports, _language), null, _language, unread: Unread));
    }

    /// <summary>Writes the table of runs whose pages stand at known addresses, to be shown within another page.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="addresses">The address of each run's page, from the root of the site.</param>
    /// <param name="writer">Takes the page.</param>
    /// <exception cref="ArgumentException">There are not as many addresses as reports.</exception>
    public void WriteTable(IReadOnlyList<DiagnosisReport> reports, IReadOnlyList<string> addresses, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentNullException.ThrowIfNull(writer);
        if (reports.Count != addresses.Count)
        {
            throw new ArgumentException($"Expected {reports.Count} addresses, got {addresses.Count}.", nameof(addresses));
        }

        writer.Write(HtmlIndex.Render(reports, RunRows.Of(reports, _language), addresses, _language, isFramed: true, Unread));
    }

    /// <summary>Writes the index of several runs, and beside it a folder with the page of each.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="path">The file of the index.</param>
    internal void WriteWithPages(IReadOnlyList<DiagnosisReport> reports, string path)
    {
        var rows = RunRows.Of(reports, _language);
        string folder = $"{Path.GetFileNameWithoutExtension(path)}-runs";
        string[] pages = [.. Names(rows).Select(name => $"{folder}/{name}.html")];
        string beside = Path.GetDirectoryName(Path.GetFullPath(path))!;
        for (int i = 0; i < reports.Count; i++)
        {
            var report = reports[i];
            ReportFile.Write(Path.Combine(beside, pages[i]), writer => Write(report, writer));
        }

        ReportFile.Write(path, writer => writer.Write(HtmlIndex.Render(reports, rows, pages, _language, unread: Unread)));
    }

    /// <summary>Names that every file system takes, in the order of the table.</summary>
    private static IEnumerable<string> Names(IReadOnlyList<RunRowDocument> rows)
    {
        int digits = rows.Count.ToString(CultureInfo.InvariantCulture).Length;
        return rows.Select((row, index) =>
        {
            string plain = string.Concat(row.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')).Trim('-');
            return $"{(index + 1).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')}-{plain[..Math.Min(LongestName, plain.Length)]}".TrimEnd('-');
        });
    }
}
