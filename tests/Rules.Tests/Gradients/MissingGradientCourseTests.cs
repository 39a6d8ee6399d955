using TrainingDoctor.Rules.Gradients;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>Gradients that are missing from the start, that come late, that never come: when it is told, and of what.</summary>
public sealed class MissingGradientCourseTests
{
    private static readonly MissingGradient Rule = new(new());

    [Theory]
    [InlineData(19, 0)]
    [InlineData(20, 1)]
    public void TwentyMeasuredStepsAreNeeded(int steps, int findings)
    {
        var trace = Present("a.weight", steps, _ => 0).And(Present("b.weight", steps, _ => 1));

        Assert.Equal(findings, RuleVerifier.Run(Rule, trace).Count);
        Assert.Equal(findings > 0 ? RuleOutcome.Found : RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, trace).Outcome);
    }

    /// <summary>A part that joins later is looked at as long as the others, at the end of the run.</summary>
    [Theory]
    [InlineData(11, 1)]
    [InlineData(12, 0)]
    public void WhatIsMeasuredFromLaterOnIsToldAtTheEnd(int from, int findings)
    {
        var found = RuleVerifier.Run(Rule, Present("a.weight", 31, _ => 1).And(Present("late.weight", 31 - from, _ => 0).From(from)));

        Assert.Equal(findings, found.Count);
        Assert.All(found, finding => Assert.Equal(("late.weight", 30L, 31 - from), (Assert.Single(finding.Layers), finding.LastStep, finding.Evidence[0].Value)));
    }

    [Fact]
    public void GradientsThatArriveAfterAllAreTold()
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Present("a.weight", 40, _ => 1).And(Present("b.weight", 40, step => step < 25 ? 0 : 1)).And(Present("c.weight", 40, step => step < 28 ? 0 : 1))));

        Assert.Equal((Severity.Info, 28L), (finding.Severity, finding.RecoveredAt));
        Assert.Equal(["b.weight", "c.weight"], finding.Layers);
    }

    [Fact]
    public void WhatStillLacksThemIsToldToTheEnd()
    {
        var trace = Present("a.weight", 40, _ => 1).And(Present("b.weight", 40, step => step < 25 ? 0 : 1)).And(Present("c.weight", 36, _ => 0));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace.From(2)));

        Assert.Equal((Severity.Warning, 2L, 37L, null), (finding.Severity, finding.FirstStep, finding.LastStep, finding.RecoveredAt));
        Assert.Equal(("c.weight", 36, 37L), (Assert.Single(finding.Layers), finding.Evidence[0].Value, finding.Evidence[0].Step));
    }

    [Fact]
    public void GradientsThatAreZeroMayBecomeMore()
    {
        var late = Norms("a.weight", 40, step => step < 25 ? 0 : 1);
        var arrived = Assert.Single(RuleVerifier.Run(Rule, Present("a.weight", 40, _ => 1).And(late)));
        var still = Assert.Single(RuleVerifier.Run(Rule, Present("a.weight", 40, _ => 1).And(late).And(Present("b.weight", 40, _ => 1)).And(Norms("b.weight", 38, _ => 0))));

        Assert.Equal((Severity.Info, 25L), (arrived.Severity, arrived.RecoveredAt));
        Assert.Equal(("b.weight", 38, null), (Assert.Single(still.Layers), still.Evidence[0].Value, still.RecoveredAt));
        Assert.Equal("steps_with_zero_gradient", still.Evidence[0].Metric);
    }

    [Fact]
    public void NamesStandInTheOrderOfTheirNumbers()
    {
        var trace = new[] { "10.weight", "9.weight", "2.weight", "1.weight", "0.weight" }.Aggregate(new Trace(), (all, name) => all.And(Present(name, 24, _ => name[0] == '0' ? 1 : 0)));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal(["1.weight", "2.weight", "9.weight", "10.weight"], finding.Layers);
        Assert.StartsWith("1.weight, 2.weight, 9.weight, 10.weight never", finding.Title.ToString(), StringComparison.Ordinal);
    }

    /// <summary>While something lacks its gradient and too little was seen, no step may be left out.</summary>
    [Theory]
    [InlineData("missing all along", 0, 1, 1, 18)]
    [InlineData("all there", 1, 1, 1, -1)]
    [InlineData("zero all along", 1, 0, 1, 18)]
    [InlineData("zero in a bias", 1, 1, 0, -1)]
    public void WhatMayBeMissingIsDoubted(string name, double present, double norm, double bias, long expected)
    {
        _ = name;
        var trace = Present("a.weight", 30, _ => present).And(Present("b.weight", 30, _ => 1)).And(Norms("b.weight", 30, _ => norm)).And(Norms("b.bias", 30, _ => bias));

        Assert.Equal(expected, DoubtedSteps.LastOf(Rule, trace));
    }

    [Theory]
    [InlineData(1, -1)]
    [InlineData(2, 1)]
    public void AFirstStepAloneIsNotDoubted(int steps, long expected) => Assert.Equal(expected, DoubtedSteps.LastOf(Rule, Present("a.weight", steps, _ => 0)));

    /// <summary>Gradients that come now and then have arrived with the first.</summary>
    [Fact]
    public void GradientsThatComeNowAndThenHaveArrivedOnce()
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Present("a.weight", 40, _ => 1).And(Present("b.weight", 40, step => step is 25 or 30 or 36 ? 1 : 0))));
        var zero = Assert.Single(RuleVerifier.Run(Rule, Present("a.weight", 40, _ => 1).And(Norms("a.weight", 40, step => step is 25 or 30 or 36 ? 1 : 0))));

        Assert.Equal((25L, 25L), (finding.RecoveredAt, zero.RecoveredAt));
    }

    private static Trace Present(string name, int steps, Func<int, double> present) => Trace.Of(Metric.GradientPresent, name, Enumerable.Range(0, steps).Select(present));

    private static Trace Norms(string name, int steps, Func<int, double> norm) => Trace.Of(Metric.GradientNorm, name, Enumerable.Range(0, steps).Select(norm));
}
