using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Tests.Gradients;

namespace TrainingDoctor.Tests.Activations;

/// <summary>Shares of units that are dead or saturated, at their limits, and the losses that excuse them or do not.</summary>
public sealed class BoundedShareLimitsTests
{
    private static readonly DeadUnits Dead = new(new() { MaximumDeadFraction = 0.5, BlockingDeadFraction = 0.75, ProgressThatExcuses = 0.25 });
    private static readonly SaturatedActivation Saturated = new(new() { MaximumFraction = 0.5, BlockingFraction = 0.75 });

    [Theory]
    [InlineData("half, no more", 0.5, null, 40, null)]
    [InlineData("more than half, the loss unknown", 0.625, null, 40, Severity.Warning)]
    [InlineData("more than half while the loss falls by a quarter", 0.625, 0.75, 40, Severity.Info)]
    [InlineData("more than half while it falls by less", 0.625, 0.875, 40, Severity.Warning)]
    [InlineData("nearly all while the loss falls by a quarter", 0.75, 0.75, 40, Severity.Warning)]
    [InlineData("more than half while the loss stays", 0.625, 1.0, 40, Severity.Warning)]
    [InlineData("nearly all while the loss stays", 0.75, 1.0, 40, Severity.Error)]
    [InlineData("nearly all while too few losses are known", 0.75, 1.0, 19, Severity.Warning)]
    [InlineData("four steps", 0.75, 1.0, 4, null)]
    [InlineData("five steps", 0.75, 1.0, 5, Severity.Warning)]
    public void TheShareOfDeadUnitsAndTheLossDecide(string name, double share, double? loss, int steps, Severity? expected)
    {
        _ = name;
        var finding = RuleVerifier.Run(Dead, With(loss, Trace.Of(Metric.DeadFraction, "relu", Enumerable.Repeat(share, steps)), steps)).SingleOrDefault();

        Assert.Equal(expected, finding?.Severity);
        Assert.Equal(expected == Severity.Error ? 0.97 : expected is null ? null : (double?)0.9, (double?)finding?.Confidence);
    }

    [Theory]
    [InlineData("half, no more", 0.5, 1.0, null)]
    [InlineData("more than half, the loss unknown", 0.625, null, Severity.Warning)]
    [InlineData("more than half while the loss falls by half", 0.625, 0.5, Severity.Info)]
    [InlineData("more than half while it falls by less", 0.625, 0.625, Severity.Warning)]
    [InlineData("more than half while the loss stays", 0.625, 1.0, Severity.Warning)]
    [InlineData("nearly all while the loss stays", 0.75, 1.0, Severity.Error)]
    [InlineData("nearly all while the loss falls by less", 0.75, 0.625, Severity.Warning)]
    public void TheShareOfSaturatedUnitsAndTheLossDecide(string name, double share, double? loss, Severity? expected)
    {
        _ = name;
        var finding = RuleVerifier.Run(Saturated, With(loss, Trace.Of(Metric.SaturatedUnitFraction, "tanh", Enumerable.Repeat(share, 40)), 40)).SingleOrDefault();

        Assert.Equal(expected, finding?.Severity);
        Assert.Equal(expected == Severity.Error ? 0.97 : expected is null ? null : (double?)0.9, (double?)finding?.Confidence);
    }

