using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>What an answer costs that ignores its inputs, by the loss and the targets, worked out by hand; null where nobody can tell.</summary>
public sealed class LossBaselineTests
{
    private static readonly Trace Classes = Measured.Steady(Metric.TargetClassCount, 4).And(Measured.Steady(Metric.TargetMajorityFraction, 0.5));
    private static readonly Trace Binary = Measured.Steady(Metric.TargetMean, 0.25, 8).And(Measured.Steady(Metric.TargetMinimum, 0)).And(Measured.Steady(Metric.TargetMaximum, 1));
    private static readonly Trace Numbers = Measured.Steady(Metric.TargetStandardDeviation, 3);

    /// <summary>Half of one class and a sixth of each of three others: ln 2 / 2 + ln 6 / 2 = 1.2425; a quarter of ones: 0.5623; a deviation of 3: 9.</summary>
    [Theory]
    [InlineData(LossKind.CrossEntropy, 1.242453324894)]
    [InlineData(LossKind.NegativeLogLikelihood, 1.242453324894)]
    [InlineData(LossKind.BinaryCrossEntropy, 0.5623351446188083)]
    [InlineData(LossKind.BinaryCrossEntropyWithLogits, 0.5623351446188083)]
    [InlineData(LossKind.MeanSquaredError, 9.0)]
    [InlineData(LossKind.MeanAbsoluteError, null)]
    public void EachLossHasItsConstant(LossKind kind, double? expected) => AssertCost(expected, Classes.And(Binary).And(Numbers), Run(kind));

