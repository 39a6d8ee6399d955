using TrainingDoctor.Rules.Activations;

namespace TrainingDoctor.Tests.Activations;

/// <summary>Scales of activations at the limits of what may grow through depth and through time.</summary>
public sealed class ExplodingActivationLimitsTests
{
    private static readonly ExplodingActivation Rule = new(new());

    [Theory]
    [InlineData("a thousand times the first layer", 2, 2000, 0)]
    [InlineData("more", 2, 2001, 1)]
    [InlineData("a thousand times one, where the first layer is smaller", 0.5, 1000, 0)]
    [InlineData("more than a thousand times one", 0.5, 1001, 1)]
    public void DepthIsJudgedAgainstTheFirstLayerOrOne(string name, double first, double last, int findings)
    {
        _ = name;
        var found = RuleVerifier.Run(Rule, Layer("in", 0, 3, first).And(Layer("deep", 1, 3, last)));

        Assert.Equal(findings, found.Count);
        Assert.All(found, finding => Assert.Equal(("deep", last, 1000 * Math.Max(1, first), Severity.Warning), (finding.Layers[0], finding.Evidence[0].Value, finding.Evidence[0].Limit, finding.Severity)));
    }

    /// <summary>The first layer is the one that is called first; of those that are too large the largest is named, with the step of its largest value.</summary>
    [Fact]
    public void TheLargestLayerIsNamedAndTheFirstIsTheOneCalledFirst()
    {
        var deep = Trace.Of(Metric.CallOrder, "deep", 3).And(Trace.Of(Metric.OutputStandardDeviation, "deep", 4000, 9000, 5000, 20000));
        var finding = Assert.Single(RuleVerifier.Run(Rule, deep.And(Layer("wide", 2, 4, 8000)).And(Layer("in", 0, 4, 1)).And(Layer("other", 1, 4, 5))));

        Assert.Equal("Activations grow through depth up to deep", finding.Title.ToString());
        Assert.Equal((9000, 1L, 1000), (finding.Evidence[0].Value, finding.Evidence[0].Step, finding.Evidence[0].Limit));
    }

    [Theory]
    [InlineData("no order of calls", -1, 1)]
    [InlineData("a first layer without any spread", 0, 0)]
    public void WithoutAFirstLayerDepthIsNotJudged(string name, int order, double first)
    {
        _ = name;
        var trace = Trace.Of(Metric.OutputStandardDeviation, "in", Enumerable.Repeat(first, 10)).And(Trace.Of(Metric.OutputStandardDeviation, "deep", Enumerable.Repeat(1e6, 10)));

        Assert.Empty(RuleVerifier.Run(Rule, order < 0 ? trace : trace.And(Trace.Of(Metric.CallOrder, "in", order))));
    }

    [Theory]
    [InlineData("two steps, and the loss is no number", 2, double.NaN, Severity.Error)]
    [InlineData("two steps, and the loss is one", 2, 1, null)]
    [InlineData("three steps, and the loss is one", 3, 1, Severity.Warning)]
    public void ARunThatBreaksAtOnceIsJudgedByWhatThereIs(string name, int steps, double loss, Severity? expected)
    {
        _ = name;
        var trace = Layer("in", 0, steps, 1).And(Layer("deep", 1, steps, 1e5)).And(Trace.Of(Metric.Loss, [.. Enumerable.Repeat(1.0, steps - 1), loss]));

        Assert.Equal(expected, RuleVerifier.Run(Rule, trace).SingleOrDefault()?.Severity);
    }

