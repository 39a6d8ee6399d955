using TrainingDoctor.Rules.Optimization;

namespace TrainingDoctor.Tests.Optimization.Rates;

/// <summary>TD5006 on rates of zero: for how much of a run, at which place in it, and beside which loss they are a fault, in a live run and in a log.</summary>
public sealed class ZeroRateTests
{
    private static readonly RunDescription Live = new();
    private static readonly RunDescription Log = new() { Log = new LogDescription { Format = "csv" } };

    /// <summary>Zeros in the middle of thirty rates: as many as the first number, and as many losses as the second.</summary>
    [Theory]
    [InlineData("three tenths", 9, 0, true)]
    [InlineData("less than three tenths", 8, 0, false)]
    [InlineData("beside too few losses to tell", 9, 19, true)]
    [InlineData("beside a loss that stands", 9, 30, true)]
    public void ALongTimeAtZeroIsAFault(string name, int zeros, int losses, bool isFound)
    {
        var findings = Judge([.. Enumerable.Repeat(0.5, 10), .. Enumerable.Repeat(0.0, zeros), .. Enumerable.Repeat(0.5, 20 - zeros)], Enumerable.Repeat(2.0, losses), Live);

        Assert.True(isFound == (findings.Count == 1), name);
        Assert.All(findings, finding => Assert.Equal((Severity.Warning, 10L, 9L + zeros), (finding.Severity, finding.FirstStep, finding.LastStep)));
        Assert.All(findings, finding => Assert.Contains("Set the learning rate to 0.5", finding.Remedies[0].Title.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void ZerosBesideALossThatFallsAreNone() =>
        Assert.Empty(Judge([.. Enumerable.Repeat(0.5, 10), .. Enumerable.Repeat(0.0, 10), .. Enumerable.Repeat(0.5, 10)], Falling(30), Live));

    /// <summary>A live run tells the rate itself; a log may have rounded it, so that its zeros count where the loss does not move.</summary>
    [Theory]
    [InlineData("live", false, 10, 0, Severity.Error)]
    [InlineData("live, too few rates", false, 9, 0, null)]
    [InlineData("a log without losses", true, 30, 0, null)]
    [InlineData("a log of three rates and losses", true, 3, 3, Severity.Warning)]
    [InlineData("a log of two", true, 2, 2, null)]
    [InlineData("a log of three rates and two losses", true, 3, 2, null)]
    public void ZerosThroughoutAreJudgedByWhoTellsThem(string name, bool isLog, int rates, int losses, Severity? expected)
    {
        var finding = Judge(Enumerable.Repeat(0.0, rates), Enumerable.Repeat(2.0, losses), isLog ? Log : Live).SingleOrDefault();

        Assert.True(expected == finding?.Severity, name);
        Assert.True(finding is null || finding.Remedies[0].Title.ToString() == "Set the learning rate to 0.001 and check the schedule", name);
    }

    [Theory]
    [InlineData("stands", new[] { 2.0, 2, 2 }, true)]
    [InlineData("a little lower", new[] { 2, 2, 1.93 }, true)]
    [InlineData("a twentieth lower", new[] { 2, 2, 1.9 }, false)]
    [InlineData("lower", new[] { 2, 1.5, 1 }, false)]
    public void AFewLossesTellWhetherAnythingMoves(string name, double[] losses, bool isFound) => Assert.True(isFound == (Judge([0, 0, 0], losses, Log).Count == 1), name);

    /// <summary>A few rates that are not all zero tell nothing.</summary>
    [Fact]
    public void OneRateAboveZeroIsEnoughForAFewToPass() => Assert.Empty(Judge([0.5, 0, 0], [2, 2, 2], Log));

    /// <summary>A schedule that came to zero too early: a log that tells rates far below its largest does not round.</summary>
    [Theory]
    [InlineData("a fifth of the run", 10, 0.005, true, true)]
    [InlineData("less than a fifth", 9, 0.005, true, false)]
    [InlineData("rates no further below the largest than a hundredth", 10, 0.01, true, false)]
    [InlineData("a fifth of a live run", 10, 0.005, false, true)]
    [InlineData("a fifth of a live run that tells large rates only", 10, 0.01, false, false)]
    public void ARateThatCameToZeroTooEarlyIsAFault(string name, int zeros, double least, bool isLog, bool isFound)
    {
        double[] rates = [.. Enumerable.Repeat(1.0, 39), least, .. Enumerable.Repeat(0.0, zeros)];

        Assert.True(isFound == (Judge(rates, Falling(rates.Length), isLog ? Log : Live).Count == 1), name);
    }

    /// <summary>What was longer at zero before is not what ended.</summary>
    [Fact]
    public void ZerosThatWereLongerBeforeDidNotEndTheSchedule() =>
        Assert.Empty(Judge([1, 0.005, .. Enumerable.Repeat(0.0, 12), .. Enumerable.Repeat(1.0, 36), .. Enumerable.Repeat(0.0, 10)], Falling(60), Live));

    private static IEnumerable<double> Falling(int count) => Enumerable.Range(0, count).Select(step => 2.0 / (1 + step));

    private static IReadOnlyList<Finding> Judge(IEnumerable<double> rates, IEnumerable<double> losses, RunDescription run) =>
        RuleVerifier.Run(new DegenerateLearningRate(new()), Trace.Of(Metric.LearningRate, rates).And(Trace.Of(Metric.Loss, losses)), run);
}
