using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Reports.Json;
using TrainingDoctor.Reports.Markdown;
using TrainingDoctor.Reports.Runs;
using TrainingDoctor.Reports.Sarif;
using TrainingDoctor.Reports.Wording;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Reports;

/// <summary>Writes the findings as SARIF 2.1.0, for code scanning, always in English.</summary>
public sealed class SarifReportExporter : IReportExporter
{
    private readonly ProjectAddress? _project;

    /// <summary>Creates the exporter. Rules carry the address of their page where the build knew the project's own.</summary>
    public SarifReportExporter()
        : this(ProjectAddress.Own)
    {
    }

    internal SarifReportExporter(ProjectAddress? project) => _project = project;

    private const string Schema = "https://json.schemastore.org/sarif-2.1.0.json";

    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Sarif;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer) => Write([report], writer);

    /// <inheritdoc/>
    public void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(writer);
        var identities = RunIdentity.Of([.. reports.Select(report => report.Run)]);
        var sarif = new JObject
        {
            ["$schema"] = Schema,
            ["version"] = "2.1.0",
            ["runs"] = new JArray(reports.Select((report, index) => Run(report, identities[index]))),
        };
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using (var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, CloseOutput = false })
        {
            sarif.WriteTo(json, new NumberConverter());
        }

        writer.Write(text + "\n");
    }

    private JObject Run(DiagnosisReport report, string identity)
    {
        var document = report.ToDocument();
        var driver = new JObject { ["name"] = "Training Doctor", ["version"] = document.Tool.Version, ["semanticVersion"] = document.Tool.Version };
        if (_project is { } project)
        {
            driver["informationUri"] = project.Repository.AbsoluteUri;
        }

        var rules = report.Rules.Select(status => status.Rule).Concat(report.Findings.Select(finding => finding.Rule)).DistinctBy(rule => rule.Id).OrderBy(rule => rule.Id, StringComparer.Ordinal).ToList();
        driver["rules"] = new JArray(rules.Select(Rule));
        return new JObject
        {
            ["tool"] = new JObject { ["driver"] = driver },

            // GitHub takes what stands before the last slash for the category: a second upload of one category takes the place of the first.
            ["automationDetails"] = new JObject { ["id"] = $"traindoctor/{identity}/" },
            ["columnKind"] = "utf16CodeUnits",
            ["invocations"] = new JArray(Invocation(document, rules)),
            ["results"] = new JArray(document.Findings.Select(finding => Result(finding, document, rules)).Concat(Absent(document, rules))),
        };
    }

    /// <summary>What only the baseline has, as SARIF lists it.</summary>
    private static IEnumerable<JObject> Absent(ReportDocument document, List<RuleDescriptor> rules) => (document.Baseline?.Fixed ?? []).Select(gone =>
    {
        var result = new JObject
        {
            ["ruleId"] = gone.RuleId,
            ["kind"] = "pass",
            ["level"] = "none",
            ["message"] = Message($"{gone.Title}. Fixed since the baseline."),
            ["baselineState"] = "absent",
        };
        if (rules.FindIndex(rule => rule.Id == gone.RuleId) is >= 0 and int index)
        {
            result["ruleIndex"] = index;
        }

        return result;
    });

    private JObject Rule(RuleDescriptor rule)
    {
        var described = Described(rule);
        if (_project is { } project)
        {
            described["helpUri"] = project.PageOf(rule).AbsoluteUri;
        }

        return described;
    }

    private static JObject Described(RuleDescriptor rule) => new()
    {
        ["id"] = rule.Id,
        ["name"] = PascalCase(rule.Name),
        ["shortDescription"] = Message(rule.Summary.ToString()),
        ["fullDescription"] = Message($"{rule.Explanation} {rule.Why}"),
        ["help"] = new JObject
        {
            ["text"] = string.Join("\n", rule.Remedies.Select(remedy => $"{remedy.Title} {remedy.Rationale}").DefaultIfEmpty(rule.Summary.ToString())),
            ["markdown"] = string.Join("\n", rule.Remedies.Select(remedy => $"- **{MarkdownText.Escape(remedy.Title.ToString())}** {MarkdownText.Escape(remedy.Rationale.ToString())}").DefaultIfEmpty(MarkdownText.Escape(rule.Summary.ToString()))),
        },
        ["defaultConfiguration"] = new JObject { ["level"] = Level(rule.Severity) },
        ["properties"] = new JObject { ["tags"] = new JArray("training", KebabCase.Of(rule.Category)) },
    };

    private static JObject Invocation(ReportDocument document, List<RuleDescriptor> rules)
    {
        // Missing is not healthy: rules that could not judge are told beside the results.
        var notifications = document.Rules.Where(rule => rule.Status is RuleOutcome.NotEvaluated or RuleOutcome.Off).Select(rule => new JObject
        {
            ["level"] = "note",
            ["message"] = Message($"{rule.Rule} was not evaluated: {rule.Reason}"),
            ["associatedRule"] = new JObject { ["id"] = rule.RuleId, ["index"] = rules.FindIndex(r => r.Id == rule.RuleId) },
        });
        return new JObject { ["executionSuccessful"] = true, ["toolExecutionNotifications"] = new JArray(notifications) };
    }

    private static JObject Result(FindingDocument finding, ReportDocument document, List<RuleDescriptor> rules)
    {
        var result = new JObject
        {
            ["ruleId"] = finding.RuleId,
            ["ruleIndex"] = rules.FindIndex(rule => rule.Id == finding.RuleId),
            ["kind"] = "fail",
            ["level"] = Level(finding.Severity),
            ["rank"] = Math.Round(finding.Confidence * 100, 3),
            ["message"] = Message($"{finding.Headline} {finding.Message}"),
            ["locations"] = new JArray(Locations(finding, document)),
            ["partialFingerprints"] = new JObject { ["trainingDoctorFinding/v1"] = FindingFingerprint.Of(finding) },
            ["properties"] = Properties(finding),
        };
        if (document.Baseline?.ChangeOf(finding.Id) is { } change)
        {
            result["baselineState"] = change switch { FindingChange.New => "new", FindingChange.Worse => "updated", _ => "unchanged" };
        }

        return result;
    }

    private static JObject Properties(FindingDocument finding) => new()
    {
        ["id"] = finding.Id,
        ["confidence"] = finding.Confidence,
        ["firstStep"] = finding.FirstStep,
        ["lastStep"] = finding.LastStep,
        ["recoveredAt"] = finding.RecoveredAt,
        ["consequenceOf"] = finding.ConsequenceOf,
        ["evidence"] = JArray.FromObject(finding.Evidence, JsonSerializer.Create(ReportJson.Settings)),
        ["causes"] = JArray.FromObject(finding.Causes, JsonSerializer.Create(ReportJson.Settings)),
        ["remedies"] = new JArray(finding.Remedies.Select(remedy => remedy.Title)),
    };

    private static IEnumerable<JObject> Locations(FindingDocument finding, ReportDocument document)
    {
        var physical = finding.Location is { } source
            ? new JObject { ["artifactLocation"] = new JObject { ["uri"] = ToUri(source.File) }, ["region"] = Region(source) }
            : document.Run.Path is { } path
            ? new JObject { ["artifactLocation"] = new JObject { ["uri"] = ToUri(path) } }
            : null;
        if (finding.Layers.Count == 0)
        {
            yield return Location(physical, new JObject { ["name"] = document.Run.Name, ["kind"] = "run" });
        }

        foreach (string layer in finding.Layers)
        {
            yield return Location(physical, new JObject { ["name"] = layer.Split('.')[^1], ["fullyQualifiedName"] = layer, ["kind"] = "layer" });
        }
    }

    private static JObject Region(LocationDocument place)
    {
        var region = new JObject { ["startLine"] = place.Line };
        if (place.Column is { } column)
        {
            region["startColumn"] = column;
        }

        return region;
    }

    private static JObject Location(JObject? physical, JObject logical)
    {
        var location = new JObject();
        if (physical is not null)
        {
            location["physicalLocation"] = physical.DeepClone();
        }

        location["logicalLocations"] = new JArray(logical);
        return location;
    }

    private static string ToUri(string path)
    {
        string place = RepositoryPath.Of(path);
        return Path.IsPathRooted(place) ? new Uri(Path.GetFullPath(place)).AbsoluteUri : string.Join('/', place.Split('/').Select(Uri.EscapeDataString));
    }

    private static string Level(Severity severity) => severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "note" };

    private static JObject Message(string text) => new() { ["text"] = text };

    private static string PascalCase(string name) => string.Concat(name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