    [Fact]
    public void WithoutALossAShortRunIsNotJudged()
    {
        var trace = Layer("in", 0, 2, 1).And(Layer("deep", 1, 2, 1e5));

        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, trace).Outcome);
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(Rule, Layer("in", 0, 3, 1)).Outcome);
    }

    [Theory]
    [InlineData("a hundredfold", 200, 2.5, 10, null)]
    [InlineData("more, and the loss above its first", 201, 2.5, 10, Severity.Error)]
    [InlineData("more, and the loss at its first", 201, 2, 10, null)]
    [InlineData("more, and the loss just above its first", 201, 2.125, 10, Severity.Warning)]
    [InlineData("more, and the loss is lost", 201, double.NaN, 10, Severity.Error)]
    [InlineData("more, for four steps", 201, 2.5, 4, null)]
    public void TimeIsJudgedAgainstTheFirstStepsWhileTheLossIsAbove(string name, double scale, double loss, int steps, Severity? expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.OutputStandardDeviation, "fc", [1, 2, 1.5, .. Enumerable.Repeat(2.0, 20), .. Enumerable.Repeat(scale, steps)])
            .And(Trace.Of(Metric.Loss, [.. Enumerable.Repeat(2.0, 23), .. Enumerable.Repeat(loss, steps)]));
        var finding = RuleVerifier.Run(Rule, trace).SingleOrDefault();

        Assert.Equal(expected, finding?.Severity);
        Assert.Equal(expected is null ? (null, null) : (23L, 200.0), (finding?.FirstStep, finding?.Evidence[0].Limit));
    }

    [Fact]
    public void WithoutALossGrowthInTimeTellsNothing() =>
        Assert.Empty(RuleVerifier.Run(Rule, Trace.Of(Metric.OutputStandardDeviation, "fc", [1, 1, 1, .. Enumerable.Repeat(1e6, 20)])));

    /// <summary>The layer that grew most is named, not the one that is largest, and only one that was measured at the step.</summary>
    [Fact]
    public void TheLayerThatGrewMostIsNamed()
    {
        var trace = Trace.Of(Metric.OutputStandardDeviation, "large", [1000, 1000, 1000, .. Enumerable.Repeat(2e5, 20)])
            .And(Trace.Of(Metric.OutputStandardDeviation, "small", [1, 1, 1, .. Enumerable.Repeat(300.0, 20)]))
            .And(Trace.Of(Metric.OutputStandardDeviation, "early", [1, 1, 1, 900]))
            .And(Trace.Of(Metric.Loss, [1, 1, 1, .. Enumerable.Repeat(2.0, 20)]));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal(("small", 300, 3L), (finding.Evidence[0].Layer, finding.Evidence[0].Value, finding.FirstStep));
    }

    [Fact]
    public void OfLayersThatGrewAlikeTheFirstIsNamed()
    {
        Trace Growing(string layer) => Trace.Of(Metric.OutputStandardDeviation, layer, [1, 1, 1, .. Enumerable.Repeat(500.0, 20)]);
        Trace Deep(string layer) => Trace.Of(Metric.OutputStandardDeviation, layer, 5000, 5000, 5000);

        Assert.Equal("b", Assert.Single(RuleVerifier.Run(Rule, Growing("b").And(Growing("a")).And(Trace.Of(Metric.Loss, [1, 1, 1, .. Enumerable.Repeat(2.0, 20)])))).Evidence[0].Layer);
        Assert.Equal("b", Assert.Single(RuleVerifier.Run(Rule, Layer("in", 0, 3, 1).And(Deep("b")).And(Deep("a")))).Evidence[0].Layer);
    }

    [Theory]
    [InlineData(50, Cause.LearningRateTooHigh)]
    [InlineData(51, Cause.UnscaledData)]
    public void LargeInputsAreAReason(double input, Cause expected)
    {
        var trace = Trace.Of(Metric.OutputStandardDeviation, "fc", [1, 1, 1, .. Enumerable.Repeat(500.0, 20)]).And(Trace.Of(Metric.Loss, [1, 1, 1, .. Enumerable.Repeat(2.0, 20)]))
            .And(Trace.Of(Metric.InputAbsoluteMaximum, Enumerable.Repeat(input, 23)));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rule, trace)).Causes.MaxBy(cause => cause.Likelihood)!.Cause);
    }

    /// <summary>What is no number is no first scale, and the losses of data sets say nothing of the run's.</summary>
    [Fact]
    public void NumbersOfTheRunAloneCount()
    {
        var infinite = Trace.Of(Metric.CallOrder, "in", 0).And(Trace.Of(Metric.OutputStandardDeviation, "in", [1, 1, 1, 1])).And(Trace.Of(Metric.OutputStandardDeviation, "deep", [double.PositiveInfinity, 2, 3, 1]));
        var foreign = Trace.Of(Metric.OutputStandardDeviation, "fc", [1, 1, 1, .. Enumerable.Repeat(500.0, 20)]).And(Trace.Of(Metric.Loss, "replay", [1, 1, 1, .. Enumerable.Repeat(2.0, 20)]));

        Assert.Empty(RuleVerifier.Run(Rule, infinite));
        Assert.Empty(RuleVerifier.Run(Rule, foreign));
    }

    private static Trace Layer(string name, int order, int steps, double scale) =>
        Trace.Of(Metric.CallOrder, name, order).And(Trace.Of(Metric.OutputStandardDeviation, name, Enumerable.Repeat(scale, steps)));
}
