using Newtonsoft.Json.Linq;
using NJsonSchema;
using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Sarif;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Tests.Reports.Sarif;

public sealed class SarifReportTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromJsonAsync(
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "Diagnostics.Tests", "Reports", "Schemas", "sarif-2.1.0.json"))).GetAwaiter().GetResult();

    [Fact]
    public void EveryReportIsValid()
    {
        foreach (var report in SampleRun.All().SelectMany(report => new[] { report, report.WithBaseline(SampleRun.Ill().ToDocument()) }))
        {
            var errors = Schema.Validate(ExporterTests.Write(report, ReportFormat.Sarif));
            Assert.True(errors.Count == 0, string.Join("\n", errors));
        }
    }

    [Fact]
    public void TheSchemaCanRefuse()
    {
        var sarif = JObject.Parse(ExporterTests.Write(SampleRun.Ill(), ReportFormat.Sarif));
        sarif["runs"]![0]!["results"]![0]!["level"] = "fatal";

        Assert.NotEmpty(Schema.Validate(sarif));
    }

    [Fact]
    public void ResultsAreTheFindings()
    {
        var report = SampleRun.Ill();
        var run = JObject.Parse(ExporterTests.Write(report, ReportFormat.Sarif))["runs"]![0]!;

        Assert.Equal(report.Findings.Select(finding => finding.Rule.Id), run["results"]!.Select(result => (string)result["ruleId"]!));
        Assert.All(run["results"]!, result => Assert.Equal((string)result["ruleId"]!, (string)run["tool"]!["driver"]!["rules"]![(int)result["ruleIndex"]!]!["id"]!));
        int unjudged = report.Rules.Count(rule => rule.Outcome is RuleOutcome.NotEvaluated or RuleOutcome.Off);
        Assert.Equal(unjudged, run["invocations"]![0]!["toolExecutionNotifications"]!.Count());
    }

    /// <summary>A reader of an alert finds the rule's page with one click; a build that does not know where the project stands names no address.</summary>
    [Fact]
    public void RulesLinkToTheirPagesWhereTheBuildKnowsTheProject()
    {
        var project = ProjectAddress.Of("https://forge.example/doctors/training.git", "1.2.3");
        using var text = new StringWriter();
        new SarifReportExporter(project).Write(SampleRun.Ill(), text);
        var driver = JObject.Parse(text.ToString())["runs"]![0]!["tool"]!["driver"]!;

        Assert.Empty(Schema.Validate(text.ToString()));
        Assert.Equal("https://forge.example/doctors/training", (string?)driver["informationUri"]);
        Assert.All(driver["rules"]!, rule => Assert.StartsWith($"https://forge.example/doctors/training/blob/v1.2.3/docs/rules/{(string?)rule["id"]}-", (string?)rule["helpUri"], StringComparison.Ordinal));
        Assert.All(driver["rules"]!.Where(rule => RuleCatalog.All.Any(entry => entry.Descriptor.Id == (string?)rule["id"])), rule => Assert.True(File.Exists(Path.Combine(Repository.Root, "docs", "rules", Path.GetFileName((string)rule["helpUri"]!)))));
        Assert.Null(ProjectAddress.Of(null, "1.2.3"));
        Assert.Null(ProjectAddress.Of("/srv/training.git", "1.2.3"));
    }

    [Fact]
    public void AFindingKeepsItsFingerprintWhenLayersAreRenumbered()
    {
        Assert.Equal(Fingerprint("1.relu"), Fingerprint("2.relu"));
        Assert.NotEqual(Fingerprint("1.relu"), Fingerprint("head.relu"));

        static string Fingerprint(string layer) =>
            (string)JObject.Parse(ExporterTests.Write(SampleRun.Ill(layer), ReportFormat.Sarif))["runs"]![0]!["results"]![0]!["partialFingerprints"]!["trainingDoctorFinding/v1"]!;
    }
}
