using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>How near a loss must come to the floor, how still it must lie there, and what refutes that it is one.</summary>
public sealed class CrossEntropyFloorLimitsTests
{
    private static readonly double Ten = CrossEntropyFloor.Of(10);
    private static readonly LossDescription Cross = new() { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" };

    [Theory]
    [InlineData(2, 0.31326168751822286)]
    [InlineData(10, 1.4611501717344749)]
    public void TheFloorIsThatOfItsDefinition(double classes, double floor) => Assert.Equal(floor, CrossEntropyFloor.Of(classes), 12);

    /// <summary>A network that is sure of its answers stands at the floor and its share of wrong ones; three hundredths are allowed.</summary>
    [Theory]
    [InlineData(0.05, 0.95, 24, true)]
    [InlineData(0.079, 0.95, 24, true)]
    [InlineData(0.081, 0.95, 24, false)]
    [InlineData(0.12, 0.9, 24, true)]
    [InlineData(0.05, 0.89, 24, false)]
    [InlineData(0.05, 95, 24, true)]
    [InlineData(0.05, 1.2, 24, false)]
    [InlineData(0.05, -0.95, 24, false)]
    [InlineData(0.05, double.NaN, 24, false)]
    [InlineData(0.05, 0.95, 20, true)]
    [InlineData(0.05, 0.95, 19, false)]
    [InlineData(-0.0005, 0.95, 24, true)]
    [InlineData(-0.0015, 0.95, 24, false)]
    public void ASureNetworkStandsAtTheFloor(double above, double accuracy, int count, bool isFound)
    {
        var floor = Find(Measured.Steady(Metric.Loss, Ten + above, count).And(Measured.Steady(Metric.Accuracy, accuracy, count)), 10, Cross);

        Assert.Equal(isFound, floor is not null);
        if (floor is not null)
        {
            Assert.Equal((10.0, true, Ten + above, 0L, false), (floor.Classes, floor.IsTold, floor.Loss, floor.LossStep, floor.IsValidation));
            Assert.Equal((accuracy > 1.5 ? accuracy / 100 : accuracy, count - 1L, Metric.Accuracy), (floor.Accuracy!.Value, floor.AccuracyStep, floor.AccuracyMetric));
            Assert.Equal(Ten, floor.Floor);
        }
    }

    /// <summary>A score in per cent that began below one and a half is in per cent all the same; where it ended counts.</summary>
    [Theory]
    [InlineData(1, 95, true)]
    [InlineData(95, 80, false)]
    [InlineData(1.5, 0.95, true)]
    public void AScoreIsReadAsAWhole(double first, double last, bool isFound)
    {
        var floor = Find(Measured.Steady(Metric.Loss, Ten + 0.05, 24).And(Trace.Of(Metric.Accuracy, first, last)), 10, Cross);

        Assert.Equal(isFound, floor is not null);
        Assert.Equal(isFound ? 0.95 : 0, floor?.Accuracy ?? 0);
    }

    [Fact]
    public void AValidationBoundsTheTraining()
    {
        var floor = Find(Measured.Steady(Metric.Loss, Ten + 0.05, 24).And(Measured.Steady(Metric.Accuracy, 0.5)).And(Measured.Steady(Metric.ValidationAccuracy, 0.95)), 10, Cross);

        Assert.Equal((Metric.ValidationAccuracy, 9L), (floor!.AccuracyMetric, floor.AccuracyStep));
    }

    /// <summary>Only the mean cross entropy without weights, of classes that are known, has this floor.</summary>
    [Theory]
    [InlineData(LossKind.CrossEntropy, null, false, 10.0, true)]
    [InlineData(LossKind.CrossEntropy, "mean", false, 10.0, true)]
    [InlineData(LossKind.CrossEntropy, "sum", false, 10.0, false)]
    [InlineData(LossKind.CrossEntropy, null, true, 10.0, false)]
    [InlineData(LossKind.CrossEntropy, null, false, 1.0, false)]
    [InlineData(LossKind.CrossEntropy, null, false, null, false)]
    [InlineData(LossKind.NegativeLogLikelihood, null, false, 10.0, false)]
    public void OnlyOneLossHasThisFloor(LossKind kind, string? reduction, bool hasWeights, double? classes, bool isFound)
    {
        var loss = new LossDescription { Kind = kind, TypeName = "Loss", Reduction = reduction, HasClassWeights = hasWeights };

        Assert.Equal(isFound, Find(Measured.Steady(Metric.Loss, Ten + 0.05, 24).And(Measured.Steady(Metric.Accuracy, 0.95)), classes, loss) is not null);
    }

    /// <summary>No loss of probabilities lies more than one above the floor, and one on its way down has found none.</summary>
    [Theory]
    [InlineData(0.999, 0.05, true)]
    [InlineData(1.0005, 0.05, true)]
    [InlineData(1.0015, 0.05, false)]
    [InlineData(double.NaN, 0.05, false)]
    [InlineData(0.9, 0.08, true)]
    [InlineData(0.9, 0.09, false)]
    public void TheWholeCurveMustAgree(double first, double late, bool isFound)
    {
        // From 60 to 80 % of the run it stands higher than in the last fifth, which is at the floor and 0.05.
        var loss = Enumerable.Range(0, 100).Select(step => Ten + (step == 0 ? first : step is >= 60 and < 80 ? late : 0.05));

        Assert.Equal(isFound, Find(Trace.Of(Metric.Loss, loss).And(Measured.Steady(Metric.Accuracy, 0.95)), 10, Cross) is not null);
    }

    /// <summary>Without a score a loss must touch the floor, with more than two classes, and stay near it.</summary>
    [Theory]
    [InlineData(10, 1.004, 1.05, true)]
    [InlineData(10, 1.006, 1.05, false)]
    [InlineData(10, 1.004, 1.09, true)]
    [InlineData(10, 1.004, 1.11, false)]
    [InlineData(2, 1.004, 1.05, false)]
    public void ALossThatTouchesTheFloorHasFoundIt(double classes, double least, double level, bool isFound)
    {
        double floor = CrossEntropyFloor.Of(classes);
        var found = Find(Trace.Of(Metric.Loss, Enumerable.Range(0, 50).Select(step => floor * (step == 3 ? least : level))), classes, Cross);

        Assert.Equal(isFound, found is not null);
        Assert.True(found is null or { Accuracy: null, LossStep: 3, IsTold: true });
    }

    [Theory]
    [InlineData(Metric.OutputMinimum, -0.0005, true)]
    [InlineData(Metric.OutputMinimum, -0.001, true)]
    [InlineData(Metric.OutputMinimum, -0.0015, false)]
    [InlineData(Metric.OutputMaximum, 1.0005, true)]
    [InlineData(Metric.OutputMaximum, 1.001, true)]
    [InlineData(Metric.OutputMaximum, 1.0015, false)]
    public void OutputsOutsideZeroToOneAreLogits(Metric metric, double value, bool isFound) => Assert.Equal(
        isFound, Find(Measured.Steady(Metric.Loss, Ten + 0.05, 24).And(Measured.Steady(Metric.Accuracy, 0.95)).And(Measured.Steady(metric, LayerChain.OutputScope, value)), 10, Cross) is not null);

    /// <summary>In a log the classes are guessed at by the level, and the whole curve must agree with the guess.</summary>
    [Theory]
    [InlineData(2.3, 0.05, 0.95, null, null, true)]
    [InlineData(2.3, 0.05, 0.95, 10.0, null, true)]
    [InlineData(2.3, 0.05, 0.95, 9.0, null, false)]
    [InlineData(2.3, 0.05, 0.95, null, TrainingTask.MulticlassClassification, true)]
    [InlineData(2.3, 0.05, 0.95, null, TrainingTask.Regression, false)]
    [InlineData(2.33, 0.05, 0.95, null, null, true)]
    [InlineData(2.34, 0.05, 0.95, null, null, false)]
    [InlineData(2.3, 0.05, 0.89, null, null, false)]
    [InlineData(2.3, 0.079, 0.95, null, null, true)]
    [InlineData(2.3, 0.082, 0.95, null, null, false)]
    [InlineData(2.3, 0.099, 0.9, null, null, true)]
    [InlineData(2.3, 0.101, 0.9, null, null, false)]
    [InlineData(double.NaN, 0.05, 0.95, null, null, false)]
    public void InALogTheClassesAreGuessed(double first, double above, double accuracy, double? known, TrainingTask? task, bool isFound)
    {
        var trace = Trace.Of(Metric.Loss, [first, .. Enumerable.Repeat(Ten + above, 39)]).And(Measured.Steady(Metric.Accuracy, accuracy));
        var floor = CrossEntropyFloor.Find(Measured.Facts(trace, new RunDescription { Task = task }), known);

        Assert.Equal(isFound, floor is not null);
        Assert.True(floor is null or { Classes: 10, IsTold: false, IsValidation: false, AccuracyMetric: Metric.Accuracy });
    }

    /// <summary>A loss that never moved came to rest nowhere; two hundredths are a move.</summary>
    [Theory]
    [InlineData(0.015, false)]
    [InlineData(0.025, true)]
    public void ALossMustHaveMoved(double move, bool isFound) => Assert.Equal(
        isFound, Find(Trace.Of(Metric.Loss, [Ten + 0.05 + move, .. Enumerable.Repeat(Ten + 0.05, 39)]).And(Measured.Steady(Metric.Accuracy, 0.95)), null, null) is not null);

    /// <summary>Five validations are enough, where the last lies near those before it; a training loss below the floor refutes it.</summary>
    [Theory]
    [InlineData(5, 0.05, 2.0, true)]
    [InlineData(4, 0.05, 2.0, false)]
    [InlineData(5, 0.05, 1.0, false)]
    public void AValidationLossFindsItToo(int count, double above, double training, bool isFound)
    {
        var trace = Trace.Of(Metric.ValidationLoss, [Ten + above + 0.021, .. Enumerable.Repeat(Ten + above, count - 1)]).And(Measured.Steady(Metric.ValidationAccuracy, 0.95)).And(Trace.Of(Metric.Loss, training));
        var floor = CrossEntropyFloor.Find(Measured.Facts(trace), null);

        Assert.Equal(isFound, floor is not null);
        Assert.True(floor is null or { Classes: 10, IsValidation: true, AccuracyMetric: Metric.ValidationAccuracy, LossStep: 1 });
    }

    /// <summary>A last validation that lies more than a fiftieth from those before it is no rest.</summary>
    [Theory]
    [InlineData(0.02, true)]
    [InlineData(0.06, false)]
    [InlineData(-0.06, false)]
    public void AValidationLossMustRest(double last, bool isFound)
    {
        var trace = Trace.Of(Metric.ValidationLoss, [Ten + 0.08, .. Enumerable.Repeat(Ten + 0.06, 9), Ten + 0.06 + last]).And(Measured.Steady(Metric.ValidationAccuracy, 0.95));

        Assert.Equal(isFound, CrossEntropyFloor.Find(Measured.Facts(trace), null) is not null);
    }

    /// <summary>Of two classes a level says too little, and more than a thousand are not guessed at.</summary>
    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void FewAndVeryManyClassesAreNotGuessed(double classes, bool isFound)
    {
        double floor = CrossEntropyFloor.Of(classes);

        Assert.Equal(isFound, Find(Trace.Of(Metric.Loss, [floor + 0.07, .. Enumerable.Repeat(floor + 0.05, 39)]).And(Measured.Steady(Metric.Accuracy, 0.95)), null, null) is not null);
    }

    [Theory]
    [InlineData(Metric.Loss, -0.0015, true)]
    [InlineData(Metric.Loss, -0.0005, false)]
    [InlineData(Metric.ValidationLoss, -0.0015, true)]
    [InlineData(Metric.ValidationLoss, -0.0005, false)]
    public void ALossBelowTheFloorRefutesIt(Metric metric, double above, bool isRefuted)
    {
        Assert.Equal(isRefuted, CrossEntropyFloor.IsRefuted(Measured.Facts(Trace.Of(metric, 5, Ten + above, 5)), 10));
        Assert.False(CrossEntropyFloor.IsRefuted(Measured.Facts(), 10));
    }

    [Theory]
    [InlineData(1, 0.0099, true)]
    [InlineData(1, 0.0101, false)]
    [InlineData(0.5, 0.5, false)]
    public void ARateThatFellToNothingStopsALoss(double first, double last, bool isStopped)
    {
        Assert.Equal(isStopped, CrossEntropyFloor.IsStopped(Measured.Facts(Trace.Of(Metric.LearningRate, first, last))));
        Assert.False(CrossEntropyFloor.IsStopped(Measured.Facts()));
    }

    private static CrossEntropyFloor? Find(Trace trace, double? classes, LossDescription? loss) => CrossEntropyFloor.Find(Measured.Facts(trace, new RunDescription { Loss = loss }), classes);
}
