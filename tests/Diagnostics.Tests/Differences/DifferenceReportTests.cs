using Newtonsoft.Json.Linq;
using TrainingDoctor.Differences;
using TrainingDoctor.Tests.Reports;

namespace TrainingDoctor.Tests.Differences;

public sealed class DifferenceReportTests
{
    [Fact]
    public void EveryComparisonIsValid()
    {
        foreach (var report in new[] { Report(Traces.Training(2)), Report(Traces.Training(1, rate: 30)), Report(Traces.Training(1, inputs: double.PositiveInfinity)) })
        {
            ReportSchema.ValidateDiff(report.ToJson());
        }
    }

    [Fact]
    public void TheAnswerStandsInFrontInEveryFormat()
    {
        var report = Report(Traces.Training(2, inputs: 75));
        string answer = (string)JObject.Parse(report.ToJson())["answer"]!;

        Assert.StartsWith("They part at step 0 in the data: input_", answer, StringComparison.Ordinal);
        Assert.StartsWith(answer, report.ToText(), StringComparison.Ordinal);
        Assert.StartsWith("They part at step 0 in the data: input\\_", report.ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains($"<h1>{answer}</h1>", report.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void FindingsOfOneRunAloneAreListed()
    {
        var comparison = RunComparison.Between([Traces.Training(1)], Traces.Training(2, rate: 1e-4));
        var document = new DifferenceReport(comparison, [SampleRun.Healthy()], SampleRun.Ill()).ToDocument();

        Assert.Contains(document.OnlyInBad, finding => finding.RuleId == "TD3001");
        Assert.DoesNotContain(document.OnlyInGood, finding => finding.RuleId == "TD3001");
    }

    [Fact]
    public void TextFromOutsideStaysText()
    {
        const string Name = "<script>\u001b[2J";
        var comparison = RunComparison.Between([Layer(1)], Layer(75));
        var hostile = new DifferenceReport(comparison, [SampleRun.Healthy()], SampleRun.Ill());

        Assert.Equal(Name, comparison.Departures[0].Scope);
        Assert.DoesNotContain('\u001b', hostile.ToText());
        Assert.DoesNotContain("<script>\u001b", hostile.ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", hostile.ToMarkdown(), StringComparison.Ordinal);

        static RunTrace Layer(double value) => Traces.Of(new RunDescription(), 50, (Metric.OutputStandardDeviation, Name, _ => value));
    }

    [Fact]
    public void AnEndingThatNamesNoFormatIsRefused() => Assert.Throws<ArgumentException>(() => Report(Traces.Training(2)).Write("comparison.sarif"));

    private static DifferenceReport Report(RunTrace bad) => new(RunComparison.Between([Traces.Training(1)], bad), [SampleRun.Healthy()], SampleRun.Ill());
}
