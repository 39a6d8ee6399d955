using System.Globalization;
using System.Text;

namespace TrainingDoctor.Reports;

/// <summary>Writes a report as Markdown, for GitHub's job summary and pull requests.</summary>
/// <param name="language">The language; English unless given.</param>
public sealed class MarkdownReportExporter(ReportLanguage? language = null) : IReportExporter
{
    private readonly ReportLanguage _language = language ?? ReportLanguage.English;

    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Markdown;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(writer);
        var document = report.ToDocument(_language);
        var text = new StringBuilder();
        string sign = document.Verdict switch { Verdict.Ill => "🔴", Verdict.Warning => "🟡", Verdict.Healthy => "🟢", _ => "⚪" };
        text.Append(CultureInfo.InvariantCulture, $"## {sign} {MarkdownText.Escape(document.Run.Name)}: {Say(VerdictWording.Of(document.Verdict))}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Say(VerdictWording.Explain(document.Verdict))}\n\n{string.Join(" · ", RunWording.Facts(document.Run).Select(Say))}\n\n");
        WriteSummary(document, text);
        foreach (var finding in document.Findings)
        {
            WriteFinding(finding, document, text);
        }

        WriteUnjudged(document, text);
        writer.Write(text.ToString());
    }

    private void WriteSummary(ReportDocument document, StringBuilder text)
    {
        if (document.Findings.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"| {Say($"Severity")} | {Say($"Rule")} | {Say($"Finding")} | {Say($"Steps")} |\n|---|---|---|---|\n");
        foreach (var finding in document.Findings)
        {
            string change = document.Baseline?.ChangeOf(finding.Id) is { } state ? $" ({Say(ChangeWording.Of(state))})" : string.Empty;
            string steps = RunWording.Steps(finding) is { } where ? Say(where) : string.Empty;
            text.Append(CultureInfo.InvariantCulture, $"| {Sign(finding.Severity)} {Say(VerdictWording.Of(finding.Severity))}{change} | {finding.RuleId} {finding.Rule} | {MarkdownText.Escape(finding.Title)} | {steps} |\n");
        }

        text.Append('\n');
        if (document.Baseline is { Fixed.Count: > 0 } baseline)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Say($"Fixed since the baseline")}: {string.Join(", ", baseline.Fixed.Select(gone => $"{gone.RuleId} {gone.Rule}"))}\n\n");
        }
    }

    private void WriteFinding(FindingDocument finding, ReportDocument document, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"### {Sign(finding.Severity)} {finding.Id}: {MarkdownText.Escape(finding.Title)}\n\n{MarkdownText.Escape(finding.Message)}\n\n");
        if (finding.Layers.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Say($"Layers")}: {string.Join(", ", finding.Layers.Select(MarkdownText.Code))}\n\n");
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
            text.Append(CultureInfo.InvariantCulture, $"{remedy.Rank}. **{MarkdownText.Escape(remedy.Title)}**: {MarkdownText.Escape(remedy.Rationale)}");
            text.Append(remedy.Caveat is { } caveat ? $" *{Say($"Mind: {caveat}")}*" : string.Empty);
            text.Append(remedy.Trial is { } trial ? $" {Say(RunWording.Trial(trial))}\n" : "\n");
            if (remedy.Code is { } code)
            {
                text.Append('\n').Append(Indent(MarkdownText.Block(code, "csharp"))).Append('\n');
            }
        }

        text.Append(finding.Remedies.Count > 0 ? "\n" : string.Empty);
    }

    private void WriteUnjudged(ReportDocument document, StringBuilder text)
    {
        var unjudged = document.Rules.Where(rule => rule.Status is RuleOutcome.NotEvaluated or RuleOutcome.Off).ToList();
        if (unjudged.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"<details><summary>{Say($"{unjudged.Count} of {document.Rules.Count} rules were not evaluated")}</summary>\n\n| {Say($"Rule")} | {Say($"Why not evaluated")} |\n|---|---|\n");
        foreach (var rule in unjudged)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {rule.RuleId} {rule.Rule} | {MarkdownText.Escape(rule.Reason ?? string.Empty)} |\n");
        }

        text.Append("\n</details>\n");
    }

    private static string Indent(string block) => string.Concat(block.TrimEnd('\n').Split('\n').Select(line => $"   {line}\n"));

    private static string Sign(Severity severity) => severity switch { Severity.Error => "❌", Severity.Warning => "⚠️", _ => "ℹ️" };

    private string Say(Text text) => MarkdownText.Escape(_language.Of(text));
}
