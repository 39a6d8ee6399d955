using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Markdown;

namespace TrainingDoctor.Differences;

/// <summary>A comparison with the diagnoses of its runs: what an exporter of comparisons shows.</summary>
/// <param name="Comparison">Where the runs part.</param>
/// <param name="Good">The reports of the runs that went well; at least one.</param>
/// <param name="Bad">The report of the run in question.</param>
public sealed record DifferenceReport(RunComparison Comparison, IReadOnlyList<DiagnosisReport> Good, DiagnosisReport Bad)
{
    /// <summary>Gets whether the run in question computes the same as the first good one, layer by layer; null where that was not asked.</summary>
    public LayerEquality? Equality { get; init; }

    /// <summary>Returns the comparison as exporters show it: names, sentences and numbers, in one language.</summary>
    /// <param name="language">The language of the sentences; English unless given.</param>
    public DifferenceDocument ToDocument(ReportLanguage? language = null) => DifferenceDocumentBuilder.Build(this, language ?? ReportLanguage.English);

    /// <summary>Returns the comparison as JSON, in English.</summary>
    public string ToJson() => ReportJson.SerializeAny(ToDocument());

    /// <summary>Returns the comparison as text for a terminal.</summary>
    /// <param name="language">The language; English unless given.</param>
    public string ToText(ReportLanguage? language = null) => DifferenceText.Write(ToDocument(language), language ?? ReportLanguage.English, text => UntrustedText.Line(text));

    /// <summary>Returns the comparison as Markdown.</summary>
    /// <param name="language">The language; English unless given.</param>
    public string ToMarkdown(ReportLanguage? language = null) => DifferenceText.Write(ToDocument(language), language ?? ReportLanguage.English, MarkdownText.Escape);

    /// <summary>Returns the comparison as one self-contained page, with the curves of the runs laid over each other.</summary>
    /// <param name="language">The language; English unless given.</param>
    public string ToHtml(ReportLanguage? language = null) => DifferencePage.Render(this, language ?? ReportLanguage.English);

    /// <summary>Writes the comparison to a file, in the format that its ending names: <c>.json</c>, <c>.html</c>, <c>.md</c>, <c>.txt</c>.</summary>
    /// <param name="path">The file; replaced when it exists, its folder made when it is missing.</param>
    /// <param name="language">The language; English unless given, and always for JSON.</param>
    /// <exception cref="ArgumentException">The path is empty, or its ending names no format of comparisons.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Write(string path, ReportLanguage? language = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string text = ReportExporters.FormatOf(path) switch
        {
            ReportFormat.Json => ToJson(),
            ReportFormat.Html => ToHtml(language),
            ReportFormat.Markdown => ToMarkdown(language),
            ReportFormat.Console => ToText(language),
            _ => throw new ArgumentException($"'{path}': a comparison is written to files that end in .json, .html, .md or .txt.", nameof(path)),
        };
        ReportFile.Write(path, writer => writer.Write(text));
    }
}
