using TrainingDoctor.Rules.Triage;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Triage;

/// <summary>Which number speaks for a cause and which against it, at its limit and on both sides; what lies between speaks for neither.</summary>
public sealed class CauseSignsTests
{
    private static readonly ModelDescription Bounded = Piece.Sequence(
        Piece.Of(ActivationKind.Sigmoid), Piece.Of(ActivationKind.Hardsigmoid), Piece.Of(ActivationKind.Tanh), Piece.Of(ActivationKind.Hardtanh), Piece.Of(ActivationKind.Softsign), Piece.Of(ActivationKind.ReLU));

    [Theory]
    [InlineData(0.06, "for global_update_ratio@0 0.06 > 0.05")]
    [InlineData(0.05, "")]
    [InlineData(0.003, "")]
    [InlineData(0.002, "against global_update_ratio@0 0.002 < 0.003")]
    [InlineData(double.NaN, "")]
    public void LargeStepsSpeakForAHighRate(double ratio, string expected) =>
        Assert.Equal(expected, Signs(Cause.LearningRateTooHigh, Measured.Steady(Metric.GlobalUpdateRatio, ratio)));

    /// <summary>A large step long ago says nothing; one that is recent, last, or last before all numbers ended does.</summary>
    [Theory]
    [InlineData(0.2, 20, 0.01, "")]
    [InlineData(0.2, 5, 0.01, "for global_update_ratio@0 0.2 > 0.05")]
    [InlineData(0.01, 20, 0.2, "for global_update_ratio@20 0.2 > 0.05")]
    [InlineData(0.2, 20, double.NaN, "for global_update_ratio@0 0.2 > 0.05")]
    public void ALargeStepMustBeRecent(double first, int between, double last, string expected) =>
        Assert.Equal(expected, Signs(Cause.LearningRateTooHigh, Trace.Of(Metric.GlobalUpdateRatio, [first, .. Enumerable.Repeat(0.01, between - 1), last])));

    [Theory]
    [InlineData(0.00005, 0.00005, "for global_update_ratio@20 5E-05 < 0.0001")]
    [InlineData(0.0001, 0.0001, "")]
    [InlineData(0.003, 0.003, "")]
    [InlineData(0.004, 0.004, "against global_update_ratio@20 0.004 > 0.003")]
    [InlineData(0.002, 0.00005, "")]
    [InlineData(0.00005, 0.0002, "")]
    [InlineData(0.001, 0.004, "")]
    [InlineData(0.004, 0.001, "")]
    [InlineData(double.NaN, double.NaN, "")]
    public void SmallStepsSpeakForALowRate(double ratio, double last, string expected) =>
        Assert.Equal(expected, Signs(Cause.LearningRateTooLow, Trace.Of(Metric.GlobalUpdateRatio, [.. Enumerable.Repeat(ratio, 20), last])));

    [Theory]
    [InlineData("TD4001", 0L, false, "against! steps_taken_before 0 <= 0")]
    [InlineData("TD2001", 0L, false, "against! steps_taken_before 0 <= 0")]
    [InlineData("TD4001", 1L, false, "")]
    [InlineData("TD4001", null, false, "")]
    [InlineData("TD4001", 0L, true, "")]
    [InlineData("TD4003", 0L, false, "")]
    public void NoRateIsToBlameAtTheFirstStep(string rule, long? step, bool isLog, string expected)
    {
        var run = new RunDescription { Log = isLog ? new LogDescription { Format = "csv" } : null };

        Assert.Equal(expected, Signs(Cause.LearningRateTooHigh, new Trace(), run, rule, step));
        Assert.Equal(expected, Signs(Cause.LearningRateTooLow, new Trace(), run, rule, step));
    }

    [Theory]
    [InlineData(0, 0, "against! global_gradient_norm@1 0 <= 0")]
    [InlineData(0, 0.5, "")]
    [InlineData(0, double.NaN, "")]
    public void NoRateIsToBlameWithoutAGradient(double first, double last, string expected) =>
        Assert.Equal(expected, Signs(Cause.LearningRateTooLow, Trace.Of(Metric.GlobalGradientNorm, first, last)));

