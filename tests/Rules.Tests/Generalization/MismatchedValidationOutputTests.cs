using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6014 on what must be known for probabilities of a validation to be held against logits of the training.</summary>
public sealed class MismatchedValidationOutputTests
{
    private const double TenClasses = 1.4612;

    [Theory]
    [InlineData("numbers from 0 to 1 of a cross entropy", LossKind.CrossEntropy, 3, 10.0, false)]
    [InlineData("shares of an unknown number of classes", LossKind.CrossEntropy, 1, null, false)]
    [InlineData("shares of a binary loss", LossKind.BinaryCrossEntropyWithLogits, 1, null, true)]
    [InlineData("numbers from 0 to 1 of a binary loss", LossKind.BinaryCrossEntropyWithLogits, 3, null, true)]
    public void TheFloorIsThatOfTheLossAndTheForm(string name, LossKind kind, double form, double? classes, bool isTold)
    {
        _ = name;
        var trace = Seen(0, -3, null).And(Forms(form, form)).And(Losses(0.1, 1.5, 1.5));

        Assert.Equal(isTold, IsTold(classes is { } count ? trace.And(Trace.Of(Metric.TargetClassCount, count)) : trace, kind));
    }

    /// <summary>Training outputs must have been seen as numbers of any kind.</summary>
    [Theory]
    [InlineData(0.0, null, 3.0, true)]
    [InlineData(0.0, 0.0, 1.0, false)]
    [InlineData(1.0, -3.0, 3.0, false)]
    [InlineData(null, -3.0, 3.0, true)]
    [InlineData(null, -3.0, 1.0, false)]
    public void TrainingOutputsWereNoProbabilities(double? form, double? minimum, double? maximum, bool isTold) =>
        Assert.Equal(isTold, IsTold(Seen(form, minimum, maximum).And(Forms(1, 1)).And(Losses(0.1, 1.5, 1.5)).And(Trace.Of(Metric.TargetClassCount, 10.0))));

    [Theory]
    [InlineData("one validation", new[] { 1.0 }, 0.1, new[] { 1.5 }, false)]
    [InlineData("logits now and then", new[] { 1.0, 0, 1 }, 0.1, new[] { 1.5, 1.5, 1.5 }, false)]
    [InlineData("a validation below the floor", new[] { 1.0, 1 }, 0.1, new[] { 1.5, TenClasses - 0.01 }, false)]
    [InlineData("a validation that is no number", new[] { 1.0, 1 }, 0.1, new[] { 1.5, double.NaN }, false)]
    [InlineData("a training near the floor", new[] { 1.0, 1 }, 1.35, new[] { 1.5, 1.5 }, false)]
    public void ValidationsStayAboveTheFloorThatTrainingPassed(string name, double[] forms, double training, double[] validations, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, IsTold(Seen(0, -3, null).And(Forms(forms)).And(Losses(training, validations)).And(Trace.Of(Metric.TargetClassCount, 10.0))));
    }

    private static Trace Forms(params double[] forms) => Trace.Of(Metric.ValidationForm, forms);

    private static Trace Losses(double training, params double[] validations) => Trace.Of(Metric.Loss, training).And(Trace.Of(Metric.ValidationLoss, validations));

    private static Trace Seen(double? form, double? minimum, double? maximum)
    {
        var trace = Trace.Of(Metric.BatchSize, 32.0);
        trace = form is { } kind ? trace.And(Trace.Of(Metric.ComparedForm, kind)) : trace;
        trace = minimum is { } low ? trace.And(Trace.Of(Metric.OutputMinimum, "(output)", low)) : trace;
        return maximum is { } high ? trace.And(Trace.Of(Metric.OutputMaximum, "(output)", high)) : trace;
    }

    private static bool IsTold(Trace trace, LossKind kind = LossKind.CrossEntropy) =>
        RuleVerifier.Run(new MismatchedValidationOutput(new()), trace, new RunDescription { Loss = new LossDescription { Kind = kind, TypeName = "Loss" } }).Count == 1;
}
