using System.Globalization;
using System.Text;
using System.Xml;

namespace TrainingDoctor.Reports;

/// <summary>
/// Writes a report as JUnit XML, for test result tabs, always in English: one case for each finding, failed at warning and error; one for each rule that passed;
/// one, skipped with the reason, for each rule that could not judge.
/// </summary>
public sealed class JunitReportExporter : IReportExporter
{
    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Junit;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(writer);
        var document = report.ToDocument();
        var categories = report.Rules.Select(status => status.Rule).Concat(report.Findings.Select(finding => finding.Rule)).DistinctBy(rule => rule.Id).ToDictionary(rule => rule.Id, rule => KebabCase.Of(rule.Category));
        var unfound = document.Rules.Where(rule => rule.Status != RuleOutcome.Found && document.Findings.All(finding => finding.RuleId != rule.RuleId)).ToList();
        int failures = document.Findings.Count(finding => finding.Severity >= Severity.Warning);
        int skipped = unfound.Count(rule => rule.Status is RuleOutcome.NotEvaluated or RuleOutcome.Off);
        string tests = (document.Findings.Count + unfound.Count).ToString(CultureInfo.InvariantCulture);
        string time = (document.Run.DurationSeconds ?? 0).ToString("0.###", CultureInfo.InvariantCulture);

        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true, CheckCharacters = true }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            Attribute(xml, "name", document.Run.Name);
            Attribute(xml, "tests", tests);
            Attribute(xml, "failures", failures.ToString(CultureInfo.InvariantCulture));
            Attribute(xml, "errors", "0");
            Attribute(xml, "skipped", skipped.ToString(CultureInfo.InvariantCulture));
            Attribute(xml, "time", time);
            if (report.Run.StartedAt is { } started)
            {
                Attribute(xml, "timestamp", started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
            }

            foreach (var finding in document.Findings)
            {
                WriteFinding(xml, finding, categories[finding.RuleId]);
            }

            foreach (var rule in unfound)
            {
                WriteRule(xml, rule, categories[rule.RuleId]);
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        writer.Write("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + text + "\n");
    }

    private static void WriteFinding(XmlWriter xml, FindingDocument finding, string category)
    {
        StartCase(xml, $"{finding.RuleId} {finding.Rule} {finding.Id}", category);
        if (finding.Severity >= Severity.Warning)
        {
            xml.WriteStartElement("failure");
            Attribute(xml, "type", KebabCase.Of(finding.Severity));
            Attribute(xml, "message", finding.Title);
            xml.WriteString(Valid(Describe(finding)));
            xml.WriteEndElement();
        }
        else
        {
            xml.WriteElementString("system-out", Valid($"{finding.Title}\n{Describe(finding)}"));
        }

        xml.WriteEndElement();
    }

    private static void WriteRule(XmlWriter xml, RuleStatusDocument rule, string category)
    {
        StartCase(xml, $"{rule.RuleId} {rule.Rule}", category);
        if (rule.Status is RuleOutcome.NotEvaluated or RuleOutcome.Off)
        {
            xml.WriteStartElement("skipped");
            Attribute(xml, "message", $"{KebabCase.Of(rule.Status)}: {rule.Reason}");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void StartCase(XmlWriter xml, string name, string category)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "name", name);
        Attribute(xml, "classname", $"traindoctor.{category}");
        Attribute(xml, "time", "0");
    }

    private static string Describe(FindingDocument finding)
    {
        var text = new StringBuilder(finding.Message).Append('\n');
        if (finding.Causes.Count > 0)
        {
            text.Append("Likely cause: ").AppendJoin(", ", finding.Causes.Select(cause => string.Create(CultureInfo.InvariantCulture, $"{CauseWording.Of(cause.Cause)} ({cause.Likelihood:P0})"))).Append('\n');
        }

        foreach (var remedy in finding.Remedies)
        {
            text.Append(CultureInfo.InvariantCulture, $"{remedy.Rank}. {remedy.Title}\n");
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