    [Theory]
    [InlineData(1, 1, "against! target_ignored_fraction@1 1 >= 1")]
    [InlineData(1, 0.5, "")]
    public void NoRateIsToBlameWhereNoTargetCounts(double first, double last, string expected) =>
        Assert.Equal(expected, Signs(Cause.LearningRateTooLow, Trace.Of(Metric.TargetIgnoredFraction, first, last)));

    [Theory]
    [InlineData(0.6, 0.7, "for dead_fraction(b)@9 0.7 > 0.5")]
    [InlineData(0.7, 0.6, "for dead_fraction(a)@9 0.7 > 0.5")]
    [InlineData(0.7, 0.7, "for dead_fraction(a)@9 0.7 > 0.5")]
    [InlineData(0.5, 0.2, "")]
    [InlineData(0.1, 0.02, "")]
    [InlineData(0.02, 0.05, "against dead_fraction(b)@9 0.05 < 0.1")]
    [InlineData(double.NaN, 0.05, "against dead_fraction(b)@9 0.05 < 0.1")]
    [InlineData(double.NaN, double.NaN, "")]
    public void TheWorstLayerSpeaks(double a, double b, string expected) =>
        Assert.Equal(expected, Signs(Cause.DyingRelu, Measured.Steady(Metric.DeadFraction, "b", b).And(Measured.Steady(Metric.DeadFraction, "a", a))));

    /// <summary>Bounded functions lose a gradient wherever they are fed, so that their number speaks where it vanishes; elsewhere, and without any, saturation does.</summary>
    [Theory]
    [InlineData("TD2001", true, "for bounded_activations 5 > 0")]
    [InlineData("TD2001", false, "for saturated_fraction(a)@9 0.75 > 0.5")]
    [InlineData("TD4002", true, "for saturated_fraction(a)@9 0.75 > 0.5")]
    public void BoundedActivationsCountWhereAGradientVanishes(string rule, bool hasBounded, string expected) => Assert.Equal(
        expected,
        Signs(Cause.SaturatingActivation, Measured.Steady(Metric.SaturatedFraction, "a", 0.75), new RunDescription { Model = hasBounded ? Bounded : Piece.Sequence(Piece.Of(ActivationKind.ReLU)) }, rule));

    [Theory]
    [InlineData(21, 101, 21, "for input_absolute_maximum@0 21 > 20")]
    [InlineData(20, 101, 21, "for input_feature_scale_ratio@9 101 > 100")]
    [InlineData(20, 100, 21, "for target_standard_deviation@9 21 > 20")]
    [InlineData(20, 100, 20, "against input_absolute_maximum@0 20 <= 20")]
    [InlineData(0.01, 1, 1, "for input_absolute_maximum@0 0.01 < 0.02")]
    [InlineData(0.02, 1, 1, "against input_absolute_maximum@0 0.02 <= 20")]
    [InlineData(0, 1, 1, "against input_absolute_maximum@0 0 <= 20")]
    public void ScalesSpeakInTurn(double input, double features, double targets, string expected) => Assert.Equal(
        expected,
        Signs(Cause.UnscaledData, Measured.Steady(Metric.InputAbsoluteMaximum, input).And(Measured.Steady(Metric.InputFeatureScaleRatio, features)).And(Measured.Steady(Metric.TargetStandardDeviation, targets))));

    /// <summary>Of inputs that vary the largest is told, at its step.</summary>
    [Theory]
    [InlineData(0.005, 0.01, 0.008, "for input_absolute_maximum@1 0.01 < 0.02")]
    [InlineData(5, 30, 10, "for input_absolute_maximum@1 30 > 20")]
    [InlineData(0.01, 5, 1, "against input_absolute_maximum@1 5 <= 20")]
    public void TheLargestInputIsTold(double first, double second, double third, string expected) =>
        Assert.Equal(expected, Signs(Cause.UnscaledData, Trace.Of(Metric.InputAbsoluteMaximum, first, second, third)));

