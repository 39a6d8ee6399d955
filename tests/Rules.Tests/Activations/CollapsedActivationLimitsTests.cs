using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Tests.Gradients;

namespace TrainingDoctor.Tests.Activations;

/// <summary>Outputs that hardly differ between samples: for how long, by how much, where, and what the loss makes of it.</summary>
public sealed class CollapsedActivationLimitsTests
{
    private static readonly CollapsedActivation Rule = new(new());

    [Theory]
    [InlineData("for fifty steps", 50, 0.0005, true)]
    [InlineData("for fewer", 49, 0.0005, false)]
    [InlineData("by the limit itself", 80, 0.001, false)]
    public void AFewStepsOfLittleVariationAreNone(string name, int steps, double variation, bool found)
    {
        _ = name;
        var findings = RuleVerifier.Run(Rule, Trace.Of(Metric.BatchVariation, "(output)", [0.5, .. Enumerable.Repeat(variation, steps), 0.5]));

        Assert.Equal(found, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((1L, 50L), (finding.FirstStep, finding.LastStep)));
    }

    [Theory]
    [InlineData("nine times", "(output)", 9, null)]
    [InlineData("ten times", "(output)", 10, Severity.Warning)]
    [InlineData("ten times in a hidden layer", "act0", 10, null)]
    [InlineData("fifty times in a hidden layer", "act0", 50, Severity.Info)]
    public void AnOutputThatIsConstantToTheLastDigitIsToldSoon(string name, string layer, int times, Severity? expected)
    {
        _ = name;
        var run = new RunDescription { Model = GradientRulesTests.Stack(ActivationKind.ReLU, 3) };
        var finding = RuleVerifier.Run(Rule, Trace.Of(Metric.BatchVariation, layer, [0.5, 0.5, .. Enumerable.Repeat(0.0, times)]), run).SingleOrDefault();

        Assert.Equal((expected, expected is null ? null : (long?)(2 + times - 1)), ((Severity?)finding?.Severity, finding?.LastStep));
    }

    /// <summary>Constant means constant: a single digit in between, and counting begins anew.</summary>
    [Fact]
    public void ConstantAnswersMustFollowOneAnother() =>
        Assert.Empty(RuleVerifier.Run(Rule, Trace.Of(Metric.BatchVariation, "(output)", [.. Enumerable.Repeat(0.0, 9), 0.0001, .. Enumerable.Repeat(0.0, 9)])));

    [Theory]
    [InlineData("nothing is learnt, all answers the same", 1, 0, Severity.Error)]
    [InlineData("nothing is learnt, answers nearly the same", 1, 0.0005, Severity.Warning)]
    [InlineData("something is learnt", 0.7, 0, Severity.Warning)]
    [InlineData("the loss falls by half", 0.3, 0.0005, Severity.Info)]
    public void TheLossDecidesHowGraveItIs(string name, double end, double variation, Severity expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.BatchVariation, "(output)", Enumerable.Repeat(variation, 60)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => end + ((1 - end) * Math.Exp(-step / 8.0)))));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rule, trace)).Severity);
    }

    [Fact]
    public void WhatHasComeBackIsNotJudgedAtTheEnd()
    {
        var trace = Trace.Of(Metric.BatchVariation, "(output)", [.. Enumerable.Repeat(0.0005, 60), .. Enumerable.Repeat(0.5, 60)]);
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace.And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 120)))));

        Assert.Equal((Severity.Info, 59L, 109L), (finding.Severity, finding.LastStep, finding.RecoveredAt));
    }

    [Theory]
    [InlineData("all inputs alike from the start", 1, 1, false)]
    [InlineData("inputs that differed once", 1, 0.5, true)]
    public void SamplesThatAreAlikeAreAnsweredAlike(string name, double constant, double first, bool found)
    {
        _ = name;
        var inputs = Trace.Of(Metric.InputConstantFraction, [first, .. Enumerable.Repeat(constant, 79)]);

        Assert.Equal(found, RuleVerifier.Run(Rule, inputs.And(Trace.Of(Metric.BatchVariation, "(output)", Enumerable.Repeat(0.0, 80)))).Count == 1);
    }

    /// <summary>A single unit spreads as the whole output does: only its magnitude tells, and only where there is one.</summary>
    [Theory]
    [InlineData("a spread far below the magnitude", 0.0001, 1, "output_deviation_over_magnitude", 0.0001)]
    [InlineData("a magnitude of zero", 0.0001, 0, null, 0)]
    [InlineData("a spread as large as the magnitude", 1, 1, null, 0)]
    [InlineData("no spread at all", 0, 2, "output_deviation_over_magnitude", 0)]
    public void TheMagnitudeTellsOfASingleUnit(string name, double deviation, double magnitude, string? evidence, double value)
    {
        _ = name;
        var trace = Trace.Of(Metric.BatchVariation, "(output)", Enumerable.Repeat(1.0, 60)).And(Trace.Of(Metric.OutputStandardDeviation, "(output)", Enumerable.Repeat(deviation, 60)))
            .And(Trace.Of(Metric.OutputAbsoluteMaximum, "(output)", Enumerable.Repeat(magnitude, 60)));
        var finding = RuleVerifier.Run(Rule, trace).SingleOrDefault();

        Assert.Equal((evidence, value), (finding?.Evidence[0].Metric, finding?.Evidence[0].Value ?? 0));
    }

    /// <summary>A spread without a magnitude, or a magnitude without a spread, leaves the variation as it is.</summary>
    [Theory]
    [InlineData(Metric.OutputStandardDeviation)]
    [InlineData(Metric.OutputAbsoluteMaximum)]
    public void TheVariationAloneIsEnough(Metric other)
    {
        var trace = Trace.Of(Metric.BatchVariation, "(output)", Enumerable.Repeat(0.0005, 60)).And(Trace.Of(other, "(output)", Enumerable.Repeat(1.0, 60)));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal(("batch_variation", 0.0005), (finding.Evidence[0].Metric, finding.Evidence[0].Value));
    }

    [Theory]
    [InlineData(9, RuleOutcome.NotEvaluated)]
    [InlineData(10, RuleOutcome.Passed)]
    public void TenMeasurementsAreNeeded(int steps, RuleOutcome expected) =>
        Assert.Equal(expected, RuleVerifier.Status(Rule, Trace.Of(Metric.BatchVariation, "(output)", Enumerable.Repeat(0.5, steps))).Outcome);

    /// <summary>The magnitude alone is no variation.</summary>
    [Fact]
    public void WithoutAVariationNothingIsJudged() =>
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, Trace.Of(Metric.OutputAbsoluteMaximum, "(output)", Enumerable.Repeat(1.0, 60))).Outcome);
}
