using TrainingDoctor.Rules.Optimization;

namespace TrainingDoctor.Tests.Optimization.Rates;

/// <summary>TD5006 on rates that are no rates, jump, rise to the end, turn within an epoch or begin again, each just within its limit and just beyond.</summary>
public sealed class RateLimitsTests
{
    private static readonly RunDescription Log = new() { Log = new LogDescription { Format = "csv" } };

    [Theory]
    [InlineData(20, RuleOutcome.NotEvaluated)]
    [InlineData(21, RuleOutcome.Passed)]
    public void AJumpNeedsARateBeyondASteadyTime(int rates, RuleOutcome outcome) =>
        Assert.Equal(outcome, RuleVerifier.Status(new DegenerateLearningRate(new()), Trace.Of(Metric.LearningRate, Enumerable.Repeat(0.1, rates))).Outcome);

    [Fact]
    public void ZerosNeedTheirNumberOfRatesHoweverShortASteadyTimeIs() => Assert.Equal(
        RuleOutcome.NotEvaluated, RuleVerifier.Status(new DegenerateLearningRate(new DegenerateLearningRateOptions { SteadySamples = 4 }), Trace.Of(Metric.LearningRate, Enumerable.Repeat(0.1, 9))).Outcome);

    [Theory]
    [InlineData("negative at once", new[] { -0.5, -0.5 }, "The learning rate is -0.5", "At step 0 and last at step 1", "Set the learning rate to 0.001")]
    [InlineData("negative once", new[] { 0.25, 0.25, -0.5 }, "The learning rate is -0.5", "At step 2 the learning rate became -0.5", "Set the learning rate to 0.25")]
    [InlineData("infinite", new[] { 0.25, double.PositiveInfinity }, "The learning rate is \u221e", "At step 1 the learning rate became", "Set the learning rate to 0.25")]
    [InlineData("after zeros", new[] { 0.0, 0, -1 }, "The learning rate is -1", "At step 2 the learning rate became -1", "Set the learning rate to 0.001")]
    public void WhatIsNoRateIsToldWithTheUsualOne(string name, double[] rates, string title, string message, string remedy)
    {
        var finding = Assert.Single(Judge(rates));

        Assert.True(finding is { Severity: Severity.Error, Confidence: 1 }, name);
        Assert.Equal(title, finding.Title.ToString().Replace("Infinity", "\u221e", StringComparison.Ordinal));
        Assert.StartsWith(message, finding.Message.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(remedy, finding.Remedies[0].Title.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Rates of single groups of parameters are no business of the run.</summary>
    [Fact]
    public void RatesOfPartsAreLeftAlone() => Assert.Empty(RuleVerifier.Run(new DegenerateLearningRate(new()), Trace.Of(Metric.LearningRate, "head", Enumerable.Repeat(-1.0, 30))));

    [Theory]
    [InlineData("beyond ten times", 20, 10.5, 1)]
    [InlineData("ten times", 20, 10, 0)]
    [InlineData("a steady time too short", 19, 10.5, 0)]
    public void AJumpIsToldOnceAtItsStep(string name, int steady, double rate, int count)
    {
        var findings = Judge([.. Enumerable.Repeat(1.0, steady), .. Enumerable.Repeat(rate, 20), 1000]);

        Assert.True(count == findings.Count(finding => finding.FirstStep == steady && finding.Title.ToString() == "The learning rate jumped to 10.5"), name);
        Assert.True(findings.Where(finding => count == 1).All(finding => finding.LastStep == steady && finding.Causes[0].Cause == Cause.LearningRateTooHigh), name);
    }

    public static TheoryData<string, double[], long?, string?, Severity?> Rises => new()
    {
        { "straight, to twice, to the planned end", Straight(40, 2), 40, "The warm-up never finished", Severity.Warning },
        { "straight, to twice, of a run that goes on", Straight(40, 2), 80, null, null },
        { "straight, to six times, of a run that goes on", Straight(40, 6), 80, "The warm-up never finished", Severity.Info },
        { "straight, to five times, of a run that goes on", Straight(41, 5), 80, null, null },
        { "bent, to six times, of a run that goes on", Bent(40, 6), 80, null, null },
        { "bent, to six times, to the planned end", Bent(40, 6), 40, "The warm-up never finished", Severity.Warning },
        { "by a factor, to thirty times", Growing(40, 30), 40, "The learning rate grows without end", Severity.Warning },
        { "by a factor, to thirty times, of a run that goes on", Growing(40, 30), 80, "The learning rate grows without end", Severity.Warning },
        { "by a factor, to ten times", Growing(40, 10), 40, "The warm-up never finished", Severity.Warning },
        { "by a factor, to ten times, of a run that goes on", Growing(40, 10), 80, null, null },
        { "straight, to thirty times", Straight(40, 30), 40, "The warm-up never finished", Severity.Warning },
        { "hardly at all", Straight(40, 1.015625), 40, null, null },
        { "nine rates", Straight(9, 8), 8, null, null },
        { "ten rates", Straight(10, 8), 9, "The warm-up never finished", Severity.Warning },
        { "a rate that is none on the way", [.. Straight(20, 4), double.NaN, .. Straight(20, 4).Select(rate => 4 * rate)], 41, "The learning rate is NaN", Severity.Error },
    };

    [Theory]
    [MemberData(nameof(Rises))]
    public void ARiseIsJudgedByItsShapeAndTheEndOfTheRun(string name, double[] rates, long? planned, string? title, Severity? severity)
    {
        var finding = RuleVerifier.Run(new DegenerateLearningRate(new()), Trace.Of(Metric.LearningRate, rates), new RunDescription { PlannedSteps = planned }).SingleOrDefault();

        Assert.True((title, severity) == (finding?.Title.ToString(), finding?.Severity), $"{name}: {finding}");
    }

    /// <summary>Three peaks by degrees within an epoch and a half are a cosine that is moved too often; a log counts steps in its own way.</summary>
    [Theory]
    [InlineData("within an epoch", 16, 20, 3, false, Severity.Warning)]
    [InlineData("in a log", 16, 20, 4, true, Severity.Info)]
    [InlineData("two peaks", 16, 20, 2, false, null)]
    [InlineData("an epoch and a half", 24, 16, 4, false, null)]
    [InlineData("a little less", 22, 16, 4, false, Severity.Warning)]
    [InlineData("longer than twice two hundred steps", 402, 500, 4, false, null)]
    public void TurnsAreJudgedByTheEpoch(string name, int period, int stepsPerEpoch, int periods, bool isLog, Severity? expected)
    {
        // One rate at every second step; a peak is known once the rate has come down from it.
        int count = period * periods / 2;
        var rates = Trace.Of(Metric.LearningRate, Enumerable.Range(0, count).Select(row => 1.01 - Math.Cos(4 * Math.PI * row / period))).Every(2);
        var epochs = Trace.Of(Metric.Epoch, Enumerable.Range(0, count).Select(row => 2.0 * row / stepsPerEpoch)).Every(2);

        var finding = RuleVerifier.Run(new DegenerateLearningRate(new()), rates.And(epochs), isLog ? Log : null).SingleOrDefault(found => found.Title.ToString().Contains("up and down", StringComparison.Ordinal));

        Assert.True(expected == finding?.Severity, $"{name}: {finding}");
        Assert.True(finding is null || finding.Title.ToString() == FormattableString.Invariant($"The learning rate goes up and down every {period} steps"), name);
    }

    /// <summary>A schedule cut off in the middle of its fall was resumed in a live run; a log may hold two runs in one.</summary>
    [Theory]
    [InlineData("live", false, 0.5, 13, Severity.Warning)]
    [InlineData("a log", true, 0.5, 13, Severity.Info)]
    [InlineData("a log whose loss is thrown back", true, 1.5, 13, Severity.Warning)]
    [InlineData("nine rates", false, 0.5, 9, null)]
    public void AScheduleThatBeginsAgainIsJudgedByWhatItCosts(string name, bool isLog, double loss, int count, Severity? expected)
    {
        double[] rates = count < 10 ? [1, 0.875, 0.75, 0.625, 0.5, 0.375, 1, 0.875, 0.75] : [.. Enumerable.Range(0, count).Concat(Enumerable.Range(0, count)).Select(step => 1 - (step / 16.0))];
        var losses = Enumerable.Range(0, rates.Length).Select(step => step < count ? 0.5 : loss);

        var finding = RuleVerifier.Run(new DegenerateLearningRate(new()), Trace.Of(Metric.LearningRate, rates).And(Trace.Of(Metric.Loss, losses)), isLog ? Log : null).SingleOrDefault();

        Assert.True(expected == finding?.Severity, $"{name}: {finding}");
        Assert.True(finding is null || finding is { FirstStep: 13, LastStep: 13, Confidence: 0.8 or 0.6 }, name);
        Assert.True(finding is null || finding.Confidence == (loss > 1 ? 0.8 : 0.6), name);
    }

    /// <summary>Two resets are those of a cycle, whose rates never come down to nothing.</summary>
    [Fact]
    public void ASecondBeginningMakesACycle() =>
        Assert.Empty(Judge([.. Enumerable.Range(0, 30).Select(step => 1 - (step % 8 / 10.0))]));

    private static double[] Straight(int count, double factor) => [.. Enumerable.Range(0, count).Select(step => 0.25 * (1 + ((factor - 1) * step / (count - 1))))];

    private static double[] Bent(int count, double factor) => [.. Enumerable.Range(0, count).Select(step => 0.25 * (1 + ((factor - 1) * Math.Pow(step / (count - 1.0), 4))))];

    private static double[] Growing(int count, double factor) => [.. Enumerable.Range(0, count).Select(step => 0.25 * Math.Pow(factor, step / (count - 1.0)))];

    private static IReadOnlyList<Finding> Judge(double[] rates) => RuleVerifier.Run(new DegenerateLearningRate(new()), Trace.Of(Metric.LearningRate, rates));
}