    [Theory]
    [InlineData(0.9, null, "for target_majority_fraction@0 0.9 > 0.8")]
    [InlineData(0.8, null, "")]
    [InlineData(0.75, null, "")]
    [InlineData(0.74, null, "against target_majority_fraction@0 0.74 < 0.75")]
    [InlineData(0.74, 1.0, "against target_majority_fraction@0 0.74 < 0.75")]
    [InlineData(0.15, 10.0, "")]
    [InlineData(0.14, 10.0, "against target_majority_fraction@0 0.14 < 0.15")]
    public void AShareOfAClassIsHeldAgainstTheNumberOfClasses(double share, double? classes, string expected) => Assert.Equal(
        expected,
        Signs(Cause.ClassImbalance, Measured.Steady(Metric.TargetMajorityFraction, share).And(classes is { } count ? Measured.Steady(Metric.TargetClassCount, count) : new Trace())));

    [Theory]
    [InlineData(0.95, 0.3, "for gradient_cosine@0 0.95 > 0.9")]
    [InlineData(0.3, 0.95, "for gradient_cosine@0 0.95 > 0.9")]
    [InlineData(0.9, 0.3, "")]
    [InlineData(0.5, 0.3, "")]
    [InlineData(0.3, 0.4, "against gradient_cosine@0 0.4 < 0.5")]
    public void TheLargestCosineSpeaks(double a, double b, string expected) =>
        Assert.Equal(expected, Signs(Cause.MissingZeroGrad, Measured.Steady(Metric.GradientCosine, "a", a).And(Measured.Steady(Metric.GradientCosine, "b", b))));

    [Theory]
    [InlineData(1, 3, 0.1, 0.6, 3, "for target_ignored_fraction@0 1 >= 1")]
    [InlineData(0.75, 3, 0.1, 0.6, 3, "for target_invalid_count@0 3 > 0")]
    [InlineData(0.75, 0, 0.1, 0.6, 3, "for validation_target_correlation@0 0.1 < 0.2")]
    [InlineData(0.75, 0, 0.1, 0.6, 2, "")]
    [InlineData(0.75, 0, 0.2, 0.6, 3, "")]
    [InlineData(0.75, 0, 0.1, 0.5, 3, "")]
    public void LabelsSpeakInTurn(double ignored, double invalid, double validation, double training, int validations, string expected) => Assert.Equal(
        expected,
        Signs(Cause.LabelError, Measured.Steady(Metric.TargetIgnoredFraction, ignored).And(Measured.Steady(Metric.TargetInvalidCount, invalid))
            .And(Measured.Steady(Metric.ValidationTargetCorrelation, validation, validations)).And(Measured.Steady(Metric.OutputTargetCorrelation, training))));

    [Theory]
    [InlineData(0, 1, 1, 1, "for parameters_without_gradient 1 > 0")]
    [InlineData(0, 0, 1, 1, "for parameters_without_gradient 2 > 0")]
    [InlineData(1, 1, 0, 1, "for parameters_without_gradient 1 > 0")]
    [InlineData(1, 1, double.NaN, 1, "against parameters_without_gradient 0 <= 0")]
    [InlineData(1, 1, 1, 1, "against parameters_without_gradient 0 <= 0")]
    public void ParametersWithoutAGradientAreCounted(double a, double b, double normOfA, double normOfB, string expected)
    {
        var trace = Measured.Steady(Metric.GradientPresent, "a", a).And(Measured.Steady(Metric.GradientPresent, "b", b))
            .And(Trace.Of(Metric.GradientNorm, "a", double.IsNaN(normOfA) ? 0 : normOfA, normOfA)).And(Measured.Steady(Metric.GradientNorm, "b", normOfB));

        Assert.Equal(expected, Signs(Cause.DetachedGraph, trace));
        Assert.Equal(string.Empty, Signs(Cause.DetachedGraph, new Trace()));
    }

    [Theory]
    [InlineData(true, true, "against frozen_parameters 0 <= 0", "against parameters_outside_the_optimizer 0 <= 0")]
    [InlineData(false, true, "for frozen_parameters 2 > 0", "")]
    [InlineData(true, false, "against frozen_parameters 0 <= 0", "for parameters_outside_the_optimizer 2 > 0")]
    [InlineData(true, null, "against frozen_parameters 0 <= 0", "")]
    public void ParametersThatCannotLearnAreCounted(bool isTrainable, bool? isHeld, string frozen, string held)
    {
        var model = Piece.Sequence(Piece.Linear(4, 2));
        var run = new RunDescription { Model = model with { Parameters = [.. model.Parameters.Select(parameter => parameter with { IsTrainable = isTrainable, IsInOptimizer = isHeld })] } };

        Assert.Equal(frozen, Signs(Cause.FrozenParameters, new Trace(), run));
        Assert.Equal(held, Signs(Cause.WrongOptimizerParameters, new Trace(), run));
        Assert.Equal(string.Empty, Signs(Cause.FrozenParameters, new Trace(), new RunDescription { Model = model with { Parameters = [] } }));
        Assert.Equal(string.Empty, Signs(Cause.WrongOptimizerParameters, new Trace()));
    }

