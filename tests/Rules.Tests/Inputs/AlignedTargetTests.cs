using TrainingDoctor.Rules.Inputs;

namespace TrainingDoctor.Tests.Inputs;

/// <summary>Targets of a connectionist temporal classification (TD1006).</summary>
public sealed class AlignedTargetTests
{
    [Theory]
    [InlineData(Metric.TargetBlankFraction, 0.05, "Targets ask for the blank")]
    [InlineData(Metric.TargetOverlongFraction, 0.05, "Targets are longer than their outputs")]
    public void OneShareOfThemIsEnough(Metric metric, double share, string title)
    {
        var finding = Assert.Single(RuleVerifier.Run(new InvalidTarget(new()), Trace.Of(metric, Enumerable.Repeat(share, 30))));

        Assert.Equal((title, Severity.Warning, Cause.LabelError), (finding.Title.ToString(), finding.Severity, finding.Causes[0].Cause));
    }

    [Theory]
    [InlineData(Metric.TargetBlankFraction)]
    [InlineData(Metric.TargetOverlongFraction)]
    public void NoneIsSound(Metric metric)
    {
        var trace = Trace.Of(metric, Enumerable.Repeat(0.0, 30));

        Assert.Empty(RuleVerifier.Run(new InvalidTarget(new()), trace));
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(new InvalidTarget(new()), trace.And(Trace.Of(Metric.TargetMaximum, Enumerable.Repeat(1.0, 30)))).Outcome);
    }
}
