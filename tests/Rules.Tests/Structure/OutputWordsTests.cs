using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7001 in words: the title of each mismatch, what is prescribed against it, and what it is put down to.</summary>
public sealed class OutputWordsTests
{
    private const ActivationKind None = ActivationKind.Identity;

    [Theory]
    [InlineData(None, LossKind.BinaryCrossEntropyWithLogits, null, 4, Metric.RecognizedActivation, 1, "Sigmoid is applied twice", "Give the loss the model's output itself", Cause.WrongOutputActivation)]
    [InlineData(None, LossKind.CrossEntropy, null, 4, Metric.RecognizedActivation, 1, "Softmax is applied twice", "Give the loss the model's output itself", Cause.WrongOutputActivation)]
    [InlineData(ActivationKind.Softmax, LossKind.CrossEntropy, null, 1, Metric.Loss, 1, "Softmax over a single unit is always 1", "End the model in Sigmoid", Cause.WrongOutputActivation)]
    [InlineData(ActivationKind.Softmax, LossKind.MeanSquaredError, TrainingTask.Regression, 1, Metric.Loss, 1, "Softmax over a single unit is always 1", "Take Softmax out of the output", Cause.WrongOutputActivation)]
    [InlineData(ActivationKind.ReLU, LossKind.CrossEntropy, null, 1, Metric.Loss, 1, "Cross entropy over a single unit is always 0", "Take ReLU out of the output and use BCEWithLogitsLoss", Cause.WrongOutputActivation)]
    [InlineData(None, LossKind.CrossEntropy, TrainingTask.Regression, 4, Metric.Loss, 1, "A loss for classes is used for values", "Use MSELoss", Cause.WrongLoss)]
    [InlineData(None, LossKind.BinaryCrossEntropyWithLogits, TrainingTask.MulticlassClassification, 4, Metric.Loss, 1, "One of several classes is trained as independent labels", "Use CrossEntropyLoss", Cause.WrongLoss)]
    [InlineData(ActivationKind.ReLU, null, TrainingTask.MulticlassClassification, 4, Metric.Loss, 1, "The output function cuts the logits at zero", "Take ReLU out of the output", Cause.WrongOutputActivation)]
    [InlineData(None, LossKind.ConnectionistTemporalClassification, null, 4, Metric.ComparedForm, 0, "named is given numbers that are not log-probabilities", "End the model in LogSoftmax", Cause.WrongOutputActivation)]
    [InlineData(None, LossKind.NegativeLogLikelihood, null, 4, Metric.TargetMean, 1, "NLLLoss without LogSoftmax", "End the model in LogSoftmax", Cause.WrongOutputActivation)]
    [InlineData(None, LossKind.NegativeLogLikelihood, null, 4, Metric.Loss, -1, "named is given logits", "End the model in LogSoftmax", Cause.WrongOutputActivation)]
    [InlineData(None, LossKind.BinaryCrossEntropy, null, 4, Metric.TargetMean, 1, "named is given values that are not probabilities", "Use BCEWithLogitsLoss", Cause.WrongOutputActivation)]
    [InlineData(ActivationKind.GELU, LossKind.BinaryCrossEntropy, null, 4, Metric.TargetMean, 1, "named is given values that are not probabilities", "Take GELU out of the output and use BCEWithLogitsLoss", Cause.WrongOutputActivation)]
    [InlineData(ActivationKind.Sigmoid, LossKind.KullbackLeibler, null, 4, Metric.Loss, 1, "named is given probabilities instead of their logarithms", "End the model in LogSoftmax", Cause.WrongOutputActivation)]
    [InlineData(ActivationKind.LogSoftmax, LossKind.CrossEntropy, null, 4, Metric.Loss, 1, "LogSoftmax before a loss that contains it", "Use NLLLoss", Cause.WrongOutputActivation)]
    [InlineData(ActivationKind.Exponential, LossKind.PoissonNegativeLogLikelihood, null, 4, Metric.RecognizedLoss, (double)LossKind.PoissonNegativeLogLikelihood, "The exponential is taken twice", "Take Exponential out of the output", Cause.WrongOutputActivation)]
    [InlineData(ActivationKind.ReLU, LossKind.MeanSquaredError, TrainingTask.Regression, 4, Metric.Loss, 1, "A bounded or rectified output for values", "Take ReLU out of the output", Cause.WrongOutputActivation)]
    [InlineData(None, LossKind.Huber, TrainingTask.LanguageModeling, 4, Metric.Loss, 1, "Classes are trained by named", "Use CrossEntropyLoss", Cause.WrongLoss)]
    public void EachMismatchHasItsWords(ActivationKind output, LossKind? loss, TrainingTask? task, long units, Metric metric, double value, string title, string remedy, Cause cause)
    {
        Piece[] body = [Piece.Linear(8, 16), Piece.Of(ActivationKind.GELU), Piece.Linear(16, units)];
        var run = new RunDescription
        {
            Task = task,
            Model = Piece.Sequence(output == None ? body : [.. body, Piece.Of(output)]),
            Loss = loss is { } kind ? new LossDescription { Kind = kind, TypeName = "named" } : null,
        };
        var finding = Assert.Single(RuleVerifier.Run(new OutputLossMismatch(new()), Trace.Of(metric, Enumerable.Repeat(value, 6)), run));

        Assert.Equal((title, remedy, cause), (finding.Title.ToString(), finding.Remedies[0].Title.ToString(), finding.Causes[0].Cause));
    }