    [Theory]
    [InlineData(1.5, 0.9, "for regularization_gradient_ratio@9 1.5 > 1")]
    [InlineData(1, 0.9, "for dropout_rate(2) 0.9 > 0.5")]
    [InlineData(1, 0.5, "")]
    public void PenaltiesSpeakBeforeDropout(double ratio, double rate, string expected)
    {
        var run = new RunDescription { Model = Piece.Sequence(Piece.Linear(4, 2), Piece.Dropout(0.25), Piece.Dropout(rate), Piece.Of(LayerKind.Dropout, "Dropout")) };

        Assert.Equal(expected, Signs(Cause.ExcessiveRegularization, Measured.Steady(Metric.RegularizationGradientRatio, ratio), run));
    }

    /// <summary>Nothing regularises only where there is no dropout, no decay, and a loss that holds no penalty of its own.</summary>
    [Theory]
    [InlineData(false, 0.0, true, "against weight_decay 0 <= 0")]
    [InlineData(true, 0.0, true, "")]
    [InlineData(false, 0.01, true, "")]
    [InlineData(false, null, true, "")]
    [InlineData(false, 0.0, false, "")]
    public void WhatRegularisesNotAtAllIsNoExcess(bool hasDropout, double? decay, bool isRecognized, string expected)
    {
        var run = new RunDescription
        {
            Model = hasDropout ? Piece.Sequence(Piece.Dropout(0.1)) : Piece.Sequence(Piece.Linear(4, 2)),
            Optimizer = new OptimizerDescription { TypeName = "SGD", WeightDecay = decay },
        };

        Assert.Equal(expected, Signs(Cause.ExcessiveRegularization, isRecognized ? Measured.Steady(Metric.RecognizedLoss, 1) : new Trace(), run));
    }

    [Theory]
    [InlineData(3, "for batch_size@9 3 < 4", "against batch_size@9 3 < 256")]
    [InlineData(4, "", "against batch_size@9 4 < 256")]
    [InlineData(16, "", "against batch_size@9 16 < 256")]
    [InlineData(17, "against batch_size@9 17 > 16", "against batch_size@9 17 < 256")]
    [InlineData(255, "against batch_size@9 255 > 16", "against batch_size@9 255 < 256")]
    [InlineData(256, "against batch_size@9 256 > 16", "")]
    public void ABatchIsSmallOrLarge(double size, string small, string large)
    {
        Assert.Equal(small, Signs(Cause.BatchTooSmall, Measured.Steady(Metric.BatchSize, size)));
        Assert.Equal(large, Signs(Cause.BatchTooLarge, Measured.Steady(Metric.BatchSize, size)));
    }

    [Theory]
    [InlineData(1, 0, "against layers_in_the_wrong_mode 0 <= 0")]
    [InlineData(0, 0, "for layers_in_the_wrong_mode 1 > 0")]
    [InlineData(1, 1, "for layers_in_the_wrong_mode 1 > 0")]
    [InlineData(0, 1, "for layers_in_the_wrong_mode 2 > 0")]
    public void LayersInTheWrongModeAreCounted(double training, double validation, string expected)
    {
        Assert.Equal(expected, Signs(Cause.EvaluationMode, Measured.Steady(Metric.TrainingMode, "drop", training).And(Measured.Steady(Metric.ValidationTrainingMode, "drop", validation))));
        Assert.Equal(string.Empty, Signs(Cause.EvaluationMode, new Trace()));
    }

