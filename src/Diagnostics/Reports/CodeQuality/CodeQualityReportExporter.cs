using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Reports.Runs;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports;

/// <summary>
/// Writes the findings as Code Quality JSON, which GitLab shows in merge requests, always in English: <c>artifacts:reports:codequality</c>. GitLab compares fingerprints, so what
/// is new and what was fixed is found out there.
/// </summary>
public sealed class CodeQualityReportExporter : IReportExporter
{
    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.CodeQuality;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer) => Write([report], writer);

    /// <inheritdoc/>
    public void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(writer);
        var identities = RunIdentity.Of([.. reports.Select(report => report.Run)]);
        var taken = new HashSet<string>();
        var issues = new JArray();
        for (int i = 0; i < reports.Count; i++)
        {
            var document = reports[i].ToDocument();
            foreach (var finding in document.Findings)
            {
                issues.Add(Issue(finding, document, identities[i], taken));
            }
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using (var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, CloseOutput = false })
        {
            issues.WriteTo(json);
        }

        writer.Write(text + "\n");
    }

    private static JObject Issue(FindingDocument finding, ReportDocument document, string identity, HashSet<string> taken)
    {
        // Two findings of one fingerprint would be one to GitLab.
        string fingerprint = FindingFingerprint.Of(finding, identity);
        for (int number = 2; !taken.Add(fingerprint); number++)
        {
            fingerprint = FindingFingerprint.Of(finding, string.Create(CultureInfo.InvariantCulture, $"{identity}\n{number}"));
        }

        return new JObject
        {
            ["description"] = $"{finding.Headline} {finding.Message}",
            ["check_name"] = $"{finding.RuleId} {finding.Rule}",
            ["fingerprint"] = fingerprint,
            ["severity"] = finding.Severity switch { Severity.Error => "critical", Severity.Warning => "minor", _ => "info" },
            ["location"] = new JObject
            {
                ["path"] = document.Run.Path is { } path ? RepositoryPath.Of(path) : document.Run.Name,
                ["lines"] = new JObject { ["begin"] = 1 },
            },
        };
    }
}
