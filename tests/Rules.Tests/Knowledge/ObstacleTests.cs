using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>What keeps a network from learning, or its weights from moving: how likely each cause is made by each number, and what is prescribed for it.</summary>
public sealed class ObstacleTests
{
    private const string Usual = "SaturatingActivation 0.16 LearningRateTooHigh 0.2 LearningRateTooLow 0.2 UnscaledData 0.04 LabelError 0.12 UnderCapacity 0.16 TooFewEpochs 0.08";

    private static readonly RunDescription Sgd = new() { Optimizer = new OptimizerDescription { TypeName = "SGD" } };

    /// <summary>Weights of 0.2, 0.25, 0.25, 0.05, 0.15, 0.2 and 0.1 sum to 1.2 and become 0.95 in all.</summary>
    [Theory]
    [InlineData(Metric.DeadFraction, 0.8, Usual)]
    [InlineData(Metric.DeadFraction, 0.85, "DyingRelu 0.42 PoorInitialization 0.11 SaturatingActivation 0.07 LearningRateTooHigh 0.09 LearningRateTooLow 0.09 UnscaledData 0.02 LabelError 0.05 UnderCapacity 0.07 TooFewEpochs 0.04")]
    [InlineData(Metric.GlobalUpdateRatio, 0.05, Usual)]
    [InlineData(Metric.GlobalUpdateRatio, 0.06, "SaturatingActivation 0.1 LearningRateTooHigh 0.49 LearningRateTooLow 0.12 UnscaledData 0.02 LabelError 0.07 UnderCapacity 0.1 TooFewEpochs 0.05")]
    [InlineData(Metric.GlobalUpdateRatio, 1e-4, Usual)]
    [InlineData(Metric.GlobalUpdateRatio, 9e-5, "SaturatingActivation 0.1 LearningRateTooHigh 0.12 LearningRateTooLow 0.49 UnscaledData 0.02 LabelError 0.07 UnderCapacity 0.1 TooFewEpochs 0.05")]
    [InlineData(Metric.InputAbsoluteMaximum, 20, Usual)]
    [InlineData(Metric.InputAbsoluteMaximum, 21, "SaturatingActivation 0.1 LearningRateTooHigh 0.13 LearningRateTooLow 0.13 UnscaledData 0.36 LabelError 0.08 UnderCapacity 0.1 TooFewEpochs 0.05")]
    [InlineData(Metric.TargetMajorityFraction, 0.8, Usual)]
    [InlineData(Metric.TargetMajorityFraction, 0.85, "SaturatingActivation 0.11 LearningRateTooHigh 0.13 LearningRateTooLow 0.13 UnscaledData 0.03 LabelError 0.08 ClassImbalance 0.32 UnderCapacity 0.11 TooFewEpochs 0.05")]
    [InlineData(Metric.RegularizationGradientRatio, 1, Usual)]
    [InlineData(Metric.RegularizationGradientRatio, 1.5, "SaturatingActivation 0.09 LearningRateTooHigh 0.11 LearningRateTooLow 0.11 UnscaledData 0.02 LabelError 0.06 ExcessiveRegularization 0.43 UnderCapacity 0.09 TooFewEpochs 0.04")]
    public void EachNumberWeighsACause(Metric metric, double value, string expected) => Assert.Equal(expected, Rank(metric == Metric.DeadFraction ? Measured.Steady(metric, "relu", value) : Measured.Steady(metric, value), Sgd));

    [Fact]
    public void WhatNeverMovedIsNotShortOfCapacity() => Assert.Equal(
        "SaturatingActivation 0.21 LearningRateTooHigh 0.26 LearningRateTooLow 0.26 UnscaledData 0.05 LabelError 0.16", Rank(new Trace(), Sgd, neverMoved: true));

    /// <summary>Three saturating layers before the last are many; where a model is known to have fewer, none is to blame.</summary>
    [Theory]
    [InlineData(3, "SaturatingActivation 0.4 TooDeepWithoutSkip 0.16 LearningRateTooHigh 0.1")]
    [InlineData(2, "LearningRateTooHigh 0.24 LearningRateTooLow 0.24 UnscaledData 0.05")]
    public void SaturatingLayersAreCounted(int count, string expected)
    {
        var run = Sgd with { Model = Piece.Sequence([.. Enumerable.Repeat(Piece.Of(ActivationKind.Tanh), count), Piece.Of(ActivationKind.Tanh)]) };

        Assert.StartsWith(expected, Rank(new Trace(), run), StringComparison.Ordinal);
    }

