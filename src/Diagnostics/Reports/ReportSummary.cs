using System.Globalization;
using System.Text;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports;

/// <summary>A report in a few lines of English: what a program prints that prints a report.</summary>
internal static class ReportSummary
{
    /// <summary>Writes the summary.</summary>
    /// <param name="report">The report.</param>
    public static string Of(DiagnosisReport report)
    {
        var document = report.ToDocument();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{VerdictWording.Of(report.Verdict).ToString().ToUpperInvariant()}: {report.Run.Name} ({string.Join(", ", RunWording.Facts(document.Run))})\n{document.Summary}");
        if (document.Price is { Text: { } price })
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{price}");
        }

        foreach (var finding in report.Findings.Where(finding => finding.ConsequenceOf is null))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{finding}");
            if (finding.Remedies is [var remedy, ..])
            {
                text.Append(CultureInfo.InvariantCulture, $"\n  What to do: {remedy.Title}");
            }
        }

        int consequences = report.Findings.Count(finding => finding.ConsequenceOf is not null);
        text.Append(consequences switch { 0 => string.Empty, 1 => "\n1 more finding follows from these.", _ => string.Create(CultureInfo.InvariantCulture, $"\n{consequences} more findings follow from these.") });
        return text.ToString();
    }
}
