using System.Globalization;
using System.Text;
using System.Xml;
using TrainingDoctor.Reports.Runs;
using TrainingDoctor.Reports.Wording;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Reports;

/// <summary>
/// Writes reports as JUnit XML, for test result tabs, always in English: one suite for each run and in it one case for each rule, named after the rule alone, so that a CI system
/// knows it again in the next build. A case fails where a finding fails the job; other findings are its output; a rule that could not judge is skipped with the reason.
/// </summary>
/// <param name="options">What fails the job; errors unless given.</param>
public sealed class JunitReportExporter(ExportOptions? options = null) : IReportExporter
{
    private readonly ExportOptions _options = options ?? new ExportOptions();

    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Junit;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer) => Write([report], writer);

    /// <inheritdoc/>
    public void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(writer);
        var labels = RunLabels.Of([.. reports.Select(report => report.Run)]);
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true, CheckCharacters = true }))
        {
            xml.WriteStartElement("testsuites");
            for (int i = 0; i < reports.Count; i++)
            {
                WriteSuite(xml, reports[i], labels[i]);
            }

            xml.WriteEndElement();
        }

        writer.Write("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + text + "\n");
    }

    private void WriteSuite(XmlWriter xml, DiagnosisReport report, string label)
    {
        var document = report.ToDocument();
        var rules = report.Rules.Select(status => status.Rule).Concat(report.Findings.Select(finding => finding.Rule)).DistinctBy(rule => rule.Id).OrderBy(rule => rule.Id, StringComparer.Ordinal).ToList();
        var findings = document.Findings.ToLookup(finding => finding.RuleId);
        var statuses = document.Rules.ToDictionary(rule => rule.RuleId);
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", document.Run.Path is { } path && path != label ? $"{label} ({path})" : label);
        Attribute(xml, "tests", rules.Count.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "failures", rules.Count(rule => findings[rule.Id].Any(Fails)).ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "errors", "0");
        Attribute(xml, "skipped", rules.Count(rule => !findings[rule.Id].Any() && IsUnjudged(statuses.GetValueOrDefault(rule.Id))).ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "time", (document.Run.DurationSeconds ?? 0).ToString("0.###", CultureInfo.InvariantCulture));
        if (report.Run.StartedAt is { } started)
        {
            Attribute(xml, "timestamp", started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        }

        foreach (var rule in rules)
        {
            xml.WriteStartElement("testcase");
            Attribute(xml, "name", $"{rule.Id} {rule.Name}");
            Attribute(xml, "classname", $"traindoctor.{KebabCase.Of(rule.Category)}");
            Attribute(xml, "time", "0");
            WriteOutcome(xml, [.. findings[rule.Id]], statuses.GetValueOrDefault(rule.Id), document.Baseline);
            xml.WriteEndElement();
        }

        WriteFixed(xml, document.Baseline);
        xml.WriteEndElement();

        bool Fails(FindingDocument finding) => _options.Fails(finding, document.Baseline);
    }

    private void WriteOutcome(XmlWriter xml, List<FindingDocument> findings, RuleStatusDocument? status, BaselineDocument? baseline)
    {
        var failing = findings.Where(finding => _options.Fails(finding, baseline)).ToList();
        var others = findings.Except(failing).ToList();
        if (failing.Count > 0)
        {
            xml.WriteStartElement("failure");
            Attribute(xml, "type", KebabCase.Of(failing.Max(finding => finding.Severity)));
            Attribute(xml, "message", string.Join(" ", failing.Select(finding => finding.Headline)));
            xml.WriteString(Valid(string.Join("\n", failing.Select(finding => Describe(finding, baseline)))));
            xml.WriteEndElement();
        }
        else if (others.Count == 0 && IsUnjudged(status))
        {
            xml.WriteStartElement("skipped");
            Attribute(xml, "message", $"{KebabCase.Of(status!.Status)}: {status.Reason}");
            xml.WriteEndElement();
        }

        if (others.Count > 0)
        {
            xml.WriteElementString("system-out", Valid(string.Join("\n", others.Select(finding => $"{KebabCase.Of(finding.Severity)}: {Describe(finding, baseline)}"))));
        }
    }

    private static void WriteFixed(XmlWriter xml, BaselineDocument? baseline)
    {
        if (baseline is { Fixed.Count: > 0 })
        {
            xml.WriteElementString("system-out", Valid($"Fixed since the baseline: {string.Join("; ", baseline.Fixed.Select(gone => $"{gone.RuleId} {gone.Rule}: {gone.Title}"))}"));
        }
    }

    private static bool IsUnjudged(RuleStatusDocument? status) => status?.Status is RuleOutcome.NotEvaluated or RuleOutcome.Off;

    private static string Describe(FindingDocument finding, BaselineDocument? baseline)
    {
        string change = baseline?.ChangeOf(finding.Id) is { } state ? $" [{ChangeWording.Of(state)}]" : string.Empty;

        // In the log of a build server a line that begins with a command of it is obeyed: only ours may begin here.
        var text = new StringBuilder(UntrustedText.Line(finding.Title)).Append(change).Append('\n').Append(UntrustedText.Line(finding.Message)).Append('\n');
        if (finding.Layers.Count > 0)
        {
            text.Append("Layers: ").AppendJoin(", ", finding.Layers.Select(UntrustedText.Line)).Append('\n');
        }

        if (finding.Causes.Count > 0)
        {
            text.Append("Likely cause: ").AppendJoin(", ", finding.Causes.Select(cause => string.Create(CultureInfo.InvariantCulture, $"{CauseWording.Of(cause.Cause)} ({cause.Likelihood:P0})"))).Append('\n');
        }

        foreach (var remedy in finding.Remedies)
        {
            text.Append(CultureInfo.InvariantCulture, $"{remedy.Rank}. {UntrustedText.Line(remedy.Title)}\n");
        }

        return text.ToString();
    }

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Valid(value));

    /// <summary>XML has no place for most control characters, however they are escaped.</summary>
    private static string Valid(string text)
    {
        var valid = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                valid.Append(text[i]).Append(text[++i]);
            }
            else
            {
                valid.Append(XmlConvert.IsXmlChar(text[i]) ? text[i] : '\uFFFD');
            }
        }

        return valid.ToString();
    }
}