    /// <summary>Gradients cut to one norm, and steps below a thousandth, outweigh all else, penalties too.</summary>
    [Theory]
    [InlineData(0.0009, true)]
    [InlineData(0.001, false)]
    public void ClippingOutweighsAll(double update, bool isClipped)
    {
        var trace = Measured.Steady(Metric.GlobalUpdateRatio, update).And(Measured.Steady(Metric.GlobalGradientNorm, 0.5)).And(Measured.Steady(Metric.RegularizationGradientRatio, 3));
        string ranked = Rank(trace, Sgd);

        Assert.Equal(isClipped, ranked.Contains("ExcessiveClipping 0.73", StringComparison.Ordinal));
        Assert.Equal(!isClipped, ranked.Contains("ExcessiveRegularization", StringComparison.Ordinal));
    }

    /// <summary>A loss at a guess whose weights move speaks for labels: between nine tenths of it and a twentieth above.</summary>
    [Theory]
    [InlineData(1.0, 0.01, true)]
    [InlineData(0.91, 0.01, true)]
    [InlineData(0.89, 0.01, false)]
    [InlineData(1.04, 0.01, true)]
    [InlineData(0.9, 0.01, false)]
    [InlineData(1.05, 0.01, false)]
    [InlineData(1.06, 0.01, false)]
    [InlineData(1.0, 0.05, false)]
    [InlineData(1.0, 0.0001, false)]
    public void ALossAtAGuessSpeaksForLabels(double level, double update, bool isLabel)
    {
        var run = Sgd with { Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "MSELoss" } };
        var trace = Measured.Steady(Metric.Loss, level).And(Measured.Steady(Metric.TargetStandardDeviation, 1)).And(Measured.Steady(Metric.GlobalUpdateRatio, update));

