using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>What is known of a model's output: from its structure, from the extremes of its last layer and its own, and from what the loss is given.</summary>
public sealed class OutputFactsTests
{
    private static readonly ModelDescription Hidden = Piece.Custom(Piece.Linear(8, 16), Piece.Linear(16, 10));

    /// <summary>The last layer gives values from -2 to 3 and from -1.5 to 4; the output shows what was made of them.</summary>
    [Theory]
    [InlineData(-2, 3, -1.5, 4, ActivationKind.Identity)]
    [InlineData(0, 3, 0, 4, ActivationKind.ReLU)]
    [InlineData(-2, 3, 0, 4, null)]
    [InlineData(0, 3, -1.5, 4, null)]
    [InlineData(-0.02, 3, -0.015, 4, ActivationKind.LeakyReLU)]
    [InlineData(-1, 1, -1, 1, ActivationKind.Hardtanh)]
    [InlineData(-2.0 / 3, 0.75, -0.6, 0.8, ActivationKind.Softsign)]
    [InlineData(-3, -0.5, -4, -0.25, ActivationKind.LogSoftmax)]
    [InlineData(-3, 0, -4, -0.25, ActivationKind.LogSoftmax)]
    [InlineData(-3, 0.5, -4, -0.25, null)]
    public void AFunctionInCodeIsSeenInTheExtremes(double low, double high, double lastLow, double lastHigh, ActivationKind? expected) =>
        Assert.Equal(expected, Of(Hidden, Extremes("1", [-2, -1.5], [3, 4]).And(Extremes("(output)", [low, lastLow], [high, lastHigh]))).Function);

    /// <summary>A module of the user's own that was called last may be the function itself: the layer before it is looked at.</summary>
    [Fact]
    public void TheLastLayerThatIsNoModuleOfTheUsersOwnIsLookedAt()
    {
        var model = Piece.Custom(Piece.Linear(8, 16), Piece.Linear(16, 10), Piece.Of(LayerKind.Other, "Squash"));
        var trace = Extremes("1", [-2, -1.5], [3, 4]).And(Trace.Of(Metric.CallOrder, "2", 2.0)).And(Extremes("(output)", [0, 0], [3, 4]));

        Assert.Equal(ActivationKind.ReLU, Of(model, trace).Function);
        Assert.Null(Of(model with { Layers = [.. model.Layers.Select(layer => layer with { Kind = LayerKind.Linear })] }, trace).Function);
    }

    [Theory]
    [InlineData("tanh", ActivationKind.Tanh)]
    [InlineData("exp", ActivationKind.Exponential)]
    public void SmoothFunctionsAreSeenToo(string name, ActivationKind expected)
    {
        double F(double x) => name == "tanh" ? Math.Tanh(x) : Math.Exp(x);
        double[] lows = [-2, -1.5];
        double[] highs = [1, 1.25];

        Assert.Equal(expected, Of(Hidden, Extremes("1", lows, highs).And(Extremes("(output)", [.. lows.Select(F)], [.. highs.Select(F)]))).Function);
    }

    /// <summary>Extremes of different steps or of different numbers of steps are not of each other, and what hardly spreads shows no function.</summary>
    [Fact]
    public void OnlyExtremesOfTheSameStepsAreCompared()
    {
        var output = Extremes("(output)", [-2, -1.5], [3, 4]);

        Assert.Null(Of(Hidden, Extremes("1", [-2, -1.5, -1], [3, 4, 5]).And(output)).Function);
        Assert.Null(Of(Hidden, output).Function);
        Assert.Null(Of(Hidden, Extremes("1", [-2, -1.5], [3, 4])).Function);
        Assert.Null(Of(Hidden, Trace.Of(Metric.CallOrder, "1", 1.0).And(Trace.Of(Metric.OutputMinimum, "1", -2, -1.5)).And(Trace.Of(Metric.OutputMaximum, "1", 3, 4).From(1)).And(output)).Function);
        Assert.Null(Of(Hidden, Extremes("1", [0.5, 0.5], [0.5005, 0.5005]).And(Extremes("(output)", [0.5, 0.5], [0.5005, 0.5005]))).Function);
        Assert.Equal(ActivationKind.Identity, Of(Hidden, Extremes("1", [0.5, 0.5], [0.5625, 0.5625]).And(Extremes("(output)", [0.5, 0.5], [0.5625, 0.5625]))).Function);
    }

