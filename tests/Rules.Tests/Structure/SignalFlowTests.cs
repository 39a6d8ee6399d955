using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>What a stack makes of a signal of unit size and of the gradient that comes back, by numbers that can be computed by hand; and what TD7003 and TD7005 say of it at their limits.</summary>
public sealed class SignalFlowTests
{
    private static readonly Piece Tanh = Piece.Of(ActivationKind.Tanh);
    private static readonly Piece Relu = Piece.Of(ActivationKind.ReLU);
    private static readonly Piece Norm = Piece.Of(LayerKind.Normalization, "LayerNorm");

    /// <summary>A gain of a half from 64 to 16 features: the signal halves, and the gradient's second moment goes by a quarter of a quarter.</summary>
    [Fact]
    public void LinearLayersMultiplySignalAndGradient()
    {
        var stages = Through(Piece.Sequence(Piece.Linear(64, 16, 0.5), Piece.Linear(16, 16, 2), Piece.Linear(16, 64, 4)));

        Assert.Equal([0.5, 2, 4], stages.Select(stage => stage.Gain));
        Assert.Equal([0.5, 1, 4], stages.Select(stage => stage.Scale));
        Assert.Equal([0.0625, 0.25, 16], stages.Select(stage => stage.GradientMoment));
        Assert.Equal([true, false, false], stages.Select(stage => stage.FollowsNormalization));
        Assert.Equal([false, false, true], stages.Select(stage => stage.IsOutput));
    }

    /// <summary>A rectifier passes on half of the signal's power, and half of the gradient's.</summary>
    [Fact]
    public void ARectifierHalvesBoth()
    {
        var stages = Through(Piece.Sequence(Piece.Linear(16, 16, 2), Relu, Piece.Linear(16, 16, 1)));

        Assert.Equal(Math.Sqrt(2), stages[1].Scale, 2);
        Assert.InRange(stages[1].GradientMoment, 1.99, 2.01);
        Assert.Equal("1", stages[0].Activation?.Path);
        Assert.Null(stages[1].Activation);
    }

    /// <summary>The mean of the weights adds to what passes, not to what varies.</summary>
    [Fact]
    public void TheMeanOfTheWeightsCountsForTheScaleAlone()
    {
        var piece = Piece.Linear(16, 16, 0.75);
        var stage = Assert.Single(Through(Piece.Sequence(piece with { Parameters = [piece.Parameters[0] with { InitialMean = 0.25 }] })));

        Assert.Equal((0.75, 1.25, 0.5625), (stage.Gain, stage.Scale, stage.GradientMoment));
    }

    public static TheoryData<string, ModelDescription, double, double, bool> Betweens => new()
    {
        { "nothing", Piece.Sequence(Piece.Linear(16, 16, 4), Piece.Linear(16, 16, 0.5)), 2, 4, false },
        { "a normalisation of layers", Piece.Sequence(Piece.Linear(16, 16, 4), Norm, Piece.Linear(16, 16, 0.5)), 0.5, 0.25, true },
        { "a normalisation of batches", Piece.Sequence(Piece.Linear(16, 16, 4), Piece.BatchNorm, Piece.Linear(16, 16, 0.5)), 0.5, 0.25, true },
        { "a recurrent layer", Piece.Sequence(Piece.Linear(16, 16, 4), Piece.Of(LayerKind.Recurrent, "LSTM"), Piece.Linear(16, 16, 0.5)), 0.5, 0.25, true },
        { "an attention", Piece.Sequence(Piece.Linear(16, 16, 4), Piece.Of(LayerKind.Attention, "MultiheadAttention"), Piece.Linear(16, 16, 0.5)), 0.5, 0.25, true },
        { "an embedding", Piece.Sequence(Piece.Linear(16, 16, 4), Piece.Of(LayerKind.Embedding, "Embedding"), Piece.Linear(16, 16, 0.5)), 0.5, 0.25, true },
        { "a module of the user's own", Piece.Sequence(Piece.Linear(16, 16, 4), Piece.Of(LayerKind.Other, "Block"), Piece.Linear(16, 16, 0.5)), 0.5, 0.25, true },
        { "a container", Piece.Sequence(Piece.Linear(16, 16, 4), Piece.Of(LayerKind.Container, "Block"), Piece.Linear(16, 16, 0.5)), 0.5, 0.25, true },
        { "dropout", Piece.Sequence(Piece.Linear(16, 16, 4), Piece.Dropout(0.5), Piece.Linear(16, 16, 0.5)), 2, 4, false },
        { "pooling", Piece.Sequence(Piece.Linear(16, 16, 4), Piece.Of(LayerKind.Pooling, "AvgPool2d"), Piece.Linear(16, 16, 0.5)), 2, 4, false },
        { "a softmax, which is no function of one number", Piece.Sequence(Piece.Linear(16, 16, 4), Piece.Of(ActivationKind.Softmax), Piece.Linear(16, 16, 0.5)), 2, 4, false },
    };