        Assert.Equal(isLabel, Rank(trace, run).Contains("LabelError 0.41", StringComparison.Ordinal));
    }

    /// <summary>Where nothing moves at all, the optimizer holds nothing, or the gradient is missing.</summary>
    [Theory]
    [InlineData(0.0, null, null, "WrongOptimizerParameters 0.6 FrozenParameters 0.3")]
    [InlineData(null, 0.0, null, "WrongOptimizerParameters 0.6 FrozenParameters 0.3")]
    [InlineData(null, -1.0, 0.0, "DetachedGraph 0.6 FrozenParameters 0.3")]
    [InlineData(0.0, null, 1.0, "WrongOptimizerParameters 0.6 FrozenParameters 0.3")]
    [InlineData(null, 0.1, 0.0, Usual)]
    public void WhereNothingMovesNothingIsHeld(double? update, double? rate, double? present, string expected)
    {
        var trace = (update is { } moved ? Measured.Steady(Metric.GlobalUpdateRatio, moved) : new Trace()).And(rate is { } at ? Measured.Steady(Metric.LearningRate, at) : new Trace())
            .And(present is { } has ? Measured.Steady(Metric.GradientPresent, "w", has).And(Measured.Steady(Metric.GradientPresent, "v", 0)) : new Trace());

        Assert.Equal(expected, Rank(trace, Sgd));
    }

    [Theory]
    [InlineData("DyingRelu 0.3", "ReplaceActivation+Reinitialize")]
    [InlineData("SaturatingActivation 0.3", "ReplaceActivation+Reinitialize ReplaceActivation+Reinitialize")]
    [InlineData("LearningRateTooHigh 0.3", "ScaleLearningRate")]
    [InlineData("LearningRateTooLow 0.3", "ScaleLearningRate")]
    [InlineData("UnscaledData 0.3", "ScaleInputs")]
    [InlineData("UnscaledData 0.1", "")]
    [InlineData("LabelError 0.3", "InspectData")]
    [InlineData("LabelError 0.3 UnscaledData 0.3", "InspectData ScaleInputs")]
    [InlineData("LabelError 0.3 UnscaledData 0.31", "ScaleInputs")]
    [InlineData("ClassImbalance 0.3", "BalanceClasses")]
    [InlineData("ExcessiveRegularization 0.3", "AddWeightDecay+RemoveDropout")]
    [InlineData("ExcessiveClipping 0.3", "ClipGradientNorm")]
    [InlineData("UnderCapacity 0.3", "IncreaseCapacity")]
    [InlineData("WrongOptimizerParameters 0.3", "RegisterParameters")]
    [InlineData("DetachedGraph 0.3", "RegisterParameters")]
    [InlineData("FrozenParameters 0.3", "Unfreeze")]
    [InlineData("TooFewEpochs 0.3", "")]
    [InlineData("FrozenParameters 0.2 ClassImbalance 0.3", "BalanceClasses Unfreeze")]
    public void EachCauseHasItsRemedy(string causes, string expected)
    {
        string[] words = causes.Split(' ');
        var named = words.Chunk(2).Select(pair => new CauseLikelihood(Enum.Parse<Cause>(pair[0]), double.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture)));

        var remedies = LearningObstacles.Prescribe([.. named], Measured.Facts(Measured.Steady(Metric.GlobalGradientNorm, 0.5), Sgd));

        Assert.Equal(expected, string.Join(' ', remedies.Select(remedy => string.Join('+', remedy.Actions.Select(action => action.Kind)))));
    }

    /// <summary>Remedies name the layers that they are for, and what they replace.</summary>
    [Fact]
    public void RemediesNameTheirLayers()
    {
        var run = Sgd with { Model = Piece.Sequence(Piece.Of(ActivationKind.Tanh), Piece.Of(ActivationKind.Sigmoid), Piece.Of(ActivationKind.ReLU), Piece.Of(ActivationKind.Hardtanh), Piece.Of(ActivationKind.Softsign), Piece.Of(ActivationKind.Tanh)) };
        var facts = Measured.Facts(Measured.Steady(Metric.DeadFraction, "a", 0.5).And(Measured.Steady(Metric.DeadFraction, "b", 0.55)), run);

        var remedies = LearningObstacles.Prescribe([new(Cause.SaturatingActivation, 0.5), new(Cause.DyingRelu, 0.3)], facts);

        Assert.Equal(["0 1 3 4", "0 1 3 4", "b"], remedies.Select(remedy => string.Join(' ', remedy.Actions[0].Layers!)));
        Assert.Equal(["Tanh", "Tanh", "ReLU"], remedies.Select(remedy => remedy.Actions[0].From));
        Assert.Empty(LearningObstacles.Prescribe([new(Cause.ExcessiveClipping, 0.5)], Measured.Facts(run: Sgd)));
    }

    /// <summary>Ten norms within a hundredth of each other were cut; Adam's steps do not depend on them.</summary>
    [Theory]
    [InlineData("SGD", 100, 99, 10, 99.9)]
    [InlineData("SGD", 100, 98.9, 10, null)]
    [InlineData("SGD", 100, 100, 9, null)]
    [InlineData("SGD", 0, 0, 10, null)]
    [InlineData("SGD", 100, double.NaN, 11, null)]
    [InlineData("Adam", 100, 100, 10, null)]
    [InlineData("Adagrad", 100, 100, 10, null)]
    [InlineData("RMSProp", 100, 100, 10, 100.0)]
    [InlineData(null, 100, 100, 10, 100.0)]
    public void ANormThatIsCutIsOne(string? optimizer, double norm, double last, int count, double? expected)
    {
        var run = new RunDescription { Optimizer = optimizer is null ? null : new OptimizerDescription { TypeName = optimizer } };

        Assert.Equal(expected, UpdateObstacles.ClippedNorm(Measured.Facts(Trace.Of(Metric.GlobalGradientNorm, [.. Enumerable.Repeat(norm, count - 1), last]), run)));
        Assert.Null(UpdateObstacles.ClippedNorm(Measured.Facts(run: run)));
    }

    /// <summary>A type is too coarse where steps are smaller than half the distance between its numbers: 2⁻⁹ of bfloat16, 2⁻¹² of float16.</summary>
    [Theory]
    [InlineData("bfloat16", 0.0018, 10, 1, "bfloat16")]
    [InlineData("bfloat16", 0.001953125, 16, 1, null)]
    [InlineData("float16", 0.00024, 10, 1, "float16")]
    [InlineData("float16", 0.000244140625, 16, 1, null)]
    [InlineData("float32", 0.00001, 10, 1, null)]
    [InlineData("bfloat16", 0.0018, 9, 1, null)]
    [InlineData("bfloat16", 0.0018, 10, 0, null)]
    public void AStepMayBeTooSmallForItsType(string type, double update, int count, double gradient, string? expected)
    {
        var trace = Measured.Steady(Metric.GlobalUpdateRatio, update, count).And(Measured.Steady(Metric.GlobalGradientNorm, gradient));

        Assert.Equal(expected, UpdateObstacles.CoarseType(Measured.Facts(trace, Typed(type))));
        Assert.Null(UpdateObstacles.CoarseType(Measured.Facts(trace)));
        Assert.Null(UpdateObstacles.CoarseType(Measured.Facts(trace, Typed(type, parameter => parameter with { IsTrainable = false }))));
        Assert.Null(UpdateObstacles.CoarseType(Measured.Facts(trace, Typed(type, parameter => parameter with { DataType = parameter.Role == ParameterRole.Bias ? "float64" : type }))));
    }

    /// <summary>Steps are lost where the optimizer holds all that is trained, and most gradients are not zero.</summary>
    [Theory]
    [InlineData("bfloat16", true, 0.25, 0.25, 1 / 512.0)]
    [InlineData("float16", true, 0.25, 0.25, 1 / 4096.0)]
    [InlineData("bfloat16", true, 0.25, 0.5, null)]
    [InlineData("bfloat16", true, 0.5, 0.25, null)]
    [InlineData("bfloat16", null, 0.25, 0.25, null)]
    [InlineData("bfloat16", false, 0.25, 0.25, null)]
    [InlineData("float32", true, 0.25, 0.25, null)]
    public void StepsAreLostByRounding(string type, bool? isHeld, double a, double b, double? expected)
    {
        var run = Typed(type, parameter => parameter with { IsInOptimizer = isHeld });
        var steps = Measured.Steady(Metric.GlobalUpdateRatio, 0.0001).And(Measured.Steady(Metric.GlobalGradientNorm, 1));

        Assert.Equal(expected, UpdateObstacles.LosesSteps(Measured.Facts(steps.And(Measured.Steady(Metric.GradientZeroFraction, "a", a)).And(Measured.Steady(Metric.GradientZeroFraction, "b", b)), run)));
        Assert.Null(UpdateObstacles.LosesSteps(Measured.Facts(steps, run)));
    }

    [Theory]
    [InlineData("bfloat16 bfloat16", "bfloat16")]
    [InlineData("float16", "float16")]
    [InlineData("float16 bfloat16", null)]
    [InlineData("float32", null)]
    [InlineData("", null)]
    public void ParametersShareACoarseType(string types, string? expected) => Assert.Equal(
        expected, UpdateObstacles.CoarseTypeOf(types.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(type => new ParameterDescription { Name = "w", LayerPath = "0", Role = ParameterRole.Weight, Shape = [1], DataType = type })));

    /// <summary>Clipping is named before precision, and both before what is usual.</summary>
    [Theory]
    [InlineData(0.5, "bfloat16", "ExcessiveClipping 0.7 LearningRateTooLow 0.2 OptimizerMismatch 0.05", "ClipGradientNorm")]
    [InlineData(0.9, "bfloat16", "InsufficientPrecision 0.7 LearningRateTooLow 0.2 TooFewEpochs 0.05", "ChangeOptimizer")]
    [InlineData(0.9, "float32", "LabelError 1", null)]
    public void ClippingGoesBeforePrecision(double lastNorm, string type, string causes, string? remedy)
    {
        var trace = Measured.Steady(Metric.GlobalUpdateRatio, 0.0001, 12).And(Trace.Of(Metric.GlobalGradientNorm, [.. Enumerable.Repeat(0.5, 11), lastNorm]));

        var ranked = UpdateObstacles.Rank(Measured.Facts(trace, Typed(type)), [new(Cause.LabelError, 1)]);

        Assert.Equal(causes, Tell(ranked.Causes));
        Assert.Equal(remedy, ranked.Remedy?.Actions[0].Kind.ToString());
    }

    private static string Rank(Trace trace, RunDescription run, bool neverMoved = false) => Tell(LearningObstacles.Rank(Measured.Facts(trace, run), neverMoved));

    private static string Tell(IEnumerable<CauseLikelihood> causes) => string.Join(' ', causes.Select(cause => FormattableString.Invariant($"{cause.Cause} {cause.Likelihood}")));

    private static RunDescription Typed(string type, Func<ParameterDescription, ParameterDescription>? change = null)
    {
        var model = Piece.Sequence(Piece.Linear(2, 2));
        return new RunDescription { Model = model with { Parameters = [.. model.Parameters.Select(parameter => parameter with { DataType = type }).Select(change ?? (parameter => parameter))] } };
    }
}
