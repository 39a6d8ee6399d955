using Newtonsoft.Json.Linq;
using TrainingDoctor.Reports;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Tests.Reports;

/// <summary>What a program does with a report: print it, and write it.</summary>
public sealed class ReportTextTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reports-").FullName;

    [Fact]
    public void AReportPrintsAsItsSummary()
    {
        var report = SampleRun.Ill();

        string text = report.ToString();

        Assert.StartsWith("ILL: digits (300 steps", text, StringComparison.Ordinal);
        Assert.Contains($"error TD3001 dead-units: {report.Primary!.Title}", text, StringComparison.Ordinal);
        Assert.Contains($"What to do: {report.Primary.Remedies[0].Title}", text, StringComparison.Ordinal);
        Assert.True(text.Length < 1000, text);
        Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AFindingPrintsAsOneLine()
    {
        string text = SampleRun.Ill().Findings[0].ToString();

        Assert.StartsWith("error TD3001 dead-units: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
    }

    [Fact]
    public void TheEndingChoosesTheFormatAndFoldersAreMade()
    {
        var report = SampleRun.Ill();
        string html = Path.Combine(_folder, "a", "b", "report.html");
        string json = Path.Combine(_folder, "c", "report.json");
        string through = Path.Combine(_folder, "d", "report.json");

        report.Write(html);
        report.Write(json);
        report.WriteJson(through);

        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(html), StringComparison.Ordinal);
        Assert.Equal("ill", (string?)JObject.Parse(File.ReadAllText(json))["verdict"]);
        Assert.Equal(File.ReadAllText(json), File.ReadAllText(through));
        Assert.Contains("expected", Assert.Throws<ArgumentException>(() => report.Write(Path.Combine(_folder, "report.docx"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AHealthyReportSaysWhatWasLookedAtAndWhatItCannotShow()
    {
        foreach (var format in new[] { ReportFormat.Console, ReportFormat.Html, ReportFormat.Markdown })
        {
            string text = ExporterTests.Write(SampleRun.Healthy(), format).ReplaceLineEndings(" ");

            Assert.Contains("Looked at: training loss (400 values).", text, StringComparison.Ordinal);
            Assert.Contains("wrong labels", text, StringComparison.Ordinal);
            Assert.Contains("overfitting, without a validation", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WhatWasNotEvaluatedIsOneLineUnlessItIsAskedFor()
    {
        var report = SampleRun.Healthy();

        string folded = ExporterTests.Write(report, ReportFormat.Console);
        using var writer = new StringWriter();
        report.WriteTo(new ConsoleReportExporter(new ExportOptions { HasNotEvaluated = true }), writer);

        Assert.Contains("were not evaluated, for lack of: ", folded, StringComparison.Ordinal);
        Assert.Contains("--not-evaluated", folded, StringComparison.Ordinal);
        Assert.DoesNotContain("dead-units", folded, StringComparison.Ordinal);
        Assert.Contains("dead-units", writer.ToString(), StringComparison.Ordinal);
        Assert.All(report.ToDocument().Rules, rule => Assert.Equal(rule.Status is RuleOutcome.NotEvaluated or RuleOutcome.Off, rule.Needs is not null));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