    /// <summary>Rows of ten shares between 0 and 1 that sum to 1, in three steps.</summary>
    [Theory]
    [InlineData("shares", 0.0, 0.5, 1, 0.1, 3, ActivationKind.Softmax, 10)]
    [InlineData("two steps", 0.0, 0.5, 1, 0.1, 2, null, 10)]
    [InlineData("below zero", -0.01, 0.5, 1, 0.1, 3, null, 10)]
    [InlineData("above one", 0.0, 1.01, 1, 0.1, 3, null, 10)]
    [InlineData("one unit", 0.0, 0.5, 1, 1, 3, null, 1)]
    [InlineData("one unit that is always one", 1.0, 1, 1, 1, 3, ActivationKind.Softmax, 1)]
    [InlineData("one unit that is always one, in two steps", 1.0, 1, 1, 1, 2, null, 1)]
    [InlineData("another sum", 0.0, 0.5, 1.25, 0.125, 3, null, 10)]
    [InlineData("no whole number of units", 0.0, 0.5, 1, 0.3, 3, null, null)]
    [InlineData("a mean of zero", 0.0, 0.5, 1, 0, 3, null, null)]
    public void RowsThatSumToOneAreASoftmax(string name, double low, double high, double sum, double mean, int steps, ActivationKind? function, int? units)
    {
        double[] Repeat(double value) => [.. Enumerable.Repeat(value, steps)];
        var trace = Extremes("(output)", Repeat(low), Repeat(high)).And(Trace.Of(Metric.RowSum, "(output)", Repeat(sum))).And(Trace.Of(Metric.OutputMean, "(output)", Repeat(mean)));
        var facts = Of(Hidden, trace);

        Assert.True((function, units) == (facts.Function, (int?)facts.Units), $"{name}: {facts.Function} {facts.Units}");
    }

    [Theory]
    [InlineData(new[] { 1.0, 1.002, 1 }, null)]
    [InlineData(new[] { 1.0, 0.998, 1 }, null)]
    [InlineData(new[] { 1.0, 1.0005, 1 }, ActivationKind.Softmax)]
    public void EveryRowOfASoftmaxSumsToOne(double[] sums, ActivationKind? function) => Assert.Equal(
        function, Of(Hidden, Extremes("(output)", [0, 0, 0], [0.5, 0.5, 0.5]).And(Trace.Of(Metric.RowSum, "(output)", sums)).And(Trace.Of(Metric.OutputMean, "(output)", 0.1, 0.1, 0.1))).Function);

    /// <summary>What the loss is given tells where neither structure nor layers do.</summary>
    [Theory]
    [InlineData(1, 1, 5, ActivationKind.Softmax)]
    [InlineData(2, 1, 5, ActivationKind.LogSoftmax)]
    [InlineData(1, 0, 5, null)]
    [InlineData(1, 1, 4, null)]
    public void WhatIsComparedTellsTheFunction(double form, double dimension, int looks, ActivationKind? function)
    {
        var dimensions = Trace.Of(Metric.ComparedDimension, Enumerable.Repeat(dimension, looks));

        Assert.Equal(function, Of(Hidden, Trace.Of(Metric.ComparedForm, Enumerable.Repeat(form, looks)).And(dimensions)).Function);
        Assert.Null(Of(Hidden, Trace.Of(Metric.ComparedForm, [3 - form, .. Enumerable.Repeat(form, looks - 1)]).And(dimensions)).Function);
    }