    [Theory]
    [InlineData(Cause.DataLeak, Metric.ValidationOverlap, 0.96, "for validation_overlap@0 0.96 > 0.95")]
    [InlineData(Cause.DataLeak, Metric.ValidationOverlap, 0.95, "")]
    [InlineData(Cause.DataLeak, Metric.ValidationOverlap, 0.05, "")]
    [InlineData(Cause.DataLeak, Metric.ValidationOverlap, 0.04, "against validation_overlap@0 0.04 < 0.05")]
    [InlineData(Cause.MismatchedPreprocessing, Metric.ValidationInputShift, 0.75, "for validation_input_shift@0 0.75 > 0.5")]
    [InlineData(Cause.MismatchedPreprocessing, Metric.ValidationInputShift, 0.5, "")]
    [InlineData(Cause.MismatchedPreprocessing, Metric.ValidationInputShift, 0.2, "")]
    [InlineData(Cause.MismatchedPreprocessing, Metric.ValidationInputShift, 0.1, "against validation_input_shift@0 0.1 < 0.2")]
    [InlineData(Cause.MismatchedClasses, Metric.ValidationUnknownClassFraction, 0.01, "for validation_unknown_class_fraction@0 0.01 > 0.005")]
    [InlineData(Cause.MismatchedClasses, Metric.ValidationUnknownClassFraction, 0.005, "")]
    [InlineData(Cause.MismatchedClasses, Metric.ValidationUnknownClassFraction, 0, "")]
    [InlineData(Cause.StaleWeights, Metric.EvaluatedWeightProgress, 0.3, "for evaluated_weight_progress@9 0.3 < 0.35")]
    [InlineData(Cause.StaleWeights, Metric.EvaluatedWeightProgress, 0.35, "")]
    [InlineData(Cause.StaleWeights, Metric.EvaluatedWeightProgress, 0.8, "")]
    [InlineData(Cause.StaleWeights, Metric.EvaluatedWeightProgress, 0.9, "against evaluated_weight_progress@9 0.9 > 0.8")]
    [InlineData(Cause.TooManyEpochs, Metric.ValidationOverlap, 0.96, "")]
    public void ValidationsSpeak(Cause cause, Metric metric, double value, string expected) => Assert.Equal(expected, Signs(cause, Measured.Steady(metric, value)));

    [Fact]
    public void ACallOfTheModelIsNoStaleCopy()
    {
        Assert.Equal("for validation_pass_count@2 0 <= 0", Signs(Cause.StaleWeights, Trace.Of(Metric.ValidationPassCount, 0, 0, 0)));
        Assert.Equal("against validation_pass_count@1 4 > 0", Signs(Cause.StaleWeights, Trace.Of(Metric.ValidationPassCount, 0, 4, 0)));
        Assert.Equal(string.Empty, Signs(Cause.StaleWeights, new Trace()));
    }

    [Fact]
    public void NormalisationLayersAreCounted()
    {
        Assert.Equal("for normalization_layers 0 <= 0", Signs(Cause.MissingNormalization, new Trace(), new RunDescription { Model = Piece.Sequence(Piece.Linear(4, 2)) }));
        Assert.Equal("against normalization_layers 2 > 0", Signs(Cause.MissingNormalization, new Trace(), new RunDescription { Model = Piece.Sequence(Piece.BatchNorm, Piece.Of(LayerKind.Normalization, "LayerNorm")) }));
        Assert.Equal(string.Empty, Signs(Cause.MissingNormalization, new Trace()));
    }

    private static string Signs(Cause cause, Trace trace, RunDescription? run = null, string rule = "TD4002", long? firstStep = 10)
    {
        var symptom = new Symptom { Severity = Severity.Warning, FirstStep = firstStep, Evidence = [] };
        return string.Join("; ", CauseSigns.Of(cause, symptom, RuleCatalog.Find(rule)!.Descriptor, Measured.Facts(trace, run)).Select(Tell));
    }

    private static string Tell(CauseEvidence sign)
    {
        var evidence = sign.Evidence;
        string at = evidence.Step is { } step ? FormattableString.Invariant($"@{step}") : string.Empty;
        return FormattableString.Invariant($"{(sign.IsFor ? "for" : "against")}{(sign.IsDecisive ? "!" : string.Empty)} {evidence.Metric}{(evidence.Layer is { } layer ? $"({layer})" : string.Empty)}{at} {evidence.Value:G3} {evidence.Comparison} {evidence.Limit:G3}");
    }
}
