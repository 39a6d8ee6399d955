using System.Globalization;
using System.Text;
using TrainingDoctor.Parsing;
using TrainingDoctor.Reports.Html;
using TrainingDoctor.Reports.Markdown;
using TrainingDoctor.Reports.Runs;
using TrainingDoctor.Reports.Terminal;
using TrainingDoctor.Reports.Wording;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Reports;

/// <summary>Writes a report as Markdown, for GitHub's job summary and pull requests.</summary>
/// <param name="language">The language; English unless given.</param>
public sealed class MarkdownReportExporter(ReportLanguage? language = null) : IReportExporter
{
    /// <summary>Nobody sees it; the reader of logs knows the file by it.</summary>
    private const string Mark = $"<!-- {ReportMark.Words} -->";

    private readonly ReportLanguage _language = language ?? ReportLanguage.English;

    /// <summary>Gets the logs that could not be read.</summary>
    internal IReadOnlyList<UnreadLog> Unread { get; init; } = [];

    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Markdown;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(writer);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Mark}\n\n## {Heading(report.Verdict, report.Run.Name)}\n\n");
        WriteReport(report, text);
        writer.Write(text.ToString());
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(writer);
        if (reports is [var only] && Unread.Count == 0)
        {
            Write(only, writer);
            return;
        }

        var text = new StringBuilder();
        var rows = RunRows.Of(reports, _language);
        text.Append(CultureInfo.InvariantCulture, $"{Mark}\n\n## {MarkdownText.Escape(RunTableWording.Count(reports, Unread, _language))}\n\n");
        WriteTable(rows, text);
        for (int i = 0; i < reports.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<details><summary>{Heading(reports[i].Verdict, rows[i].Name)}</summary>\n\n");
            WriteReport(reports[i], text);
            text.Append("\n</details>\n\n");
        }

        writer.Write(text.ToString());
    }

    private void WriteTable(IReadOnlyList<RunRowDocument> rows, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", RunTableWording.Columns.Select(Say))} |\n|---|---|---:|---:|---:|---|---|\n");
        foreach (var row in rows)
        {
            string finding = row.Finding is { } root ? $"{root.RuleId} {root.Rule}" : string.Empty;
            text.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Escape(row.Name)} | {Sign(row.Verdict)} {Say(VerdictWording.Of(row.Verdict))} | {row.Steps.ToString("N0", CultureInfo.InvariantCulture)} | {RunTableWording.Best(row.BestLoss)} | {RunTableWording.Last(row.LastLoss)} | {finding} | {MarkdownText.Escape(row.Headline)} |\n");
        }

        foreach (var log in Unread)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Escape(log.Path)} | {Sign(Verdict.Inconclusive)} {Say(RunTableWording.Unreadable)} | | | | | {Say(log.Reason)} |\n");
        }

        text.Append('\n');
    }

    private void WriteReport(DiagnosisReport report, StringBuilder text)
    {
        var document = report.ToDocument(_language);
        text.Append(CultureInfo.InvariantCulture, $"**{MarkdownText.Escape(document.Summary ?? _language.Of(VerdictWording.Explain(document.Verdict)))}**\n\n");
        WriteCurve(document, text);
        if ((document.Price?.Text ?? document.VerdictReason) is { } more && more != document.Summary)
        {
            text.Append(CultureInfo.InvariantCulture, $"{MarkdownText.Escape(more)}\n\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{string.Join(" · ", RunWording.Facts(document.Run).Concat(RunWording.Origin(document.Run)).Select(Say))}\n\n");
        if (document.Verdict == Verdict.Healthy)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Say($"Looked at: {string.Join(", ", document.Examined)}.")}\n\n{Say($"What this run can't show: {string.Join("; ", document.CannotTell)}.")}\n\n");
        }

        if (document.Findings.FirstOrDefault(finding => finding.Id == document.Primary) is { } primary)
        {
            WriteFinding(primary, document, text);
        }

        WriteSummary(document, text);
        foreach (var finding in document.Findings.Where(finding => finding.Id != document.Primary))
        {
            WriteFolded(finding, document, text);
        }

        WriteUnjudged(document, text);
    }

    /// <summary>The curve that the run is judged by, with the step marked at which the trouble began.</summary>
    private void WriteCurve(ReportDocument document, StringBuilder text)
    {
        const int Width = 60;
        Metric[] choices = [Metric.Loss, Metric.ValidationLoss, Metric.Reward, Metric.Accuracy, Metric.ValidationAccuracy];
        if (choices.Select(metric => (Metric: metric, Series: document.Series?.GetValueOrDefault(MetricCatalog.NameOf(metric))?.FirstOrDefault(series => series.Scope is null)))
            .FirstOrDefault(found => found.Series is { Steps.Count: > 1 }) is not { Series: { } series } curve)
        {
            return;
        }

        string name = _language.Of(MetricWording.Of(curve.Metric));
        string drawn = $"{name}  {Sparkline.Draw(series.Steps, series.Values, Width, isUnicode: true)}  {Numbers.Short(series.Values[0])} → {Numbers.Short(series.Values[^1])}\n";
        string mark = TroubleOnset.Of(document) is { } onset && Sparkline.Place(onset, series.Steps, Width) is { } column
            ? $"{new string(' ', WidthOf(name) + 2 + column)}▲ {_language.Of($"step {onset:N0}")}\n"
            : string.Empty;
        text.Append(MarkdownText.Block(drawn + mark, "text")).Append('\n');
    }

    /// <summary>Characters of Chinese and Japanese are as wide as two in a block of code.</summary>
    private static int WidthOf(string text) => text.Sum(c => c >= '\u1100' ? 2 : 1);

    /// <summary>What is not the root is one line until somebody asks.</summary>
    private void WriteFolded(FindingDocument finding, ReportDocument document, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"<details><summary>{Sign(finding.Severity)} {finding.Id}: {MarkdownText.Escape(finding.Title)}{Change(finding, document)}</summary>\n\n");
        WriteFinding(finding, document, text);
        text.Append("</details>\n\n");
    }

    private void WriteSummary(ReportDocument document, StringBuilder text)
    {
        if (document.Findings.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Say($"Severity")} | {Say($"Rule")} | {Say($"Finding")} | {Say($"Steps")} |\n|---|---|---|---|\n");
            foreach (var finding in document.Findings)
            {
                string steps = RunWording.Steps(finding) is { } where ? Say(where) : string.Empty;
                text.Append(CultureInfo.InvariantCulture, $"| {Sign(finding.Severity)} {Say(VerdictWording.Of(finding.Severity))}{Change(finding, document)} | {finding.RuleId} {finding.Rule} | {MarkdownText.Escape(finding.Title)} | {steps} |\n");
            }

            text.Append('\n');
        }

        if (document.Baseline is { Fixed.Count: > 0 } baseline)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Say($"Fixed since the baseline")}: {string.Join(", ", baseline.Fixed.Select(gone => $"{gone.RuleId} {gone.Rule}"))}\n\n");
        }
    }

    private void WriteFinding(FindingDocument finding, ReportDocument document, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"### {Sign(finding.Severity)} {finding.Id}: {MarkdownText.Escape(finding.Title)}{Change(finding, document)}\n\n{MarkdownText.Escape(finding.Message)}\n\n");
        if (finding.Layers.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Say($"Layers")}: {string.Join(", ", finding.Layers.Select(MarkdownText.Code))}\n\n");
        }

        if (finding.Location is { } place)
        {
            text.Append(CultureInfo.InvariantCulture, $"{MarkdownText.Escape(Say(PlaceWording.Of(place)))}\n\n");
        }

        if (finding.Analyzer is { } analyzer)
        {
            text.Append(CultureInfo.InvariantCulture, $"{MarkdownText.Escape(Say(PlaceWording.AtBuild(analyzer)))}\n\n");
        }

        if (document.Findings.FirstOrDefault(other => other.Id == finding.ConsequenceOf) is { } root)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Say($"Follows from {root.Id}: {root.Title}")}\n\n");
        }

        if (finding.Causes.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"**{Say($"Likely cause")}:** {string.Join(", ", finding.Causes.Select(cause => $"{Say(CauseWording.Of(cause.Cause))} ({cause.Likelihood.ToString("P0", CultureInfo.InvariantCulture)})"))}\n\n");
        }

        foreach (var remedy in finding.Remedies)
        {
            if (remedy.Rank == 2)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(finding.Remedies[0].Code is null ? "\n" : string.Empty)}<details><summary>{Say($"If it persists")}</summary>\n\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{remedy.Rank}. **{MarkdownText.Escape(remedy.Title)}**: {MarkdownText.Escape(remedy.Rationale)}");
            text.Append(remedy.Caveat is { } caveat ? $" *{Say($"Caveat: {caveat}")}*" : string.Empty);
            text.Append(remedy.Trial is { } trial ? $" {Say(RunWording.Trial(trial))}\n" : "\n");
            if (remedy.Code is { } code)
            {
                text.Append('\n').Append(Indent(MarkdownText.Block(code, remedy.Language ?? "csharp"))).Append('\n');
            }
        }

        text.Append(finding.Remedies.Count switch { 0 => string.Empty, 1 => "\n", _ => "\n</details>\n\n" });
    }

    private void WriteUnjudged(ReportDocument document, StringBuilder text)
    {
        var unjudged = document.Rules.Where(rule => rule.Status is RuleOutcome.NotEvaluated or RuleOutcome.Off).ToList();
        if (unjudged.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"<details><summary>{Say(NeedWording.Of(document.Rules, _language)!)}</summary>\n\n| {Say($"Rule")} | {Say($"Why not evaluated")} |\n|---|---|\n");
        foreach (var rule in unjudged)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {rule.RuleId} {rule.Rule} | {MarkdownText.Escape(rule.Reason ?? string.Empty)} |\n");
        }

        text.Append("\n</details>\n");
    }

    private static string Indent(string block) => string.Concat(block.TrimEnd('\n').Split('\n').Select(line => $"   {line}\n"));

    private string Change(FindingDocument finding, ReportDocument document) =>
        document.Baseline?.ChangeOf(finding.Id) is { } state ? $" ({Say(ChangeWording.Of(state))})" : string.Empty;

    private string Heading(Verdict verdict, string name) => $"{Sign(verdict)} {MarkdownText.Escape(name)}: {Say(VerdictWording.Of(verdict))}";

    private static string Sign(Verdict verdict) => verdict switch { Verdict.Ill => "🔴", Verdict.Warning => "🟡", Verdict.Healthy => "🟢", _ => "⚪" };

    private static string Sign(Severity severity) => severity switch { Severity.Error => "❌", Severity.Warning => "⚠️", _ => "ℹ️" };

    private string Say(Text text) => MarkdownText.Escape(_language.Of(text));
}