    [Theory]
    [InlineData("mean", false, 9.0)]
    [InlineData("sum", false, null)]
    [InlineData("none", false, null)]
    [InlineData(null, true, null)]
    public void WeightsAndSumsCostSomethingElse(string? reduction, bool hasWeights, double? expected) =>
        AssertCost(expected, Numbers, new RunDescription { Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "Loss", Reduction = reduction, HasClassWeights = hasWeights } });

    /// <summary>A function of one's own that no usual loss explains may be weighted.</summary>
    [Theory]
    [InlineData("mse_loss", -1, 5, false, null)]
    [InlineData("mse_loss", -1, 4, false, 9.0)]
    [InlineData("mse_loss", 5, 5, false, 9.0)]
    [InlineData("mse_loss", -1, 5, true, 9.0)]
    [InlineData("MSELoss", -1, 5, false, 9.0)]
    public void AFunctionThatNothingExplainsMayBeWeighted(string type, double recognized, int count, bool hasRemainder, double? expected) => AssertCost(
        expected,
        Numbers.And(Measured.Steady(Metric.RecognizedLoss, recognized, count)).And(hasRemainder ? Measured.Steady(Metric.RecognizedRemainder, 0.5) : new Trace()),
        new RunDescription { Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = type } });

    [Theory]
    [InlineData(4, 0.5, 1.242453324894)]
    [InlineData(2, 0.5, 0.6931471805599453)]
    [InlineData(1, 0.5, null)]
    [InlineData(4, 1, null)]
    [InlineData(4, 0, null)]
    public void ClassesMustBeKnown(double classes, double majority, double? expected) =>
        AssertCost(expected, Measured.Steady(Metric.TargetClassCount, classes).And(Measured.Steady(Metric.TargetMajorityFraction, majority)), Run(LossKind.CrossEntropy));

    /// <summary>Targets between zero and one that are not both are no labels; where classes were counted, these tell.</summary>
    [Theory]
    [InlineData(0.25, 0, 1, 0.5623351446188083)]
    [InlineData(0.25, 0.1, 1, null)]
    [InlineData(0.25, 0, 0.9, null)]
    [InlineData(0, 0, 1, null)]
    [InlineData(1, 0, 1, null)]
    public void LabelsAreZeroAndOne(double mean, double minimum, double maximum, double? expected)
    {
        var trace = Measured.Steady(Metric.TargetMean, mean, 8).And(Measured.Steady(Metric.TargetMinimum, minimum)).And(Measured.Steady(Metric.TargetMaximum, maximum));

        AssertCost(expected, trace, Run(LossKind.BinaryCrossEntropy));
        AssertCost(expected ?? 1.242453324894, trace.And(Classes), Run(LossKind.BinaryCrossEntropy));
    }

    [Theory]
    [InlineData(3, 0, 9.0)]
    [InlineData(3, 1, null)]
    [InlineData(0, 0, null)]
    public void ABroadcastSpoilsTheVariance(double deviation, double broadcast, double? expected) =>
        AssertCost(expected, Measured.Steady(Metric.TargetStandardDeviation, deviation).And(Measured.Steady(Metric.TargetBroadcast, broadcast)), Run(LossKind.MeanSquaredError));

    /// <summary>A loss that was not given is known by its value, where it is a mean; of texts the letters tell little.</summary>
    [Theory]
    [InlineData(LossKind.MeanSquaredError, 0, null, 9.0)]
    [InlineData(LossKind.MeanSquaredError, 1, null, null)]
    [InlineData(LossKind.CrossEntropy, 0, null, 1.242453324894)]
    [InlineData(LossKind.CrossEntropy, 0, TrainingTask.LanguageModeling, null)]
    [InlineData(LossKind.Huber, 0, null, null)]
    public void ALossIsKnownByItsValue(LossKind kind, double reduction, TrainingTask? task, double? expected) => AssertCost(
        expected, Classes.And(Numbers).And(Measured.Steady(Metric.RecognizedLoss, (int)kind)).And(Measured.Steady(Metric.RecognizedReduction, reduction)), new RunDescription { Task = task });

    /// <summary>In a log a loss at ln 10 and a tenth of right answers are a guess among ten.</summary>
    [Theory]
    [InlineData(2.302585092994046, 0.1, 3, 2.302585092994046)]
    [InlineData(2.302585092994046, 0.1, 2, null)]
    [InlineData(2.302585092994046, 0.109, 3, 2.302585092994046)]
    [InlineData(2.302585092994046, 0.111, 3, null)]
    [InlineData(2.302585092994046, 0.089, 3, null)]
    [InlineData(2.302585092994046, 10, 3, 2.302585092994046)]
    [InlineData(0.6931471805599453, 0.5, 3, 0.6931471805599453)]
    [InlineData(0.72, 0.5, 3, null)]
    [InlineData(0.71, 0.5, 3, 0.6931471805599453)]
    [InlineData(0.001, 1, 3, null)]
    [InlineData(0, 1, 3, null)]
    [InlineData(6.96, 0.00095, 3, null)]
    public void AGuessIsKnownByLossAndScore(double loss, double accuracy, int count, double? expected)
    {
        AssertCost(expected, Measured.Steady(Metric.Loss, loss).And(Measured.Steady(Metric.Accuracy, accuracy, count)), new RunDescription());
        AssertCost(expected, Measured.Steady(Metric.Loss, loss).And(Measured.Steady(Metric.ValidationAccuracy, accuracy, count)).And(Measured.Steady(Metric.Accuracy, 0.77)), new RunDescription());
    }

    /// <summary>A model that always answers the same has one score: five times at least, most of the run, and neither all right nor all wrong.</summary>
    [Theory]
    [InlineData(5, 0, 0.3, true)]
    [InlineData(4, 0, 0.3, false)]
    [InlineData(8, 3, 0.3, true)]
    [InlineData(7, 3, 0.3, false)]
    [InlineData(5, 0, 1, false)]
    [InlineData(5, 0, 100, false)]
    [InlineData(5, 0, 0, false)]
    [InlineData(5, 0, 30, true)]
    public void OneAnswerHasOneScore(int repeats, int others, double score, bool hasOne)
    {
        double[] scores = [.. Enumerable.Range(0, others).Select(at => 0.5 + (0.1 * at)), .. Enumerable.Repeat(score, repeats)];

        Assert.Equal(hasOne, LossBaseline.HasOneAnswer(Measured.Facts(Trace.Of(Metric.Accuracy, scores))));
        Assert.Equal(hasOne, LossBaseline.HasOneAnswer(Measured.Facts(Trace.Of(Metric.ValidationAccuracy, scores).And(Trace.Of(Metric.Accuracy, 0.1, 0.2)))));
        Assert.False(LossBaseline.HasOneAnswer(Measured.Facts()));
    }

    /// <summary>An answer that never changes is a guess whatever its score.</summary>
    [Fact]
    public void OneAnswerIsAGuess() => AssertCost(Math.Log(2), Measured.Steady(Metric.Loss, Math.Log(2)).And(Measured.Steady(Metric.Accuracy, 0.7)), new RunDescription());

    [Theory]
    [InlineData(0.6931471805599453, 2)]
    [InlineData(2.302585092994046, 10)]
    [InlineData(4.605170185988092, 100)]
    [InlineData(6.907755278982137, 1000)]
    [InlineData(2.312, 10)]
    [InlineData(2.315, null)]
    [InlineData(2.29, null)]
    [InlineData(1.0986122886681098, null)]
    public void UsualNumbersOfClassesAreTried(double loss, int? classes) => Assert.Equal(classes is { } count ? Math.Log(count) : null, LossBaseline.NearestGuess(loss));

    [Fact]
    public void AToleranceOfOnesOwnIsTaken() => Assert.Equal(Math.Log(10), LossBaseline.NearestGuess(2.33, 0.02));

    /// <summary>A loss is known by its value where five steps agree on it; how it is reduced, where they agree on that.</summary>
    [Theory]
    [InlineData(5, 5, 0, 0, "MeanSquaredError 0")]
    [InlineData(4, 4, 0, 0, "")]
    [InlineData(5, 1, 0, 0, "")]
    [InlineData(5, 5, 0, 1, "MeanSquaredError ")]
    [InlineData(5, 5, 1, 1, "MeanSquaredError 1")]
    public void FiveStepsMustAgree(int count, int same, double reduction, double lastReduction, string expected)
    {
        var trace = Trace.Of(Metric.RecognizedLoss, Enumerable.Range(0, count).Select(step => (double)(step < same ? LossKind.MeanSquaredError : LossKind.Huber)))
            .And(Trace.Of(Metric.RecognizedReduction, reduction, reduction, reduction, lastReduction));
        var recognized = RecognizedLoss.Of(Measured.Facts(trace));

        Assert.Equal(expected, recognized is { } known ? FormattableString.Invariant($"{known.Kind} {known.Reduction}") : string.Empty);
        Assert.Equal((expected.EndsWith('0'), expected.EndsWith('1')), (recognized?.IsMean ?? false, recognized?.IsSum ?? false));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(double.NaN, false)]
    [InlineData(0, true)]
    public void NoLossIsNone(double kind, bool isKnown)
    {
        Assert.Equal(isKnown, RecognizedLoss.Of(Measured.Facts(Measured.Steady(Metric.RecognizedLoss, kind))) is not null);
        Assert.False(RecognizedLoss.Of(Measured.Facts(Trace.Of(Metric.RecognizedLoss, 5, 5, 5, 5, double.NaN, 5))).HasValue);
        Assert.Null(RecognizedLoss.Of(Measured.Facts(Measured.Steady(Metric.RecognizedLoss, 5)))!.Value.Reduction);
    }

    [Theory]
    [InlineData(LossKind.Huber, LossKind.MeanSquaredError, LossKind.Huber)]
    [InlineData(LossKind.Other, LossKind.MeanSquaredError, LossKind.MeanSquaredError)]
    [InlineData(null, LossKind.MeanSquaredError, LossKind.MeanSquaredError)]
    [InlineData(null, LossKind.Other, null)]
    [InlineData(LossKind.Other, LossKind.Other, null)]
    public void WhatWasGivenGoesBeforeWhatWasSeen(LossKind? given, LossKind seen, LossKind? expected)
    {
        var run = new RunDescription { Loss = given is { } kind ? new LossDescription { Kind = kind, TypeName = "Loss" } : null };

        Assert.Equal(expected, RecognizedLoss.KindOf(Measured.Facts(Measured.Steady(Metric.RecognizedLoss, (int)seen), run)));
        Assert.Null(RecognizedLoss.KindOf(Measured.Facts()));
    }

    private static RunDescription Run(LossKind kind) => new() { Loss = new LossDescription { Kind = kind, TypeName = "Loss" } };

    private static void AssertCost(double? expected, Trace trace, RunDescription run)
    {
        double? cost = LossBaseline.Of(Measured.Facts(trace, run));

        Assert.Equal(expected is null, cost is null);
        Assert.Equal(expected ?? 0, cost ?? 0, 9);
    }
}
