using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6011 on which losses bound a score at all, how far below the bound it must lie, and when a loss is on another scale.</summary>
public sealed class ContradictoryScoreLimitsTests
{
    [Theory]
    [InlineData(LossKind.NegativeLogLikelihood, null, false, TrainingTask.MulticlassClassification, true)]
    [InlineData(LossKind.BinaryCrossEntropyWithLogits, "mean", false, null, true)]
    [InlineData(LossKind.CrossEntropy, "sum", false, null, false)]
    [InlineData(LossKind.CrossEntropy, "mean", true, null, false)]
    [InlineData(LossKind.CrossEntropy, "mean", false, TrainingTask.LanguageModeling, false)]
    public void OnlyAMeanCrossEntropyOfOneClassEachBoundsTheScore(LossKind kind, string? reduction, bool isWeighted, TrainingTask? task, bool isTold)
    {
        var run = new RunDescription { Task = task, Loss = new LossDescription { Kind = kind, TypeName = "Loss", Reduction = reduction, HasClassWeights = isWeighted } };

        Assert.Equal(isTold, RuleVerifier.Run(new ContradictoryScore(new()), Targets(0.5).And(Validations(0, 0.1)), run).Count == 1);
    }

    [Theory]
    [InlineData("a mean", 0, true)]
    [InlineData("a sum", 1, false)]
    public void ALossMayBeRecognised(string name, double reduction, bool isTold)
    {
        _ = name;
        var recognized = Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat((double)LossKind.CrossEntropy, 5)).And(Trace.Of(Metric.RecognizedReduction, Enumerable.Repeat(reduction, 5)));
        var trace = Targets(0.5).And(Validations(0, 0.1, 9));

        Assert.Equal(isTold, RuleVerifier.Run(new ContradictoryScore(new()), reduction < -1 ? trace : recognized.And(trace)).Count == 1);
    }

    /// <summary>A loss of zero leaves every answer right.</summary>
    [Theory]
    [InlineData("percent", 0, 10, 0.5, 3, true)]
    [InlineData("more than all answers", 0, 101, 0.5, 3, false)]
    [InlineData("less than no answer", 0, -0.1, 0.5, 3, false)]
    [InlineData("a loss below zero", -0.1, 0.1, 0.5, 3, false)]
    [InlineData("two validations", 0, 0.1, 0.5, 2, false)]
    [InlineData("one class of four fifths", 0, 0.1, 0.8, 3, false)]
    public void AScoreFarBelowItsBoundIsWrong(string name, double loss, double score, double majority, int validations, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, Find(Targets(majority).And(Validations(loss, score, validations))) is not null);
    }

    /// <summary>The worst of them is told with its own loss.</summary>
    [Fact]
    public void TheWorstIsTold()
    {
        var found = Find(Targets(0.5).And(Trace.Of(Metric.ValidationLoss, 0.01, 0.02, 0.03, 0.04, 0.05)).And(Trace.Of(Metric.ValidationAccuracy, 0.1, 0.2, 0.3, 0.05, 0.2)))!;

        Assert.Equal((3L, 0.05, 4L), (found.Evidence[0].Step, found.Evidence[0].Value, found.LastStep));
        Assert.Contains("the loss of 0.04 ", found.Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Two classes, of which a guess costs ln 2, beside a training loss.</summary>
    [Theory]
    [InlineData("a score a quarter of the way from chance", 4, 0.625, 0.25, 3, true)]
    [InlineData("a score nearer to chance", 4, 0.6, 0.25, 3, false)]
    [InlineData("more than three times the training's", 0.8, 1, 0.25, 3, true)]
    [InlineData("less than a guess", 0.69, 1, 0.125, 3, false)]
    [InlineData("a training worse than a guess", 4, 1, 0.75, 3, false)]
    public void RightAnswersThatCostMoreThanGuessesAreOnAnotherScale(string name, double loss, double score, double training, int validations, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, Find(Targets(0.5).And(Trace.Of(Metric.Loss, Enumerable.Repeat(training, validations))).And(Validations(loss, score, validations)))?.Title.ToString().Contains("another scale", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData(1.6, false)]
    [InlineData(0.6, false)]
    public void InputsOfAnotherScaleExplainIt(double scale, bool isTold) => Assert.Equal(
        isTold,
        Find(Targets(0.5).And(Trace.Of(Metric.Loss, 0.25, 0.25, 0.25)).And(Trace.Of(Metric.ValidationInputScale, scale)).And(Validations(4, 1))) is not null);

    /// <summary>One validation that costs what it should shows that the loss is on the right scale.</summary>
    [Fact]
    public void OneThatIsNotDearClearsTheOthers() =>
        Assert.Null(Find(Targets(0.5).And(Trace.Of(Metric.Loss, Enumerable.Repeat(0.25, 5))).And(Trace.Of(Metric.ValidationLoss, 0.25, 4, 4, 4, 4)).And(Trace.Of(Metric.ValidationAccuracy, Enumerable.Repeat(1.0, 5)))));

    [Fact]
    public void OtherSetsAreNotTheValidation()
    {
        var other = Trace.Of(Metric.ValidationLoss, "other", 0, 0, 0).And(Trace.Of(Metric.ValidationAccuracy, "other", 0.1, 0.1, 0.1));

        Assert.Null(Find(Targets(0.5).And(Validations(0.1, 0.95)).And(other)));
    }

    private static Trace Targets(double majority) => Trace.Of(Metric.TargetClassCount, 2).And(Trace.Of(Metric.TargetMajorityFraction, majority));

    private static Trace Validations(double loss, double score, int count = 3) => Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(loss, count)).And(Trace.Of(Metric.ValidationAccuracy, Enumerable.Repeat(score, count)));

    private static Finding? Find(Trace trace) => RuleVerifier.Run(
        new ContradictoryScore(new()), trace, new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss", Reduction = "mean" } }) is [var finding] ? finding : null;
}