    /// <summary>The loss and its gradient are zero, though the output is far off.</summary>
    [Fact]
    public void ABlindLossHasItsWords()
    {
        var trace = Trace.Of(Metric.Loss, Enumerable.Repeat(0.0, 20)).And(Trace.Of(Metric.GlobalGradientNorm, 0, 0)).And(Trace.Of(Metric.OutputMean, "(output)", 0, 70)).And(Trace.Of(Metric.TargetMean, 0, 0)).And(Trace.Of(Metric.TargetStandardDeviation, 2, 2));
        var finding = Assert.Single(RuleVerifier.Run(new OutputLossMismatch(new()), trace, new RunDescription { Task = TrainingTask.Regression, Model = Piece.Sequence(Piece.Linear(8, 4)) }));

        Assert.Equal(("The loss does not see how far the output is off", "Use MSELoss"), (finding.Title.ToString(), finding.Remedies[0].Title.ToString()));
    }

    /// <summary>A function that was called last is presumed to make the output: that is a warning, though it would be an error for certain; what is told is whether targets lie above or below.</summary>
    [Fact]
    public void WhatIsPresumedIsAWarning()
    {
        var trace = Trace.Of(Metric.CallOrder, "0", 0.0).And(Trace.Of(Metric.CallOrder, "1", 1.0)).And(Trace.Of(Metric.InputOrigin, "1", 0.0)).And(Trace.Of(Metric.Loss, 1, 1));
        var run = new RunDescription { Model = Piece.Custom(Piece.Linear(8, 4), Piece.Of(ActivationKind.Sigmoid)), Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };

        Assert.Equal((Severity.Warning, 0.8), Assert.Single(RuleVerifier.Run(new OutputLossMismatch(new()), trace, run)) is var finding ? (finding.Severity, finding.Confidence) : default);
    }

    /// <summary>What is needed to judge a model: a loss or a task that tells, and an output function or a loss below what probabilities allow.</summary>
    [Theory]
    [InlineData("nothing known", null, null, false, 2.0, false)]
    [InlineData("a task that tells", null, TrainingTask.Regression, false, 2.0, true)]
    [InlineData("labels", null, TrainingTask.MultilabelClassification, false, 2.0, true)]
    [InlineData("classes", null, TrainingTask.MulticlassClassification, false, 2.0, true)]
    [InlineData("a task that does not", null, TrainingTask.BinaryClassification, false, 2.0, false)]
    [InlineData("a loss", LossKind.CrossEntropy, null, false, 2.0, true)]
    [InlineData("a loss without a function", LossKind.CrossEntropy, null, true, 2.0, false)]
    [InlineData("a loss that logits alone reach", LossKind.CrossEntropy, null, true, 0.1, true)]
    [InlineData("another loss as low", LossKind.NegativeLogLikelihood, null, true, 0.1, false)]
    public void ItIsToldWhatIsNeeded(string name, LossKind? loss, TrainingTask? task, bool isCustom, double least, bool isJudged)
    {
        var model = isCustom ? Piece.Custom(Piece.Linear(8, 4)) : Piece.Sequence(Piece.Linear(8, 4));
        var run = new RunDescription { Task = task, Model = model, Loss = loss is { } kind ? new LossDescription { Kind = kind, TypeName = "named" } : null };

        var view = Inspection.View(model, Trace.Of(Metric.Loss, 1, least, 1).And(Trace.Of(Metric.TargetClassCount, 4, 4)), run);

        Assert.True(isJudged == new OutputLossMismatch(new()).WhyNotJudged(view) is null, name);
    }

    /// <summary>The larger of the classes that were seen and the units of the output is the number of classes: two are enough, one is none.</summary>
    [Theory]
    [InlineData(2, 0.3, true)]
    [InlineData(2, 0.32, false)]
    [InlineData(4, 0.7, true)]
    [InlineData(1, 0.1, false)]
    public void ALossIsHeldToWhatItsClassesAllow(double classes, double least, bool isJudged)
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };
        var view = Inspection.View(Piece.Custom(Piece.Linear(8, 4)), Trace.Of(Metric.Loss, 1, least, 1).And(Trace.Of(Metric.TargetClassCount, classes, 1)), run);

        Assert.Equal(isJudged, new OutputLossMismatch(new()).WhyNotJudged(view) is null);
    }

    /// <summary>Without a model a loss and a score tell, where the loss fell below what probabilities allow.</summary>
    [Theory]
    [InlineData("both", Metric.Accuracy, 0.1, true)]
    [InlineData("a score of the validation", Metric.ValidationAccuracy, 0.1, true)]
    [InlineData("a loss that is not low", Metric.Accuracy, 1.0, false)]
    [InlineData("no score", Metric.TargetMean, 0.1, false)]
    public void ALogIsJudgedByLossAndScore(string name, Metric score, double least, bool isJudged) =>
        Assert.True(isJudged == new OutputLossMismatch(new()).WhyRunNotJudged(Inspection.View(Piece.Custom(), Trace.Of(Metric.Loss, 1, least).And(Trace.Of(score, 0.5, 0.9))).Facts) is null, name);
}
