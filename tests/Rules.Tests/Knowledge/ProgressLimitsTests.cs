using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>From where on a loss has fallen, stands or rises, and whether it has come below what a constant costs.</summary>
public sealed class ProgressLimitsTests
{
    private static readonly RunDescription Squares = new() { Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "MSELoss" } };

    /// <summary>First the loss at the start, then its level until two fifths of the run, then its level in the end.</summary>
    [Theory]
    [InlineData(2, 2, 2, 0, true, false)]
    [InlineData(2, 1, 1, 0.5, false, false)]
    [InlineData(2, 1.25, 1.25, 0.375, true, false)]
    [InlineData(10, 11, 11, -0.1, true, false)]
    [InlineData(10, 11.5, 11.5, -0.15, false, true)]
    [InlineData(100, 100, 98, 0.02, true, false)]
    [InlineData(100, 100, 97, 0.03, false, false)]
    [InlineData(-100, -100, -98, -0.02, true, false)]
    [InlineData(0, 1, 1, 0, true, false)]
    [InlineData(-10, -5, -20, 1, false, false)]
    public void AFallIsHeldAgainstTheStart(double start, double early, double late, double fell, bool isStuck, bool isWorse)
    {
        var progress = LossProgress.Of(Measured.Facts(Trace.Of(Metric.Loss, Course(start, early, late, 100))));

        Assert.Equal(fell, progress.Fell, 9);
        Assert.Equal((true, isStuck, isWorse), (progress.IsKnown, progress.IsStuck, progress.IsWorse));
        Assert.Equal((fell >= 0.5, isStuck || isWorse), (progress.IsGood, progress.IsBad));
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(19, false)]
    public void TwentyLossesTell(int count, bool isKnown)
    {
        Assert.Equal(isKnown, LossProgress.Of(Measured.Facts(Measured.Steady(Metric.Loss, 1, count))).IsKnown);
        Assert.Equal(isKnown ? false : null, LossProgress.TrainsWell(Measured.Facts(Measured.Steady(Metric.Loss, 1, count))));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ALossThatEndsInNoNumberIsWorse(double last)
    {
        var progress = LossProgress.Of(Measured.Facts(Trace.Of(Metric.Loss, 2, 1, last)));

        Assert.Equal((true, double.NegativeInfinity, false, true), (progress.IsKnown, progress.Fell, progress.IsStuck, progress.IsWorse));
        Assert.Equal((false, true), (progress.IsGood, progress.IsBad));
    }

    [Fact]
    public void WithoutALossNothingIsKnown()
    {
        Assert.Equal(default, LossProgress.Of(Measured.Facts()));
        Assert.False(default(LossProgress).IsBad);
        Assert.Null(LossProgress.TrainsWell(Measured.Facts()));
        Assert.Equal(default, LossProgress.Of(Measured.Facts(Trace.Of(Metric.Loss, double.NaN), new RunDescription { Task = TrainingTask.Reinforcement })));
    }

    /// <summary>A training goes well that halved its loss, and came clearly below what a constant costs where that is known.</summary>
    [Theory]
    [InlineData(1, null, true)]
    [InlineData(1.25, null, false)]
    [InlineData(1, 2.0, true)]
    [InlineData(1, 1.25, false)]
    [InlineData(0.75, 1.0, false)]
    [InlineData(0.5, 1.0, true)]
    public void WellIsBelowAConstant(double level, double? variance, bool isWell)
    {
        var trace = Trace.Of(Metric.Loss, Course(2, level, level, 100)).And(variance is { } known ? Measured.Steady(Metric.TargetStandardDeviation, Math.Sqrt(known)) : new Trace());

        Assert.Equal(isWell, LossProgress.TrainsWell(Measured.Facts(trace, Squares)));
    }

    /// <summary>What a linear map costs is known where eight batches tell, of a mean of squares.</summary>
    [Theory]
    [InlineData(LossKind.MeanSquaredError, null, 8, true)]
    [InlineData(LossKind.MeanSquaredError, "mean", 8, true)]
    [InlineData(LossKind.MeanSquaredError, "sum", 8, false)]
    [InlineData(LossKind.MeanSquaredError, null, 7, false)]
    [InlineData(LossKind.Huber, null, 8, false)]
    public void ALinearMapIsHeldAgainstSquares(LossKind kind, string? reduction, int count, bool isKnown)
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = kind, TypeName = "Loss", Reduction = reduction } };

        Assert.Equal(isKnown ? 0.25 : null, LinearAnswer.Of(Measured.Facts(Measured.Steady(Metric.LinearFitError, 0.25, count), run)));
    }

    /// <summary>A loss that was not given, or is nobody's, is known by its value.</summary>
    [Theory]
    [InlineData(false, LossKind.MeanSquaredError, 0, true)]
    [InlineData(true, LossKind.MeanSquaredError, 0, true)]
    [InlineData(false, LossKind.MeanSquaredError, 1, false)]
    [InlineData(false, LossKind.Huber, 0, false)]
    public void SquaresAreKnownByTheirValue(bool isOther, LossKind kind, double reduction, bool isKnown)
    {
        var run = new RunDescription { Loss = isOther ? new LossDescription { Kind = LossKind.Other, TypeName = "Loss" } : null };
        var trace = Measured.Steady(Metric.LinearFitError, 0.25).And(Measured.Steady(Metric.RecognizedLoss, (int)kind)).And(Measured.Steady(Metric.RecognizedReduction, reduction));

        Assert.Equal(isKnown, LinearAnswer.Of(Measured.Facts(trace, run)) is not null);
        Assert.Null(LinearAnswer.Of(Measured.Facts(Measured.Steady(Metric.LinearFitError, 0.25))));
    }

    /// <summary>It is reached within a twentieth, where a linear map gains more than a fiftieth over a constant.</summary>
    [Theory]
    [InlineData(0.5, 0.52, 1.0, true)]
    [InlineData(0.5, 0.53, 1.0, false)]
    [InlineData(0.5, 0.1, 1.0, true)]
    [InlineData(0.985, 0.985, 1.0, false)]
    [InlineData(0.975, 0.975, 1.0, true)]
    [InlineData(0.5, 0.5, null, false)]
    public void AnAnswerIsReachedWithinATwentieth(double linear, double level, double? deviation, bool isReached)
    {
        var facts = Measured.Facts(Measured.Steady(Metric.LinearFitError, linear, 8).And(deviation is { } known ? Measured.Steady(Metric.TargetStandardDeviation, known) : new Trace()), Squares);

        Assert.Equal(isReached, LinearAnswer.IsReached(facts, level));
        Assert.False(LinearAnswer.IsReached(Measured.Facts(run: Squares), 0));
    }

    [Fact]
    public void ItsEvidenceIsAMean()
    {
        var facts = Measured.Facts(Trace.Of(Metric.LinearFitError, 0.5, 0.25).Every(5).From(10), Squares);

        Assert.Equal(new Evidence("linear_fit_error", null, 15, 0.375, null, "<") { MeanOf = 2, FromStep = 10 }, LinearAnswer.Evidence(facts));
    }

    [Theory]
    [InlineData(LayerKind.Dropout, true)]
    [InlineData(LayerKind.Linear, false)]
    public void DropoutIsFound(LayerKind kind, bool has)
    {
        Assert.Equal(has, LinearAnswer.IsTrainedWithDropout(Measured.Facts(run: new RunDescription { Model = new ModelDescription { TypeName = "Net", Parameters = [], Layers = [new LayerDescription { Path = "0", TypeName = "Layer", Kind = kind }] } })));
        Assert.False(LinearAnswer.IsTrainedWithDropout(Measured.Facts()));
    }

    private static IEnumerable<double> Course(double start, double early, double late, int count) => Enumerable.Range(0, count).Select(step => step == 0 ? start : step < 2 * count / 5 ? early : late);
}
