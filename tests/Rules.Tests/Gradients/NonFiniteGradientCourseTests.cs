using TrainingDoctor.Rules.Gradients;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>How many steps without a finite gradient, where in the run, and with or without a loss scale: what each of them is worth.</summary>
public sealed class NonFiniteGradientCourseTests
{
    private const int Steps = 40;
    private static readonly NonFiniteGradient Rule = new(new());

    [Theory]
    [InlineData("one in the middle", 10, 1, false, Severity.Info)]
    [InlineData("two in the middle", 10, 2, false, Severity.Warning)]
    [InlineData("three in the middle", 10, 3, false, Severity.Error)]
    [InlineData("two at the beginning", 0, 2, false, Severity.Info)]
    [InlineData("nineteen at the beginning", 0, 19, false, Severity.Info)]
    [InlineData("twenty at the beginning", 0, 20, false, Severity.Error)]
    [InlineData("one at the end", 39, 1, false, Severity.Warning)]
    [InlineData("all", 0, 40, false, Severity.Error)]
    [InlineData("two in the middle while a scale is sought", 10, 2, true, Severity.Info)]
    [InlineData("nineteen in the middle while a scale is sought", 10, 19, true, Severity.Info)]
    [InlineData("twenty in the middle while a scale is sought", 10, 20, true, Severity.Error)]
    [InlineData("one at the end while a scale is sought", 39, 1, true, Severity.Info)]
    public void ItsPlaceAndItsLengthDecide(string name, int from, int count, bool scaled, Severity expected)
    {
        _ = name;
        var trace = Norms(step => step >= from && step < from + count);
        trace = scaled ? trace.And(Trace.Of(Metric.LossScale, Enumerable.Repeat(1024.0, Steps))) : trace;
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal((expected, (long)from, from + count - 1L), (finding.Severity, finding.FirstStep, finding.LastStep));
        Assert.Equal(from + count < Steps ? (long?)(from + count) : null, finding.RecoveredAt);
    }

    [Theory]
    [InlineData("a loss that ends where it began", 1, Severity.Warning)]
    [InlineData("a loss that ends above", 2, Severity.Error)]
    public void AtTheEndTheLossDecides(string name, double late, Severity expected)
    {
        _ = name;
        var loss = Trace.Of(Metric.Loss, Enumerable.Range(0, Steps).Select(step => step < 20 ? 1 : late));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rule, Norms(step => step == Steps - 1).And(loss))).Severity);
    }

    [Fact]
    public void StepsThatFailAgainLaterWereNoSearchForAScale() =>
        Assert.Equal(Severity.Warning, Assert.Single(RuleVerifier.Run(Rule, Norms(step => step is 0 or 1 or 20))).Severity);

    [Theory]
    [InlineData("the loss of the run", "", 2, Severity.Error)]
    [InlineData("the loss of a data set", "replay", 2, Severity.Warning)]
    [InlineData("a single step", "", 1, Severity.Info)]
    public void AFaultThatCameForwardIsGraver(string name, string scope, int count, Severity expected)
    {
        _ = name;
        Func<int, bool> isBad = step => step >= 10 && step < 10 + count;
        var trace = Trace.Of(Metric.Loss, scope, Enumerable.Range(0, Steps).Select(step => isBad(step) ? double.NaN : 1)).And(Norms(isBad));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal(expected, finding.Severity);
        Assert.Equal(scope.Length == 0, finding.Message.ToString().Contains("came from the forward pass", StringComparison.Ordinal));
    }

    /// <summary>Only what is not finite at the same step speaks for the forward pass.</summary>
    [Theory]
    [InlineData(10, true)]
    [InlineData(9, false)]
    public void AnOutputOfTheSameStepSpeaksForTheForwardPass(int step, bool forward)
    {
        var trace = Trace.Of(Metric.OutputNonFiniteCount, "fc", Enumerable.Range(0, Steps).Select(at => at == step ? 4.0 : 0)).And(Norms(at => at == 10, from: 10));

        Assert.Equal(forward, Assert.Single(RuleVerifier.Run(Rule, trace)).Message.ToString().Contains("came from the forward pass", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("as the model has them, the last one first", true, "2.weight")]
    [InlineData("by name where the model is not known, the last one first", false, "9.weight")]
    public void TheParameterWhereTheBackwardPassBrokeLeads(string name, bool known, string first)
    {
        _ = name;
        Trace At(string parameter, double count) => Trace.Of(Metric.GradientNonFiniteCount, parameter, [0, 0, count, 0, 0]);
        var run = known ? new RunDescription { Model = GradientRulesTests.Stack(ActivationKind.ReLU, 3) } : new RunDescription();
        var finding = Assert.Single(RuleVerifier.Run(Rule, At("1.weight", 4).And(At("9.weight", 1)).And(At("0.weight", 0)).And(At("2.weight", 2)), run));

        Assert.Equal((first, 3, 7), (finding.Layers[0], finding.Layers.Count, finding.Evidence[0].Value));
        Assert.Contains($"the gradient of {first} held 7 values", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ANormOfAParameterIsNoCountOfValues()
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.GradientNorm, "a.weight", [1, double.PositiveInfinity, 1])));

        Assert.Equal("non_finite_gradient_norms", finding.Evidence[0].Metric);
        Assert.Contains("the norm of the gradient of all parameters together was", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grown a hundredfold, no more", 100, 0, Cause.NumericOverflow, RemedyActionKind.ChangeLoss)]
    [InlineData("grown by more", 101, 0, Cause.LearningRateTooHigh, RemedyActionKind.ScaleLearningRate)]
    [InlineData("grown by more, of inputs that were none", 101, 1, Cause.CorruptData, RemedyActionKind.CleanData)]
    public void WhatCameBeforeNamesTheCause(string name, double grown, double badInputs, Cause cause, RemedyActionKind kind)
    {
        _ = name;
        var trace = Trace.Of(Metric.GlobalGradientNorm, [1, 1, grown, double.NaN, double.NaN, double.NaN, double.NaN]).And(Trace.Of(Metric.InputNonFiniteCount, 0, 0, 0, badInputs));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal(cause, finding.Causes.MaxBy(item => item.Likelihood)!.Cause);
        Assert.Equal(kind, finding.Remedies[0].Actions[0].Kind);
    }

    [Fact]
    public void AnyOfItsMeasurementsIsEnough()
    {
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(Rule, Trace.Of(Metric.GradientNonFiniteCount, "a.weight", 0)).Outcome);
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(Rule, Trace.Of(Metric.GradientNorm, "a.weight", 1)).Outcome);
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, Trace.Of(Metric.Loss, double.NaN, 1)).Outcome);
    }

    private static Trace Norms(Func<int, bool> isBad, int from = 0) =>
        Trace.Of(Metric.GlobalGradientNorm, Enumerable.Range(from, Steps - from).Select(step => isBad(step) ? double.NaN : 1)).From(from);
}