    /// <summary>A loss that is not known excuses nothing, however little is asked of it.</summary>
    [Theory]
    [InlineData(null, Severity.Warning)]
    [InlineData(1.0, Severity.Info)]
    public void AnUnknownLossExcusesNothing(double? loss, Severity expected)
    {
        var rule = new DeadUnits(new() { ProgressThatExcuses = 0 });

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(rule, With(loss, Trace.Of(Metric.DeadFraction, "relu", Enumerable.Repeat(0.625, 40)), 40))).Severity);
    }

    /// <summary>What came back is not raised by a loss that stays.</summary>
    [Fact]
    public void SharesThatCameBackAreNoErrors()
    {
        double[] shares = [.. Enumerable.Repeat(0.8, 20), .. Enumerable.Repeat(0.1, 20)];

        Assert.Equal(Severity.Warning, Assert.Single(RuleVerifier.Run(Dead, With(1, Trace.Of(Metric.DeadFraction, "relu", shares), 40))).Severity);
        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(Saturated, With(1, Trace.Of(Metric.SaturatedUnitFraction, "tanh", shares), 40))).Severity);
    }

    [Theory]
    [InlineData("dead from the start, within a factor of two", 0.4, 1, 0, Cause.PoorInitialization)]
    [InlineData("dying later", 0.3, 1, 0, Cause.LearningRateTooHigh)]
    [InlineData("dead from the start, by long steps", 0.4, 1, 0.25, Cause.LearningRateTooHigh)]
    [InlineData("dead from the start, by steps that are just not long", 0.4, 1, 0.2, Cause.PoorInitialization)]
    [InlineData("dead from the start, by large inputs", 0.4, 51, 0, Cause.UnscaledData)]
    [InlineData("dying later, by large inputs", 0.3, 51, 0.5, Cause.UnscaledData)]
    public void TheFirstShareAndTheStepsNameTheOtherCause(string name, double first, double input, double update, Cause second)
    {
        _ = name;
        var trace = Trace.Of(Metric.DeadFraction, "relu", [first, .. Enumerable.Repeat(0.8, 30)]).And(Trace.Of(Metric.InputAbsoluteMaximum, Enumerable.Repeat(input, 30)))
            .And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(update, 30)));
        var finding = Assert.Single(RuleVerifier.Run(Dead, trace));

        Assert.Equal(new[] { Cause.DyingRelu, second, Cause.LearningRateTooHigh }.Distinct().Order(), finding.Causes.Select(cause => cause.Cause).Order());
        Assert.Equal(second == Cause.UnscaledData, finding.Remedies.Any(remedy => remedy.Actions.Any(action => action.Kind == RemedyActionKind.ScaleInputs)));
    }

    [Theory]
    [InlineData("large inputs", 0.3, 11, Cause.UnscaledData)]
    [InlineData("inputs of size ten, saturated from the start", 0.4, 10, Cause.PoorInitialization)]
    [InlineData("inputs of size ten, saturated later", 0.3, 10, Cause.LearningRateTooHigh)]
    public void InputsAndTheFirstShareNameTheCauseOfSaturation(string name, double first, double input, Cause expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.SaturatedUnitFraction, "act0", [first, .. Enumerable.Repeat(0.8, 30)]).And(Trace.Of(Metric.InputAbsoluteMaximum, Enumerable.Repeat(input, 31)));
        var finding = Assert.Single(RuleVerifier.Run(Saturated, trace, new RunDescription { Model = GradientRulesTests.Stack(ActivationKind.Tanh, 3) }));

        Assert.Equal(expected, Assert.Single(finding.Causes, cause => cause.Cause is not (Cause.SaturatingActivation or Cause.MissingNormalization)).Cause);
        Assert.Contains(finding.Remedies, remedy => remedy.Actions.Any(action => action is { Kind: RemedyActionKind.ReplaceActivation, From: "Tanh" }));
    }

    /// <summary>Softmax is meant to come near its bounds, wherever it stands.</summary>
    [Theory]
    [InlineData(ActivationKind.Softmax, false)]
    [InlineData(ActivationKind.LogSoftmax, false)]
    [InlineData(ActivationKind.Sigmoid, true)]
    public void ASoftmaxIsNotJudged(ActivationKind kind, bool judged)
    {
        var run = new RunDescription { Model = GradientRulesTests.Stack(kind, 3) };
        var trace = Trace.Of(Metric.SaturatedUnitFraction, "act0", Enumerable.Repeat(1.0, 40));

        Assert.Equal(judged ? RuleOutcome.Found : RuleOutcome.NotEvaluated, RuleVerifier.Status(Saturated, trace, run).Outcome);
    }

    [Theory]
    [InlineData(4, RuleOutcome.NotEvaluated)]
    [InlineData(5, RuleOutcome.Passed)]
    public void TheirPatienceIsNeeded(int steps, RuleOutcome expected)
    {
        Assert.Equal(expected, RuleVerifier.Status(Saturated, Trace.Of(Metric.SaturatedUnitFraction, "tanh", Enumerable.Repeat(0.1, steps))).Outcome);
        Assert.Equal(expected, RuleVerifier.Status(Dead, Trace.Of(Metric.DeadFraction, "relu", Enumerable.Repeat(0.1, steps))).Outcome);
    }

    /// <summary>A loss of 1 at first and of another level from the middle on; a level of 1 is one that stays.</summary>
    private static Trace With(double? loss, Trace trace, int steps) =>
        loss is { } level ? trace.And(Trace.Of(Metric.Loss, Enumerable.Range(0, steps).Select(step => step < steps / 2 ? 1 : level))) : trace;
}
