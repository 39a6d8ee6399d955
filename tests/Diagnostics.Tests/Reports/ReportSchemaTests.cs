using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Reports;

public sealed class ReportSchemaTests
{
    /// <summary>Set TRAINDOCTOR_ACCEPT=1 to write the schema anew after the types have changed.</summary>
    [Fact]
    public void TheShippedSchemaIsThatOfTheTypes()
    {
        foreach (var (path, generated) in new[] { (ReportSchema.Path, ReportSchema.Generate()), (ReportSchema.RunsPath, ReportSchema.GenerateRuns()), (ReportSchema.DiffPath, ReportSchema.GenerateDiff()), (ReportSchema.NormalPath, ReportSchema.GenerateNormal()) })
        {
            if (TestEnvironment.Read("ACCEPT") == "1")
            {
                File.WriteAllText(path, generated);
            }

            Assert.Equal(generated, File.ReadAllText(path).ReplaceLineEndings("\n"));
        }
    }

    [Fact]
    public void TheSchemaShipsInsideTheLibrary()
    {
        Assert.Contains("TrainingDoctor.Reports.report-1.1.schema.json", typeof(DiagnosisReport).Assembly.GetManifestResourceNames());
        Assert.Contains("TrainingDoctor.Reports.reports-1.1.schema.json", typeof(DiagnosisReport).Assembly.GetManifestResourceNames());
    }

    [Fact]
    public void EveryReportIsValid()
    {
        foreach (var report in SampleRun.All())
        {
            ReportSchema.Validate(report.ToJson());
            ReportSchema.Validate(report.WithoutSeries().ToJson());
            ReportSchema.Validate(report.WithBaseline(SampleRun.Healthy().ToDocument()).ToJson());
        }
    }

    [Theory]
    [InlineData("$.verdict", "sick")]
    [InlineData("$.findings[0].severity", "fatal")]
    [InlineData("$.findings[0].confidence", 1.5)]
    [InlineData("$.findings[0].ruleId", "X1")]
    [InlineData("$.findings[0].causes[0].cause", "bad-luck")]
    [InlineData("$.findings[0].evidence[0].value", "much")]
    [InlineData("$.findings[0].evidence[0].comparison", "~")]
    [InlineData("$.findings[0].remedies[0].actions[0].kind", "pray")]
    [InlineData("$.rules[0].status", "skipped")]
    [InlineData("$.run.steps", "many")]
    [InlineData("$.rules[2].needs", "luck")]
    [InlineData("$.schemaVersion", "2.0")]
    public void AWrongValueIsRefused(string path, object value)
    {
        var report = JObject.Parse(SampleRun.Ill().ToJson());
        Assert.Equal(0, ReportSchema.CountErrors(report));

        report.SelectToken(path, errorWhenNoMatch: true)!.Replace(JToken.FromObject(value));

        Assert.NotEqual(0, ReportSchema.CountErrors(report));
    }

    [Fact]
    public void EveryMissingFieldIsRefused()
    {
        string json = SampleRun.Ill().WithoutSeries().ToJson();
        var paths = JObject.Parse(json).Descendants().OfType<JProperty>()
            .Where(property => !property.Path.StartsWith("series", StringComparison.Ordinal) && !property.Path.Contains("actions[", StringComparison.Ordinal))

            // What a report of schema 1.0 does not have may be missing.
            .Where(property => property.Name is not ("examined" or "cannotTell" or "needs" or "framework" or "situation" or "summary" or "headline" or "text" or "price" or "location" or "language" or "analyzer" or "isFor" or "measured"))
            .Select(property => property.Path).ToList();
        Assert.True(paths.Count > 40);
        foreach (string path in paths)
        {
            var report = JObject.Parse(json);
            report.SelectToken(path, errorWhenNoMatch: true)!.Parent!.Remove();
            Assert.True(ReportSchema.CountErrors(report) > 0, path);
        }
    }

    [Fact]
    public void AnUnknownFieldIsRefused()
    {
        var report = JObject.Parse(SampleRun.Ill().ToJson());
        report["findings"]![0]!["mood"] = "bad";

        Assert.NotEqual(0, ReportSchema.CountErrors(report));
    }
}
