using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Documents;

namespace TrainingDoctor;

/// <summary>The diagnosis of one run with everything that an exporter may show. Immutable; complete before any exporter runs.</summary>
public sealed record DiagnosisReport
{
    private DiagnosisReport(RunDiagnosis diagnosis)
    {
        Diagnosis = diagnosis;
        Run = diagnosis.Facts.Run;
        Coverage = LayerCoverage.Of(diagnosis.Facts);
    }

    /// <summary>Gets what the rules found.</summary>
    public RunDiagnosis Diagnosis { get; private init; }

    /// <summary>Gets what is known of the run.</summary>
    public RunDescription Run { get; }

    /// <summary>Gets the judgement as a whole.</summary>
    public Verdict Verdict => Diagnosis.Verdict;

    /// <summary>Gets the finding judged the root of the others; null when nothing at warning or above was found.</summary>
    public Finding? Primary => Diagnosis.Primary;

    /// <summary>Gets what is wrong, why, and what to do, in a sentence or two: the title of the report.</summary>
    public Text Headline => Reports.Wording.Headline.Of(this);

    /// <summary>Gets all findings, the primary first, consequences behind what they follow from.</summary>
    public IReadOnlyList<Finding> Findings => Diagnosis.Findings;

    /// <summary>Gets what came of each rule.</summary>
    public IReadOnlyList<RuleStatus> Rules => Diagnosis.Rules;

    /// <summary>Gets the curves, thinned out for plots.</summary>
    public RunSeries Series { get; private init; } = RunSeries.Empty;

    /// <summary>Gets how long the run, or the reading of its log, took; null when it was not measured.</summary>
    public TimeSpan? Duration { get; private init; }

    /// <summary>Gets how much of the model was seen; null when its structure is not known.</summary>
    public LayerCoverage? Coverage { get; }

    /// <summary>Gets what came of trying remedies.</summary>
    public IReadOnlyDictionary<RemedyReference, TrialResult> Trials { get; private init; } = new Dictionary<RemedyReference, TrialResult>();

    /// <summary>Gets what a live cure did to the run; empty when there was none.</summary>
    public IReadOnlyList<Intervention> Interventions { get; private init; } = [];

    /// <summary>Gets how the report stands to a baseline; null when it was compared to none.</summary>
    public ReportComparison? Baseline { get; private init; }

    /// <summary>Gets the file of the baseline; null when it came from none.</summary>
    public string? BaselinePath { get; private init; }

    /// <summary>Makes the report of a run that is over.</summary>
    /// <param name="diagnosis">What the rules found.</param>
    /// <param name="series">The curves; null for a report without plots.</param>
    /// <param name="duration">How long the run took; null when it is not known.</param>
    public static DiagnosisReport Create(RunDiagnosis diagnosis, SeriesCollector? series = null, TimeSpan? duration = null)
    {
        ArgumentNullException.ThrowIfNull(diagnosis);
        return new DiagnosisReport(diagnosis) { Series = series?.ToSeries() ?? RunSeries.Empty, Duration = duration };
    }

    /// <summary>Returns what is wrong, why, and what to do about one finding, in a sentence or two.</summary>
    /// <param name="finding">A finding of this report.</param>
    public Text HeadlineOf(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return Reports.Wording.Headline.Of(finding, Diagnosis.Facts, finding.Id == Primary?.Id ? Diagnosis.Price : null);
    }

    /// <summary>Returns the report with what came of trying remedies.</summary>
    /// <param name="trials">The trials.</param>
    public DiagnosisReport WithTrials(IReadOnlyDictionary<RemedyReference, TrialResult> trials) => this with { Trials = trials };

    /// <summary>Returns the report with what a live cure did.</summary>
    /// <param name="interventions">The interventions.</param>
    public DiagnosisReport WithInterventions(IReadOnlyList<Intervention> interventions) => this with { Interventions = [.. interventions] };

    /// <summary>Returns the report with each finding marked as new, worse or unchanged against an earlier report.</summary>
    /// <param name="baseline">The earlier report, see <see cref="ReportJson.Parse"/>; null for none, against which everything is new.</param>
    /// <param name="path">The file that it came from; null for none.</param>
    public DiagnosisReport WithBaseline(ReportDocument? baseline, string? path = null) => this with { Baseline = ReportComparison.Between(baseline, ToDocument()), BaselinePath = path };

    /// <summary>Returns the report without its curves, as <c>--no-series</c> writes it.</summary>
    public DiagnosisReport WithoutSeries() => this with { Series = RunSeries.Empty };

    /// <summary>Returns the report without what rules alone look at. What is written of it is the same.</summary>
    internal DiagnosisReport WithoutCurves() => this with { Diagnosis = Diagnosis with { Facts = Diagnosis.Facts.WithoutCurves() } };

    /// <summary>Returns the report as exporters show it: names, sentences and numbers, in one language.</summary>
    /// <param name="language">The language of the sentences; English unless given.</param>
    public ReportDocument ToDocument(ReportLanguage? language = null) => ReportDocumentBuilder.Build(this, language ?? ReportLanguage.English);

    /// <summary>Returns the report in a few lines, as the console begins it: the verdict, what was found, and what to do first.</summary>
    public override string ToString() => ReportSummary.Of(this);

    /// <summary>Returns the report as JSON (schema version 1.1), in English.</summary>
    public string ToJson() => ReportJson.Serialize(ToDocument());

    /// <summary>Writes the report to a file, in the format that the file's ending names: <c>.html</c>, <c>.json</c>, <c>.md</c>, <c>.sarif</c>, <c>.xml</c>, <c>.txt</c>.</summary>
    /// <param name="path">The file; replaced when it exists, its folder made when it is missing.</param>
    /// <exception cref="ArgumentException">The path is empty, or its ending names no format.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Write(string path) => ReportExporters.Write([this], path);

    /// <summary>Writes the report as JSON (schema version 1.1), in English.</summary>
    /// <param name="path">The file; replaced when it exists, its folder made when it is missing.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void WriteJson(string path) => WriteTo(new JsonReportExporter(), path);

    /// <summary>Writes the report in any format.</summary>
    /// <param name="exporter">The format.</param>
    /// <param name="writer">Takes the text.</param>
    public void WriteTo(IReportExporter exporter, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(exporter);
        exporter.Write(this, writer);
    }

    /// <summary>Writes the report in any format to a file, UTF-8 without byte-order mark.</summary>
    /// <param name="exporter">The format.</param>
    /// <param name="path">The file; replaced when it exists, its folder made when it is missing.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void WriteTo(IReportExporter exporter, string path)
    {
        ArgumentNullException.ThrowIfNull(exporter);
        ArgumentException.ThrowIfNullOrEmpty(path);

        ReportFile.Write(path, writer => exporter.Write(this, writer));
    }
}

/// <summary>Names one remedy of one finding.</summary>
/// <param name="FindingId">The finding, e.g. <c>F1</c>.</param>
/// <param name="RemedyId">The remedy within the finding, e.g. <c>R1</c>.</param>
public sealed record RemedyReference(string FindingId, string RemedyId)
{
    /// <summary>Returns the identity of a finding's remedy by its place.</summary>
    /// <param name="index">The place in <see cref="Finding.Remedies"/>, from 0.</param>
    public static string IdOf(int index) => FormattableString.Invariant($"R{index + 1}");
}
