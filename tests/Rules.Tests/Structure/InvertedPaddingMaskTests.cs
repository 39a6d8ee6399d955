using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

public sealed class InvertedPaddingMaskTests
{
    [Theory]
    [InlineData("always", new[] { 1.0, 1, 1, 1 }, true)]
    [InlineData("at as many looks as it takes", new[] { 1.0, 1, 1 }, true)]
    [InlineData("at too few looks", new[] { 1.0, 1 }, false)]
    [InlineData("never", new[] { 0.0, 0, 0, 0 }, false)]
    [InlineData("but for the first batch", new[] { 0.0, 1, 1, 1, 1 }, false)]
    [InlineData("a look that gave no number", new[] { double.NaN, 1, 1, 1 }, false)]
    public void TellsMasksThatHideTheTokens(string when, double[] looks, bool isTold)
    {
        _ = when;
        var findings = RuleVerifier.Run(new InvertedPaddingMask(new()), Trace.Of(Metric.PaddingMaskInverted, "reader", looks));

        Assert.Equal(isTold, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Error, Cause.InvertedPaddingMask, RemedyActionKind.InvertMask), (finding.Severity, finding.Causes[0].Cause, finding.Remedies[0].Actions[0].Kind)));
        Assert.All(findings, finding => Assert.Equal((looks.Length, looks.Length - 1L), ((int)finding.Evidence[0].Value, finding.LastStep)));
    }

    [Fact]
    public void AMaskThatIsPutRightLaterIsOverFromThere()
    {
        var finding = Assert.Single(RuleVerifier.Run(new InvertedPaddingMask(new()), Trace.Of(Metric.PaddingMaskInverted, "reader", 1, 1, 1, 1, 0, 0)));

        Assert.Equal((4, 3), ((int)finding.RecoveredAt!.Value, (int)finding.LastStep!.Value));
    }

    /// <summary>One mask is handed to all layers: it is one fault.</summary>
    [Fact]
    public void LayersWithTheSameMaskAreToldTogether()
    {
        var trace = Trace.Of(Metric.PaddingMaskInverted, "first", 1, 1, 1).And(Trace.Of(Metric.PaddingMaskInverted, "second", 1, 1, 1)).And(Trace.Of(Metric.PaddingMaskInverted, "third", 0, 0, 0));

        var finding = Assert.Single(RuleVerifier.Run(new InvertedPaddingMask(new()), trace));

        Assert.Equal(["first", "second"], finding.Layers);
    }

    /// <summary>Where nothing can be seen but padding, rows without any give NaN, and nothing is learnt.</summary>
    [Fact]
    public void WhatFollowsFromItIsNoCauseOfItsOwn()
    {
        var trace = Trace.Of(Metric.PaddingMaskInverted, "reader", Enumerable.Repeat(1.0, 24)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 200).Select(step => 1.1 + (0.02 * Math.Sin(step)))));

        var diagnosis = RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), trace, new RunDescription { Task = TrainingTask.MulticlassClassification });

        Assert.Equal("TD7020", diagnosis.Primary!.Rule.Id);
        Assert.All(diagnosis.Findings.Where(finding => finding.Severity >= Severity.Warning && finding.Rule.Id != "TD7020"), finding => Assert.NotNull(finding.ConsequenceOf));
    }
}
