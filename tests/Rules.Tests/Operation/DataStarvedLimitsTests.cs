using TrainingDoctor.Rules.Operation;

namespace TrainingDoctor.Tests.Operation;

/// <summary>How waiting and training are added up, and from where on they count (TD8501).</summary>
public sealed class DataStarvedLimitsTests
{
    [Theory]
    [InlineData("a minute waited for, half of the time", 60, 1, 2, RuleOutcome.Found)]
    [InlineData("a second less", 59, 1, 2, RuleOutcome.Passed)]
    [InlineData("as many reports as are needed", 10, 6, 8, RuleOutcome.Found)]
    [InlineData("one report less", 9, 12, 16, RuleOutcome.NotEvaluated)]
    [InlineData("a minute in all, not waited for", 10, 1, 6, RuleOutcome.Passed)]
    [InlineData("no waiting at all", 60, 0, 2, RuleOutcome.Passed)]
    [InlineData("steps that take no time", 60, 1, 0, RuleOutcome.NotEvaluated)]
    [InlineData("a time that is none", 60, 1, double.PositiveInfinity, RuleOutcome.NotEvaluated)]
    [InlineData("a waiting that is none", 60, -1, 2, RuleOutcome.NotEvaluated)]
    public void LimitsBelongToWhatIsToldFromThem(string name, int reports, double waiting, double lasting, RuleOutcome expected)
    {
        _ = name;
        Assert.Equal(expected, RuleVerifier.Status(new DataStarved(new()), Times(Enumerable.Repeat(waiting, reports), Enumerable.Repeat(lasting, reports))).Outcome);
    }

    /// <summary>No step can have waited for longer than it lasted.</summary>
    [Fact]
    public void AWaitingIsNoLongerThanItsStep()
    {
        var finding = Assert.Single(RuleVerifier.Run(new DataStarved(new()), Times(Enumerable.Repeat(3.0, 80), Enumerable.Repeat(1.0, 80))));

        Assert.Equal((1.0, 0L, 79L), (finding.Evidence[0].Value, finding.FirstStep, finding.LastStep));
        Assert.Contains("80 s in all", finding.Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A report speaks of all steps since the one before it; the first, of itself.</summary>
    [Theory]
    [InlineData(1, 80)]
    [InlineData(5, 396)]
    public void AReportStandsForTheStepsSinceTheLast(int every, int waited)
    {
        var finding = Assert.Single(RuleVerifier.Run(new DataStarved(new()), Times(Enumerable.Repeat(1.0, 80), Enumerable.Repeat(1.0, 80)).Every(every).From(7)));

        Assert.Equal((7L, 7L + (79 * every)), (finding.FirstStep, finding.LastStep));
        Assert.Contains(FormattableString.Invariant($"{waited} s in all"), finding.Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>An interval with a validation in it tells the time of a step alone: it is passed over, and the next report stands for it.</summary>
    [Fact]
    public void AReportOfOneTimeAloneIsPassedOver()
    {
        var trace = Trace.Of(Metric.DataTime, Enumerable.Repeat(1.0, 40)).Every(2).From(2).And(Trace.Of(Metric.StepTime, Enumerable.Repeat(1.0, 82)));

        var finding = Assert.Single(RuleVerifier.Run(new DataStarved(new()), trace));

        Assert.Equal((2L, 80L), (finding.FirstStep, finding.LastStep));
        Assert.Contains("79 s in all", finding.Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A share that comes late is told of all the time before it, too.</summary>
    [Fact]
    public void AWaitingThatBeginsLateIsToldOfTheWholeRun()
    {
        double[] waiting = [.. Enumerable.Range(0, 120).Select(step => step < 40 ? 0.0 : 3)];
        var finding = Assert.Single(RuleVerifier.Run(new DataStarved(new()), Times(waiting, waiting.Select(_ => 3.0))));

        Assert.Equal((0L, 119L), (finding.FirstStep, finding.LastStep));
        Assert.Equal(2 / 3.0, finding.Evidence[0].Value, 9);
    }

    /// <summary>A share that falls below the limit again is told as it was last seen above it.</summary>
    [Fact]
    public void AWaitingThatEndsKeepsItsLastStep()
    {
        var waiting = Enumerable.Range(0, 400).Select(step => step < 100 ? 3.0 : 0);

        var finding = Assert.Single(RuleVerifier.Run(new DataStarved(new()), Times(waiting, Enumerable.Repeat(3.0, 400))));

        Assert.InRange(finding.LastStep!.Value, 100, 199);
        Assert.True(finding.Evidence[0].Value >= 0.5);
    }

    /// <summary>What others log as their data time is not ours to vouch for.</summary>
    [Theory]
    [InlineData(null, Severity.Warning)]
    [InlineData("telemetry", Severity.Warning)]
    [InlineData("csv", Severity.Info)]
    public void ALogIsARemark(string? format, Severity expected)
    {
        var run = new RunDescription { Log = format is null ? null : new LogDescription { Format = format } };

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new DataStarved(new()), Times(Enumerable.Repeat(2.0, 60), Enumerable.Repeat(2.5, 60)), run)).Severity);
    }

    private static Trace Times(IEnumerable<double> waiting, IEnumerable<double> lasting) => Trace.Of(Metric.DataTime, waiting).And(Trace.Of(Metric.StepTime, lasting));
}