    public static TheoryData<string, ModelDescription, ActivationKind?, string?, bool, long?> Structures => new()
    {
        { "a function at the end", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(ActivationKind.Tanh)), ActivationKind.Tanh, "1", true, 4 },
        { "none", Piece.Sequence(Piece.Linear(8, 4)), ActivationKind.Identity, "0", false, 4 },
        { "kernels", Piece.Sequence(Piece.Convolution(8, 4, 3)), ActivationKind.Identity, "0", false, 4 },
        { "dropout and a reshape behind", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(ActivationKind.Tanh), Piece.Dropout(0.5), Piece.Of(LayerKind.Reshape, "Flatten")), ActivationKind.Tanh, "1", true, null },
        { "dropout behind", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(ActivationKind.Tanh), Piece.Dropout(0.5)), ActivationKind.Tanh, "1", true, 4 },
        { "an identity behind", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(ActivationKind.Tanh), Piece.Of(ActivationKind.Identity)), ActivationKind.Tanh, "1", true, 4 },
        { "a function that is not known", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(ActivationKind.Other)), null, "1", true, 4 },
        { "a recurrent layer", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(LayerKind.Recurrent, "LSTM")), null, "1", false, null },
        { "a module of the user's own", Piece.Sequence(Piece.Linear(8, 4), Piece.Of(LayerKind.Other, "Scale")), null, "1", false, null },
        { "a custom model", Hidden, null, null, false, null },
    };

    [Theory]
    [MemberData(nameof(Structures))]
    public void TheStructureTellsTheFunction(string name, ModelDescription model, ActivationKind? function, string? layer, bool isModule, long? units)
    {
        var facts = Of(model, Trace.Of(Metric.Loss, 1, 1));

        Assert.True((function, layer, isModule, units) == (facts.Function, facts.Layer, facts.IsModule, facts.Units), $"{name}: {facts}");
    }

    /// <summary>Where the model's output was never seen, the activation that was called last is presumed to make it.</summary>
    [Theory]
    [InlineData(ActivationKind.Sigmoid, ActivationKind.Sigmoid, true)]
    [InlineData(ActivationKind.Identity, null, false)]
    public void TheActivationThatWasCalledLastIsPresumed(ActivationKind last, ActivationKind? function, bool isPresumed)
    {
        var called = Trace.Of(Metric.CallOrder, "0", 0.0).And(Trace.Of(Metric.CallOrder, "1", 1.0)).And(Trace.Of(Metric.InputOrigin, "1", 0.0));
        var facts = Of(Piece.Custom(Piece.Linear(8, 4), Piece.Of(last)), called);

        Assert.Equal((function, isPresumed), (facts.Function, facts.IsPresumed));
        Assert.False(Of(Piece.Custom(Piece.Linear(8, 4), Piece.Linear(4, 4)), called).IsPresumed);
    }

    /// <summary>Targets have bounds where they are values: not class indices of which some may be ignored, and no infinities.</summary>
    [Fact]
    public void TargetsHaveBoundsWhereTheyAreValues()
    {
        var targets = Trace.Of(Metric.TargetMinimum, -1, -2).And(Trace.Of(Metric.TargetMaximum, 3, 5));

        Assert.Equal((-2, 5), Of(Hidden, targets).Targets);
        Assert.Null(Of(Hidden, targets.And(Trace.Of(Metric.TargetIgnoredFraction, 0, 0))).Targets);
        Assert.Null(Of(Hidden, Trace.Of(Metric.TargetMinimum, -1, -2)).Targets);
        Assert.Null(Of(Hidden, Trace.Of(Metric.TargetMaximum, -1, -2)).Targets);
        Assert.Null(Of(Hidden, Trace.Of(Metric.TargetMinimum, double.NaN).And(Trace.Of(Metric.TargetMaximum, 3, 5))).Targets);
    }

    /// <summary>Zeros and ones alone have the variance m(1 - m), at first and at last.</summary>
    [Theory]
    [InlineData(0.25, 0.4330127, 0.25, 0.4330127, 0, 1, true)]
    [InlineData(0.25, 0.4330127, 0.25, 0.42, 0, 1, false)]
    [InlineData(0.25, 0.42, 0.25, 0.4330127, 0, 1, false)]
    [InlineData(0.25, 0.4330127, 0.5, 0.5, 0, 1, true)]
    [InlineData(0.25, 0.4330127, 0.25, 0.4330127, 0, 2, false)]
    [InlineData(0.25, 0.4330127, 0.25, 0.4330127, -1, 1, false)]
    public void ZerosAndOnesAreToldByTheirVariance(double mean, double deviation, double lastMean, double lastDeviation, double low, double high, bool areBinary) => Assert.Equal(
        areBinary,
        Of(Hidden, Trace.Of(Metric.TargetMinimum, low).And(Trace.Of(Metric.TargetMaximum, high)).And(Trace.Of(Metric.TargetMean, mean, lastMean)).And(Trace.Of(Metric.TargetStandardDeviation, deviation, lastDeviation))).HasBinaryTargets);

    /// <summary>An output that was alive at first and is zero now, beside targets that are not.</summary>
    [Theory]
    [InlineData("zero", 0, 0, 1, 20, true)]
    [InlineData("nineteen steps", 0, 0, 1, 19, false)]
    [InlineData("a number at the end", 0, 0.5, 1, 20, false)]
    [InlineData("targets that may be zero", 0, 0, 0, 20, false)]
    [InlineData("a large number a moment ago", 1e6, 0, 1, 20, false)]
    public void AnOutputOfZerosIsStuck(string name, double before, double last, double target, int steps, bool isStuck) => Assert.True(
        isStuck == Of(Hidden, Trace.Of(Metric.OutputAbsoluteMaximum, "(output)", [.. Enumerable.Repeat(before, steps - 1), last]).And(Trace.Of(Metric.TargetMaximum, target, target))).IsStuckAtZero, name);

    /// <summary>A loss and a gradient of zero, though outputs lie three deviations of the targets and more from their mean.</summary>
    [Theory]
    [InlineData("far off", 0, 0, 7, 20, true)]
    [InlineData("three deviations off", 0, 0, 6, 20, false)]
    [InlineData("far below", 0, 0, -7, 20, true)]
    [InlineData("a loss", 0.5, 0, 7, 20, false)]
    [InlineData("a gradient", 0, 0.5, 7, 20, false)]
    [InlineData("nineteen steps", 0, 0, 7, 19, false)]
    public void ALossOfZeroIsBlindWhereTheOutputIsFarOff(string name, double loss, double gradient, double output, int steps, bool isBlind) => Assert.True(
        isBlind == Of(Hidden, Trace.Of(Metric.Loss, [.. Enumerable.Repeat(1.0, steps - 1), loss]).And(Trace.Of(Metric.GlobalGradientNorm, 1, gradient)).And(Trace.Of(Metric.OutputMean, "(output)", 0, output))
            .And(Trace.Of(Metric.TargetMean, 0, 0)).And(Trace.Of(Metric.TargetStandardDeviation, 2, 2))).IsLossBlind, name);

    /// <summary>The variance of the targets is what a constant answer costs: 4.</summary>
    [Theory]
    [InlineData(4.0, 20, true)]
    [InlineData(3.88, 20, true)]
    [InlineData(3.8, 20, false)]
    [InlineData(4.0, 19, false)]
    public void ALossIsHeldToThatOfAConstantAnswer(double loss, int steps, bool isNoBetter)
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "MSELoss" } };

        Assert.Equal(isNoBetter, OutputFacts.Of(Inspection.View(Hidden, Trace.Of(Metric.Loss, Enumerable.Repeat(loss, steps)).And(Trace.Of(Metric.TargetStandardDeviation, 2, 2)), run)).IsNoBetterThanConstant);
    }

    [Fact]
    public void WhatWasNotMeasuredIsNotKnown()
    {
        var facts = Of(Hidden, Trace.Of(Metric.TargetStandardDeviation, double.NaN).And(Trace.Of(Metric.Loss, double.NaN)));

        Assert.Equal((0, null, null), (facts.TargetDeviation, facts.SmallestLoss, facts.OutsideFraction));
        Assert.Equal(2.5, Of(Hidden, Trace.Of(Metric.TargetStandardDeviation, 2, 3).And(Trace.Of(Metric.Loss, 3, 1, 2))).TargetDeviation);
        Assert.Equal(1, Of(Hidden, Trace.Of(Metric.Loss, 3, 1, 2)).SmallestLoss);
    }

    private static Trace Extremes(string layer, double[] lows, double[] highs) =>
        Trace.Of(Metric.OutputMinimum, layer, lows).And(Trace.Of(Metric.OutputMaximum, layer, highs)).And(Trace.Of(Metric.CallOrder, "0", 0.0)).And(Trace.Of(Metric.CallOrder, "1", 1.0));

    private static OutputFacts Of(ModelDescription model, Trace trace) => OutputFacts.Of(Inspection.View(model, trace));
}
