using Newtonsoft.Json.Linq;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports.Comparison;

/// <summary>Every format says of every finding whether it is new or known, and what was fixed.</summary>
public sealed class BaselineReportTests
{
    private static readonly DiagnosisReport Known = SampleRun.Ill().WithBaseline(SampleRun.Ill().ToDocument(), "accepted.json");
    private static readonly DiagnosisReport New = SampleRun.Ill().WithBaseline(SampleRun.Healthy().ToDocument(), "accepted.json");
    private static readonly DiagnosisReport Fixed = SampleRun.Healthy().WithBaseline(SampleRun.Ill().ToDocument(), "accepted.json");

    [Fact]
    public void TheJsonListsNewKnownAndFixed()
    {
        Assert.Equal(["TD3001", "TD4999"], Ids(New, "new"));
        Assert.Empty(Ids(New, "known"));
        Assert.Equal(["TD3001", "TD4999"], Ids(Known, "known"));
        Assert.Empty(Ids(Known, "new"));
        Assert.Equal(["TD3001", "TD4999"], Ids(Fixed, "fixed"));
        Assert.Equal("accepted.json", (string?)JObject.Parse(New.ToJson())["baseline"]!["path"]);

        static IEnumerable<string?> Ids(DiagnosisReport report, string list) => JObject.Parse(report.ToJson())["baseline"]![list]!.Select(finding => (string?)finding["ruleId"]).Order();
    }

    [Theory]
    [InlineData(ReportFormat.Html)]
    [InlineData(ReportFormat.Markdown)]
    [InlineData(ReportFormat.Junit)]
    [InlineData(ReportFormat.Annotations)]
    [InlineData(ReportFormat.Console)]
    public void PeopleAreToldToo(ReportFormat format)
    {
        string known = ExporterTests.Write(Known, format);
        string fresh = ExporterTests.Write(New, format);
        string gone = ExporterTests.Write(Fixed, format);

        Assert.NotEqual(known, fresh);
        Assert.Contains("known", known, StringComparison.Ordinal);
        Assert.Contains("new", fresh, StringComparison.Ordinal);
        Assert.Contains("TD3001", gone, StringComparison.Ordinal);
        Assert.Contains("fixed", gone, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void SarifHasItsStates()
    {
        Assert.All(States(Known), state => Assert.Equal("unchanged", state));
        Assert.All(States(New), state => Assert.Equal("new", state));
        Assert.All(States(Fixed), state => Assert.Equal("absent", state));
        Assert.NotEmpty(States(Fixed));

        static IEnumerable<string?> States(DiagnosisReport report) => JObject.Parse(ExporterTests.Write(report, ReportFormat.Sarif))["runs"]![0]!["results"]!.Select(result => (string?)result["baselineState"]);
    }

    [Fact]
    public void AReportOfTheFirstSchemaIsStillABaseline()
    {
        var old = JObject.Parse(SampleRun.Ill().ToJson());
        old["schemaVersion"] = "1.0";
        old.Remove("examined");
        old.Remove("cannotTell");
        foreach (var rule in old["rules"]!.Cast<JObject>())
        {
            rule.Remove("needs");
        }

        var comparison = ReportComparison.Between(ReportJson.Parse(old.ToString()), SampleRun.Ill().ToDocument());

        Assert.All(comparison.Pairs, pair => Assert.Equal(FindingChange.Unchanged, pair.Change));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{ "schemaVersion": "1.1", "runs": [], "table": [] }""")]
    [InlineData("""{ "schemaVersion": "1.1", "runs": [null], "table": [] }""")]
    public void WhatIsNoReportIsRefused(string json) => Assert.Throws<ReportFormatException>(() => ReportJson.ParseAll(json));

    [Fact]
    public void NullsAmongWhatIsComparedAreRefused()
    {
        var report = JObject.Parse(SampleRun.Ill().ToJson());
        report["findings"]![0]!["layers"] = new JArray(JValue.CreateNull());
        Assert.Throws<ReportFormatException>(() => ReportJson.ParseAll(report.ToString()));

        report["findings"] = new JArray(JValue.CreateNull());
        Assert.Throws<ReportFormatException>(() => ReportJson.ParseAll(report.ToString()));
    }
}
