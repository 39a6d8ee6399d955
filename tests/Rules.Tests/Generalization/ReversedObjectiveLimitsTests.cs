using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6012 on how often a loss must have had the opposite sign, how far it must have fallen, and what outputs that turn against their targets tell.</summary>
public sealed class ReversedObjectiveLimitsTests
{
    [Theory]
    [InlineData("four times", 4, -2, false)]
    [InlineData("five times", 5, -2, true)]
    public void AnOppositeSignIsToldOfALossThatFalls(string name, int times, double to, bool isTold)
    {
        _ = name;
        var trace = Trace.Of(Metric.RecognizedReduction, [0, 0, .. Enumerable.Repeat(-1.0, times)]).And(Trace.Of(Metric.Loss, [-1, .. Enumerable.Repeat(to, times + 1)]));

        var findings = RuleVerifier.Run(new ReversedObjective(new()), trace);

        Assert.Equal(isTold, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Error, 2L), (finding.Severity, finding.FirstStep)));
    }

    [Theory]
    [InlineData("another loss", (double)LossKind.Other, "probability of the true class")]
    [InlineData("nothing known", -2, "probability of the true class")]
    public void TheLossIsNamed(string name, double kind, string words)
    {
        _ = name;
        var trace = Trace.Of(Metric.RecognizedReduction, Enumerable.Repeat(-1.0, 8)).And(Trace.Of(Metric.Loss, Enumerable.Range(1, 8).Select(step => -1.0 * step)));

        var finding = Assert.Single(RuleVerifier.Run(new ReversedObjective(new()), kind < -1 ? trace : trace.And(Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat(kind, 8)))));

        Assert.Contains($"({words})", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ASignThatIsTurnedRoundIsNoFaultAnyMore()
    {
        var trace = Trace.Of(Metric.RecognizedReduction, [.. Enumerable.Repeat(-1.0, 8), 0, 0, 0]).And(Trace.Of(Metric.Loss, [.. Enumerable.Range(1, 8).Select(step => -1.0 * step), 8, 8, 8]));

        var finding = Assert.Single(RuleVerifier.Run(new ReversedObjective(new()), trace));

        Assert.Equal((0L, 7L, 8L), (finding.FirstStep, finding.LastStep, finding.RecoveredAt));
    }

    [Theory]
    [InlineData("at the limit", 0.25, -0.5, 30, false)]
    [InlineData("not much further than where it began", -0.25, -0.75, 30, false)]
    [InlineData("a little more than so", -0.125, -0.75, 30, true)]
    [InlineData("nine times", 0.25, -0.75, 9, false)]
    public void OutputsThatTurnAgainstTheirTargetsAreTold(string name, double first, double last, int times, bool isTold)
    {
        _ = name;
        var correlations = Trace.Of(Metric.OutputTargetCorrelation, [first, first, .. Enumerable.Repeat(last, times)]);

        var findings = RuleVerifier.Run(new ReversedObjective(new() { MinimumCorrelation = 0.5 }), Trace.Of(Metric.Loss, Enumerable.Range(0, 40).Select(step => 2.0 - (step / 40.0))).And(correlations));

        Assert.Equal(isTold, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Warning, last), (finding.Severity, finding.Evidence[0].Value)));
    }

    [Fact]
    public void SaysWhyItDoesNotJudge()
    {
        RuleOutcome Outcome(int correlations) => RuleVerifier.Status(new ReversedObjective(new()), Trace.Of(Metric.Loss, 1, 0.9).And(Trace.Of(Metric.OutputTargetCorrelation, new double[correlations]))).Outcome;

        Assert.Equal((RuleOutcome.NotEvaluated, RuleOutcome.Passed), (Outcome(9), Outcome(10)));
    }
}
