using System.Globalization;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports.Json;

public sealed class JsonReportTests
{
    [Fact]
    public void FieldsStandInTheOrderOfTheContract()
    {
        var report = JObject.Parse(SampleRun.Ill().ToJson());

        Assert.Equal(["schemaVersion", "tool", "run", "verdict", "primary", "findings", "rules", "model", "coverage", "log", "summary", "price", "examined", "cannotTell", "distributions", "series"], Names(report));
        Assert.Equal(["name", "source", "framework", "path", "steps", "epochs", "layers", "parameters", "device", "task", "startedAt", "durationSeconds"], Names(report["run"]!));
        Assert.Equal(
            ["id", "ruleId", "rule", "severity", "confidence", "title", "headline", "message", "layers", "firstStep", "lastStep", "recoveredAt", "consequenceOf", "evidence", "causes", "remedies"],
            Names(report["findings"]![0]!));
        Assert.Equal(["metric", "layer", "step", "value", "limit", "comparison"], Names(report["findings"]![0]!["evidence"]![0]!));
        Assert.Equal(["id", "rank", "title", "actions", "rationale", "caveat", "code", "framework", "language", "sources", "trial"], Names(report["findings"]![0]!["remedies"]![0]!));
    }

    [Fact]
    public void ValuesAreSpelledAsTheContractSpellsThem()
    {
        var report = JObject.Parse(SampleRun.Ill().ToJson());

        Assert.Equal("multiclass-classification", (string?)report["run"]!["task"]);
        Assert.Equal(300, (long)report["run"]!["steps"]!);
        var sample = report["findings"]!.Single(finding => (string?)finding["ruleId"] == "TD4999");
        Assert.Equal("learning-rate-too-high", (string?)sample["causes"]![0]!["cause"]);
        var remedy = sample["remedies"]![0]!;
        Assert.Equal(("R1", 1L), ((string?)remedy["id"], (long)remedy["rank"]!));

        // The rule asks for a tenth of the rate; the run has one learning rate, which the finding at its root set.
        Assert.Equal(["kind", "value"], Names(remedy["actions"]![0]!));
        Assert.Equal("set-learning-rate", (string?)remedy["actions"]![0]!["kind"]);
        Assert.Equal(["kind", "maxNorm"], Names(remedy["actions"]![1]!));
        Assert.Equal(JTokenType.Null, remedy["trial"]!.Type);
        Assert.All(report["rules"]!, rule => Assert.Contains((string?)rule["status"], new[] { "passed", "found", "not-evaluated", "off" }));
    }

    [Fact]
    public void NumbersThatJsonDoesNotHaveAreStrings()
    {
        var report = JObject.Parse(SampleRun.NonFinite().ToJson());

        var values = report["series"]!["loss"]![0]!["values"]!;
        Assert.Contains(values, value => value.Type == JTokenType.String && (string?)value == "Infinity");
        Assert.Contains(report["findings"]!.SelectMany(finding => finding["evidence"]!), evidence => (string?)evidence["value"] == "NaN");
        Assert.Contains(report["series"]!["global_gradient_norm"]![0]!["values"]!, value => (string?)value == "-Infinity");
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    [InlineData("ja-JP")]
    public void NoCultureChangesAByte(string culture)
    {
        string expected = SampleRun.Ill().ToJson();
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(culture);
            Assert.Equal(expected, SampleRun.Ill().ToJson());
        }
        finally
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public void WhatWasWrittenIsReadBackEqual()
    {
        foreach (var report in new[] { SampleRun.Ill(), SampleRun.Healthy(), SampleRun.NonFinite() })
        {
            string json = report.ToJson();
            Assert.Equal(json, ReportJson.Serialize(ReportJson.Parse(json)));
        }
    }

    [Fact]
    public void WithoutSeriesTheFieldIsLeftOut() => Assert.Null(JObject.Parse(SampleRun.Ill().WithoutSeries().ToJson())["series"]);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{ \"schemaVersion\": \"1.0\" }")]
    [InlineData("not json")]
    public void WhatIsNoReportIsRefused(string json) => Assert.Throws<ReportFormatException>(() => ReportJson.Parse(json));

    private static IEnumerable<string> Names(JToken token) => ((JObject)token).Properties().Select(property => property.Name);
}
