using TrainingDoctor.Rules.Gradients;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>Gradients that the recorder saw kept from the step before, or lost before their own: how many looks it takes, and what excuses them.</summary>
public sealed class SeenGradientsLimitsTests
{
    private static readonly AccumulatingGradient Rule = new(new());

    [Theory]
    [InlineData(7, 0)]
    [InlineData(8, 1)]
    [InlineData(19, 1)]
    [InlineData(20, 1)]
    public void EightLooksAreEnough(int looks, int findings)
    {
        Assert.Equal(findings, RuleVerifier.Run(Rule, Trace.Of(Metric.GradientKept, Enumerable.Repeat(1.0, looks)).From(3)).Count);
        Assert.Equal(findings, RuleVerifier.Run(Rule, Trace.Of(Metric.GradientLost, Enumerable.Repeat(0.75, looks)).From(3)).Count);
    }

    [Theory]
    [InlineData(Metric.GradientKept, 0)]
    [InlineData(Metric.GradientLost, 0.25)]
    public void EightLooksThatAreWellAreAJudgement(Metric metric, double value)
    {
        var norms = SumOfGradients.Of([1, 1, 1]);

        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, norms.And(Trace.Of(metric, Enumerable.Repeat(value, 7)))).Outcome);
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(Rule, norms.And(Trace.Of(metric, Enumerable.Repeat(value, 8)))).Outcome);
    }

    [Fact]
    public void KeptGradientsAreToldFromTheFirstLookToTheLast()
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.GradientKept, Enumerable.Repeat(1.0, 24)).From(4).And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 40)))));

        Assert.Equal((4L, 27L, Severity.Error), (finding.FirstStep, finding.LastStep, finding.Severity));
        Assert.StartsWith("At all 24 steps that were looked at, from step 4 to step 27,", finding.Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What is seen at the parameters decides: norms that look like those of a sum add nothing to it.</summary>
    [Fact]
    public void NormsHaveNoSayBesideWhatIsSeen()
    {
        var kept = Trace.Of(Metric.GradientKept, Enumerable.Repeat(1.0, 24));
        var finding = Assert.Single(RuleVerifier.Run(Rule, SumOfGradients.Counting(60).And(kept)));

        Assert.Equal((0L, 23L), (finding.FirstStep, finding.LastStep));
    }

    /// <summary>Half of the looks is where a sum ends, and one more is where it begins again.</summary>
    [Theory]
    [InlineData(29, 0, Severity.Warning, null)]
    [InlineData(30, 0, Severity.Info, 59L)]
    [InlineData(30, 1, Severity.Warning, null)]
    public void KeptForLongAndThenClearedIsToldToBeOver(int cleared, int keptAfter, Severity severity, long? recoveredAt)
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.GradientKept, [.. Enumerable.Repeat(1.0, 30), .. Enumerable.Repeat(0.0, cleared), .. Enumerable.Repeat(1.0, keptAfter)])));

        Assert.Equal((severity, recoveredAt, severity == Severity.Info ? 0.3 : 0.97), (finding.Severity, finding.RecoveredAt, finding.Confidence));
    }

    [Theory]
    [InlineData("no rate told", null, 1)]
    [InlineData("a rate of zero leaves the weights where they are", 0.0, 0)]
    [InlineData("a rate above zero", 0.1, 1)]
    public void GradientsOfARateOfZeroWereUsedAllTheSame(string name, double? rate, int findings)
    {
        _ = name;
        var lost = Trace.Of(Metric.GradientLost, Enumerable.Repeat(1.0, 12));

        Assert.Equal(findings, RuleVerifier.Run(Rule, rate is { } told ? lost.And(Trace.Of(Metric.LearningRate, Enumerable.Repeat(told, 12))) : lost).Count);
    }

    /// <summary>Where a pass of some step reached the weights, the loss may do what it likes: it is no error.</summary>
    [Theory]
    [InlineData("all of every step", 1, Severity.Error, 0.97, "between the backward pass and the step")]
    [InlineData("three in four of one step", 0.75, Severity.Warning, 0.9, "before the step")]
    public void AllLostIsGraverThanMostLost(string name, double least, Severity severity, double confidence, string title)
    {
        _ = name;
        var lost = Trace.Of(Metric.GradientLost, Enumerable.Range(0, 24).Select(step => step is 5 or 9 ? least : 1)).From(2);
        var finding = Assert.Single(RuleVerifier.Run(Rule, lost.And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 40)))));

        Assert.Equal((severity, confidence, 2L, 39L), (finding.Severity, finding.Confidence, finding.FirstStep, finding.LastStep));
        Assert.EndsWith(title, finding.Title.ToString(), StringComparison.Ordinal);
        Assert.Equal((least, least < 1 ? 7L : 2L), (finding.Evidence[0].Value, finding.Evidence[0].Step));
    }
}