    [Theory]
    [MemberData(nameof(Betweens))]
    public void WhatStandsBetweenStartsAnewOrPassesOn(string name, ModelDescription model, double scale, double gradient, bool isAnew)
    {
        var last = Through(model)[1];

        Assert.True((scale, gradient, isAnew) == (last.Scale, last.GradientMoment, last.FollowsNormalization), $"{name}: {last}");
    }

    /// <summary>What follows a layer is looked for behind dropout, reshaping and pooling.</summary>
    [Fact]
    public void WhatFollowsIsLookedForBehindWhatOnlyMoves()
    {
        Piece[] moving = [Piece.Dropout(0.5), Piece.Of(LayerKind.Reshape, "Flatten"), Piece.Of(LayerKind.Pooling, "MaxPool2d")];
        var activated = Through(Piece.Sequence([Piece.Linear(16, 16), .. moving, Tanh, Piece.Linear(16, 16)]))[0];
        var normalized = Through(Piece.Sequence([Piece.Linear(16, 16), .. moving, Norm, Tanh, Piece.Linear(16, 16)]))[0];

        Assert.Equal(("4", false), (activated.Activation?.Path, activated.IsNormalizedNext));
        Assert.Equal((null, true), (normalized.Activation?.Path, normalized.IsNormalizedNext));
    }

    /// <summary>Layers whose weights or fans are not known are left out.</summary>
    [Fact]
    public void WhatIsNotKnownIsLeftOut()
    {
        Piece With(Func<ParameterDescription, ParameterDescription> change) => Piece.Linear(16, 16, 4) is var piece ? piece with { Parameters = [change(piece.Parameters[0])] } : piece;
        var model = Piece.Sequence(
            With(weight => weight with { FanIn = null }), With(weight => weight with { FanOut = 0 }), With(weight => weight with { FanIn = 0 }), With(weight => weight with { InitialStandardDeviation = double.NaN }),
            Piece.Linear(16, 16, 4) with { Parameters = [] }, Piece.Linear(16, 16, 2));

        Assert.Equal(("5", 2, true), Assert.Single(Through(model)) is var stage ? (stage.Layer.Path, stage.Scale, stage.FollowsNormalization) : default);
    }

