using Newtonsoft.Json.Linq;
using NJsonSchema;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports;

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

    [Fact]
    public void AFindingKeepsItsFingerprintWhenLayersAreRenumbered()
    {
        Assert.Equal(Fingerprint("1.relu"), Fingerprint("2.relu"));
        Assert.NotEqual(Fingerprint("1.relu"), Fingerprint("head.relu"));

        static string Fingerprint(string layer) =>
            (string)JObject.Parse(ExporterTests.Write(SampleRun.Ill(layer), ReportFormat.Sarif))["runs"]![0]!["results"]![0]!["partialFingerprints"]!["trainingDoctorFinding/v1"]!;
    }
}