    /// <summary>Two layers and an output: the scale before the output is that of the two together.</summary>
    [Theory]
    [InlineData("a quarter", 0.5, 0.5, 0.25, 0.25, null)]
    [InlineData("a quarter, which is below the larger limit", 0.5, 0.5, 0.25, 0.5, Severity.Info)]
    [InlineData("less", 0.5, 0.25, 0.25, 0.5, Severity.Warning)]
    [InlineData("sixteen times", 4, 4, 0.001, 0.01, null)]
    [InlineData("thirty-two times, which is above the smaller limit", 4, 8, 0.001, 0.01, Severity.Info)]
    [InlineData("more", 8, 8, 0.001, 0.01, Severity.Warning)]
    [InlineData("one layer of zeros", 8, 0, 0.001, 0.01, null)]
    public void TheSignalIsHeldToItsLimits(string name, double first, double second, double warning, double info, Severity? expected)
    {
        var options = new InitializationMismatchOptions { WarningShrinkage = warning, InfoShrinkage = info, InfoGrowth = 16, WarningGrowth = 32 };
        var symptom = Inspection.Of(new InitializationMismatch(options), Piece.Sequence(Piece.Linear(16, 16, first), Piece.Linear(16, 16, second), Piece.Linear(16, 2, 100))).SingleOrDefault();

        Assert.True(expected == symptom?.Severity, $"{name}: {symptom?.Evidence[0]}");
        Assert.True(symptom is null || (symptom.Variant, symptom.Confidence, symptom.Evidence[0].Value, string.Join(' ', symptom.Layers)) ==
            (first < 1 ? "vanishing" : "exploding", expected == Severity.Info ? 0.6 : 0.85, first * second, "0 1"), name);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void AShallowStackIsLeftAlone(int depth, bool isFound) => Assert.Equal(
        isFound, Inspection.Of(new InitializationMismatch(new InitializationMismatchOptions { MinimumDepth = depth }), Piece.Sequence(Piece.Linear(16, 16, 8), Piece.Linear(16, 16, 8), Piece.Linear(16, 2))).Count == 1);

    public static TheoryData<string, ModelDescription, string[]> Runs => new()
    {
        { "two stacks, each beyond its limit", Piece.Sequence(Piece.Linear(16, 16, 40), Relu, Norm, Piece.Linear(16, 16, 50), Piece.Linear(16, 2)), ["exploding 0", "exploding 3"] },
        { "a wide layer that is normalised at once", Piece.Sequence(Piece.Linear(16, 16, 4000), Norm, Relu, Piece.Linear(16, 16), Relu, Piece.Linear(16, 2)), [] },
        { "a wide output", Piece.Sequence(Piece.Linear(16, 16), Relu, Piece.Linear(16, 2, 4000)), [] },
        { "a wide layer at the end of a part", Piece.Custom(Piece.Linear(16, 16), Piece.Linear(16, 2, 4000)), [] },
        { "wide before a function that saturates", Piece.Sequence(Piece.Linear(16, 16, 4), Tanh, Piece.Linear(16, 2)), ["saturating 0"] },
        { "less wide", Piece.Sequence(Piece.Linear(16, 16, 3), Tanh, Piece.Linear(16, 2)), [] },
        { "a wide signal and a narrow layer", Piece.Sequence(Piece.Linear(16, 16, 14), Piece.Linear(16, 16, 2), Tanh, Piece.Linear(16, 2)), [] },
        { "wide before a function that does not", Piece.Sequence(Piece.Linear(16, 16, 4), Piece.Of(ActivationKind.GELU), Piece.Linear(16, 2)), [] },
        { "wide before a function that saturates at the output", Piece.Sequence(Piece.Linear(16, 16), Relu, Piece.Linear(16, 2, 8), Tanh), [] },
        { "the first that saturates is told", Piece.Sequence(Piece.Linear(16, 16, 4), Tanh, Piece.Linear(16, 16, 8), Tanh, Piece.Linear(16, 2)), ["saturating 0"] },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void StacksAreJudgedFromNormalisationToNormalisation(string name, ModelDescription model, string[] expected)
    {
        var symptoms = Inspection.Of(new InitializationMismatch(new()), model);

        Assert.True(expected.SequenceEqual(symptoms.Select(symptom => $"{symptom.Variant} {string.Join(' ', symptom.Layers)}")), $"{name}: {string.Join("; ", symptoms.Select(symptom => $"{symptom.Variant} {string.Join(' ', symptom.Layers)}"))}");
    }

    /// <summary>A function is flat where its slope is below a tenth of the largest.</summary>
    [Theory]
    [InlineData(ActivationKind.Tanh, 1.82)]
    [InlineData(ActivationKind.Sigmoid, 3.64)]
    [InlineData(ActivationKind.Hardtanh, 1)]
    public void AFunctionIsFlatBeyondItsLimit(ActivationKind activation, double limit) => Assert.Equal(
        limit, Inspection.Of(new InitializationMismatch(new()), Piece.Sequence(Piece.Linear(16, 16, 20), Piece.Of(activation), Piece.Linear(16, 2)))[0].Evidence[0].Limit!.Value, 2);

    /// <summary>Modest weights are not to blame where half of the functions saturate and more: then the functions are.</summary>
    [Theory]
    [InlineData("half, modest weights", 0.375, 3, 3, false)]
    [InlineData("less than half", 0.375, 3, 4, true)]
    [InlineData("half, narrow weights", 0.25, 3, 3, true)]
    public void ModestWeightsAreNotToBlameForSaturation(string name, double gain, int saturating, int others, bool isFound)
    {
        Piece[] Stack(int count, Piece activation) => [.. Enumerable.Range(0, count).SelectMany(_ => new[] { Piece.Linear(16, 16, gain), activation })];
        var model = Piece.Sequence([.. Stack(saturating, Tanh), .. Stack(others, Relu), Piece.Linear(16, 2)]);

        Assert.True(isFound == (Inspection.Of(new InitializationMismatch(new()), model).Count == 1), name);
    }

    /// <summary>The scheme that is prescribed goes with the last function of the stack.</summary>
    [Fact]
    public void TheSchemeGoesWithTheLastFunction()
    {
        double? Activation(params Piece[] pieces) => Inspection.Of(new InitializationMismatch(new()), Piece.Sequence(pieces))[0].Values.TryGetValue("activation", out double kind) ? kind : null;

        Assert.Equal((double)ActivationKind.Tanh, Activation(Piece.Linear(16, 16, 1), Piece.Of(ActivationKind.SiLU), Piece.Linear(16, 16, 5000), Tanh, Piece.Linear(16, 2)));
        Assert.Equal((double)ActivationKind.SiLU, Activation(Piece.Linear(16, 16, 5000), Piece.Of(ActivationKind.SiLU), Piece.Linear(16, 16, 2), Piece.Linear(16, 2)));
        Assert.Null(Activation(Piece.Linear(16, 16, 5000), Piece.Linear(16, 16, 1), Piece.Linear(16, 2)));
    }

    public static TheoryData<string, ModelDescription, int?> Depths => new()
    {
        { "three", Piece.Sequence(Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 2)), 3 },
        { "two", Piece.Sequence(Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 2)), null },
        { "two and one behind the output", Piece.Sequence(Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 2, 0.01), Tanh), null },
        { "three, one of them a layer of zeros", Piece.Sequence(Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 16, 0), Tanh, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 2)), null },
        { "three, with a normalisation between", Piece.Sequence(Piece.Linear(16, 16, 0.1), Tanh, Norm, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 2)), null },
        { "three behind a normalisation", Piece.Sequence(Piece.Linear(16, 16, 0.1), Norm, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 2)), 3 },
        { "three among rectifiers", Piece.Sequence(Piece.Linear(16, 16, 0.1), Relu, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 16, 0.1), Tanh, Piece.Linear(16, 2)), 3 },
        { "three that let it pass", Piece.Sequence(Piece.Linear(16, 16, 1), Tanh, Piece.Linear(16, 16, 1), Tanh, Piece.Linear(16, 16, 1), Tanh, Piece.Linear(16, 16, 1)), null },
    };

    [Theory]
    [MemberData(nameof(Depths))]
    public void ASaturatingStackIsCountedFromNormalisationToNormalisation(string name, ModelDescription model, int? depth)
    {
        var symptom = Inspection.Of(new DeepSaturatingStack(new()), model).SingleOrDefault();

        Assert.True(depth == (int?)symptom?.Evidence[1].Value, $"{name}: {symptom?.Evidence[0]}");
        Assert.True(depth == symptom?.Layers.Count, name);
    }

    /// <summary>The weights of the first layer are not on the way of the gradient; its function is, at the scale that it is given.</summary>
    [Fact]
    public void TheFirstLayersWeightsAreNotOnTheWay()
    {
        double Share(params Piece[] pieces) => Inspection.Of(new DeepSaturatingStack(new DeepSaturatingStackOptions { MinimumDepth = 1, InfoShare = 1 }), Piece.Sequence(pieces))[0].Evidence[0].Value;

        // Hardtanh has a slope of 1 within its bounds, which a signal of an eighth hardly ever leaves.
        Assert.Equal(0.5, Share(Piece.Linear(16, 16, 0.125), Piece.Of(ActivationKind.Hardtanh), Piece.Linear(16, 16, 0.5)), 3);
        Assert.Equal(0.125, Share(Piece.Linear(16, 16, 0.125), Piece.Of(ActivationKind.Hardtanh), Piece.Linear(16, 16, 0.5), Piece.Of(ActivationKind.Hardtanh), Piece.Linear(16, 16, 0.25)), 3);
        Assert.Equal(0.25, Share(Piece.Linear(16, 16, 0.125), Piece.Linear(16, 16, 0.5), Piece.Of(ActivationKind.Hardtanh), Piece.Linear(16, 16, 0.5)), 3);
    }

    private static IReadOnlyList<SignalStage> Through(ModelDescription model) => Inspection.View(model) is var view ? SignalFlow.Through(view, view.Chains[0]) : [];
}
