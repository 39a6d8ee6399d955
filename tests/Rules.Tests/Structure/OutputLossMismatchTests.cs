using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

public sealed class OutputLossMismatchTests
{
    private static readonly OutputLossMismatch Rule = new(new());

    [Theory]
    [InlineData(ActivationKind.Softmax, LossKind.CrossEntropy, "double-softmax", Severity.Error)]
    [InlineData(ActivationKind.Sigmoid, LossKind.CrossEntropy, "sigmoid-before-softmax", Severity.Error)]
    [InlineData(ActivationKind.ReLU, LossKind.CrossEntropy, "cut-logits", Severity.Warning)]
    [InlineData(ActivationKind.Tanh, LossKind.CrossEntropy, "bounded-logits", Severity.Warning)]
    [InlineData(ActivationKind.LogSoftmax, LossKind.CrossEntropy, "redundant-log-softmax", Severity.Info)]
    [InlineData(ActivationKind.Sigmoid, LossKind.BinaryCrossEntropyWithLogits, "double-sigmoid", Severity.Error)]
    [InlineData(ActivationKind.Softmax, LossKind.BinaryCrossEntropyWithLogits, "softmax-before-sigmoid", Severity.Error)]
    [InlineData(ActivationKind.Softmax, LossKind.NegativeLogLikelihood, "probabilities-for-log-probabilities", Severity.Error)]
    [InlineData(ActivationKind.Softmax, LossKind.BinaryCrossEntropy, "softmax-for-independent-loss", Severity.Warning)]
    [InlineData(ActivationKind.LogSoftmax, LossKind.BinaryCrossEntropy, "logits-for-probabilities", Severity.Error)]
    public void ReportsAtAttachWhatTheStructureTells(ActivationKind output, LossKind loss, string variant, Severity severity)
    {
        var run = Run(loss, null, Piece.Linear(8, 16), Piece.Of(ActivationKind.ReLU), Piece.Linear(16, 10), Piece.Of(output, 1));

        var finding = Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.Loss, []), run));

        Assert.Equal(severity, finding.Severity);
        Assert.Equal(["3"], finding.Layers);
        Assert.NotEmpty(variant);
        Assert.NotEmpty(finding.Remedies[0].Actions);
        Assert.Null(finding.FirstStep);
    }

    [Theory]
    [InlineData(ActivationKind.Identity, LossKind.CrossEntropy, TrainingTask.MulticlassClassification)]
    [InlineData(ActivationKind.LogSoftmax, LossKind.NegativeLogLikelihood, TrainingTask.MulticlassClassification)]
    [InlineData(ActivationKind.Identity, LossKind.BinaryCrossEntropyWithLogits, TrainingTask.MultilabelClassification)]
    [InlineData(ActivationKind.Sigmoid, LossKind.BinaryCrossEntropy, TrainingTask.BinaryClassification)]
    [InlineData(ActivationKind.Sigmoid, LossKind.BinaryCrossEntropy, TrainingTask.MultilabelClassification)]
    [InlineData(ActivationKind.Sigmoid, LossKind.BinaryCrossEntropy, TrainingTask.Reconstruction)]
    [InlineData(ActivationKind.Sigmoid, LossKind.MeanSquaredError, TrainingTask.Reconstruction)]
    [InlineData(ActivationKind.Identity, LossKind.MeanSquaredError, TrainingTask.Regression)]
    [InlineData(ActivationKind.Identity, LossKind.MeanAbsoluteError, TrainingTask.Regression)]
    [InlineData(ActivationKind.Sigmoid, LossKind.MeanSquaredError, TrainingTask.Adversarial)]
    public void AcceptsEveryRowOfTheOutputTable(ActivationKind output, LossKind loss, TrainingTask task)
    {
        Piece[] body = [Piece.Linear(8, 16), Piece.Of(ActivationKind.ReLU), Piece.Linear(16, 4)];
        var run = Run(loss, task, output == ActivationKind.Identity ? body : [.. body, Piece.Of(output, 1)]);
        var trace = Trace.Of(Metric.Loss, 2.3, 2.0, 1.8);

        Assert.Empty(RuleVerifier.Run(Rule, trace, run));
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(Rule, trace, run).Outcome);
    }

    [Theory]
    [InlineData(ActivationKind.Sigmoid, 0, 1, null)]
    [InlineData(ActivationKind.Tanh, -1, 1, null)]
    [InlineData(ActivationKind.ReLU, 0, 900, null)]
    [InlineData(ActivationKind.Tanh, -1.02, 1.02, null)]
    [InlineData(ActivationKind.Sigmoid, 5, 50, Severity.Error)]
    [InlineData(ActivationKind.Tanh, -30, 30, Severity.Error)]
    [InlineData(ActivationKind.ReLU, -2, 2, Severity.Error)]
    public void JudgesABoundedOutputByTheTargets(ActivationKind output, double low, double high, Severity? expected)
    {
        foreach (TrainingTask? task in new TrainingTask?[] { null, TrainingTask.Regression })
        {
            var run = Run(LossKind.MeanSquaredError, task, Piece.Linear(8, 16), Piece.Of(ActivationKind.ReLU), Piece.Linear(16, 1), Piece.Of(output));
            var trace = Trace.Of(Metric.Loss, 9, 8).And(Trace.Of(Metric.TargetMinimum, low, low)).And(Trace.Of(Metric.TargetMaximum, high, high))
                .And(Trace.Of(Metric.TargetStandardDeviation, (high - low) / 4, (high - low) / 4));

            Assert.Equal(expected, RuleVerifier.Run(Rule, trace, run).SingleOrDefault()?.Severity);
        }
    }

    [Fact]
    public void WarnsOfABoundedRegressionOutputWithoutTargets()
    {
        var run = Run(LossKind.MeanSquaredError, TrainingTask.Regression, Piece.Linear(8, 1), Piece.Of(ActivationKind.Sigmoid));

        Assert.Equal(Severity.Warning, Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.Loss, 1), run)).Severity);
    }

    [Theory]
    [InlineData(2.3, 1.1, false)]
    [InlineData(-0.02, -5.0, true)]
    public void JudgesLogProbabilitiesTakenInCodeByTheLoss(double first, double second, bool isIll)
    {
        var run = Run(LossKind.NegativeLogLikelihood, null, Piece.Linear(8, 10));

        Assert.Equal(isIll, RuleVerifier.Run(Rule, Trace.Of(Metric.Loss, first, second), run).Any(finding => finding.Severity == Severity.Error));
    }

    /// <summary>Softmax that is called in code is seen in what the loss compares.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void JudgesSoftmaxInCodeByWhatIsCompared(int form, bool isIll)
    {
        var run = Run(LossKind.NegativeLogLikelihood, null, Piece.Linear(8, 10));
        var trace = Trace.Of(Metric.Loss, Enumerable.Repeat(isIll ? -0.2 : 2.1, 30)).And(Trace.Of(Metric.ComparedForm, Enumerable.Repeat((double)form, 30))).And(Trace.Of(Metric.ComparedDimension, Enumerable.Repeat(1.0, 30)));

        var findings = RuleVerifier.Run(Rule, trace, run);

        Assert.Equal(isIll ? ["NegativeLogLikelihoodLoss is given probabilities instead of their logarithms"] : [], findings.Select(finding => finding.Title.ToString()));
    }

    /// <summary>A loss that counts overlaps from what it is given wants probabilities; what it is given may be their function of the model's output, taken in code.</summary>
    [Theory]
    [InlineData(LossKind.Overlap, 0.4, true)]
    [InlineData(LossKind.Overlap, 0.011, true)]
    [InlineData(LossKind.Overlap, 0.01, false)]
    [InlineData(LossKind.Overlap, 0.0, false)]
    [InlineData(LossKind.OverlapWithLogits, null, false)]
    public void JudgesOverlapsByWhatIsCounted(LossKind recognized, double? outside, bool isIll)
    {
        var run = Run(LossKind.Other, null, Piece.Linear(8, 10));
        var trace = Trace.Of(Metric.Loss, Enumerable.Repeat(0.7, 30)).And(Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat((double)recognized, 30)));

        var finding = RuleVerifier.Run(Rule, outside is { } share ? trace.And(Trace.Of(Metric.ComparedOutsideFraction, [.. Enumerable.Repeat(0.0, 28), share, 0])) : trace, run).SingleOrDefault();

        Assert.Equal(isIll ? (Severity.Error, outside) : (null, null), (finding?.Severity, finding?.Evidence[0].Value));
        Assert.Equal(isIll ? ["Sigmoid", "the same loss of the output's sigmoid"] : [], finding?.Remedies.Select(remedy => remedy.Actions[0].To) ?? []);
    }

    /// <summary>Four looks are too few.</summary>
    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void JudgesOverlapsOnlyAfterSomeLooks(int looks, bool isIll)
    {
        var trace = Trace.Of(Metric.Loss, Enumerable.Repeat(0.7, 30)).And(Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat((double)LossKind.Overlap, 30))).And(Trace.Of(Metric.ComparedOutsideFraction, Enumerable.Repeat(0.5, looks)));

        Assert.Equal(isIll, RuleVerifier.Run(Rule, trace, Run(LossKind.Other, null, Piece.Linear(8, 10))).Count == 1);
    }

    [Fact]
    public void ASigmoidBeforeAnOverlapThatTakesItIsOneTooMany()
    {
        var run = Run(LossKind.Other, null, Piece.Linear(8, 16), Piece.Of(ActivationKind.ReLU), Piece.Linear(16, 10), Piece.Of(ActivationKind.Sigmoid));

        var finding = Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.Loss, Enumerable.Repeat(0.7, 30)).And(Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat((double)LossKind.OverlapWithLogits, 30))), run));

        Assert.Equal("Sigmoid is applied twice", finding.Title.ToString());
    }

    [Theory]
    [InlineData(ActivationKind.Softmax, LossKind.BinaryCrossEntropy, TrainingTask.MultilabelClassification)]
    [InlineData(ActivationKind.Identity, LossKind.CrossEntropy, TrainingTask.Regression)]
    public void ReportsWhatDoesNotFitTheTask(ActivationKind output, LossKind loss, TrainingTask task)
    {
        Piece[] body = [Piece.Linear(8, 16), Piece.Of(ActivationKind.ReLU), Piece.Linear(16, 4)];
        var run = Run(loss, task, output == ActivationKind.Identity ? body : [.. body, Piece.Of(output, 1)]);

        Assert.Equal(Severity.Error, Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.Loss, 1), run)).Severity);
    }

    [Theory]
    [InlineData(ActivationKind.Softmax, Severity.Warning)]
    [InlineData(ActivationKind.Sigmoid, Severity.Info)]
    public void JudgesClassesTrainedBySquaredErrorByTheOutput(ActivationKind output, Severity expected)
    {
        var run = Run(LossKind.MeanSquaredError, TrainingTask.MulticlassClassification, Piece.Linear(8, 4), Piece.Of(output, 1));

        var finding = Assert.Single(RuleVerifier.Run(Rule, Trace.Of(Metric.Loss, 1), run));

        Assert.Equal((expected, Cause.WrongLoss), (finding.Severity, finding.Causes[0].Cause));
        Assert.Contains(finding.Remedies[0].Actions, action => action is { Kind: RemedyActionKind.ChangeLoss, To: "CrossEntropyLoss" });
    }

    [Theory]
    [InlineData(ActivationKind.Softmax)]
    [InlineData(ActivationKind.Sigmoid)]
    public void RecognisesAFunctionCalledInCode(ActivationKind function)
    {
        var run = new RunDescription
        {
            Model = Piece.Custom(Piece.Linear(8, 16), Piece.Linear(16, 10)),
            Loss = new LossDescription { Kind = function == ActivationKind.Softmax ? LossKind.CrossEntropy : LossKind.BinaryCrossEntropyWithLogits, TypeName = "loss" },
        };
        double[] lows = [-1.2, -1.5, -2, -2.2];
        double[] highs = [1.1, 1.6, 2.2, 2.5];
        var output = function == ActivationKind.Softmax
            ? Trace.Of(Metric.OutputMinimum, "(output)", 0.03, 0.02, 0.01, 0.01).And(Trace.Of(Metric.OutputMaximum, "(output)", 0.3, 0.4, 0.5, 0.6))
                .And(Trace.Of(Metric.RowSum, "(output)", 1, 1, 1, 1)).And(Trace.Of(Metric.OutputMean, "(output)", 0.1, 0.1, 0.1, 0.1))
            : Trace.Of(Metric.OutputMinimum, "(output)", lows.Select(Sigmoid)).And(Trace.Of(Metric.OutputMaximum, "(output)", highs.Select(Sigmoid)));
        var trace = output.And(Trace.Of(Metric.OutputMinimum, "1", lows)).And(Trace.Of(Metric.OutputMaximum, "1", highs))
            .And(Trace.Of(Metric.CallOrder, "0", 0.0)).And(Trace.Of(Metric.CallOrder, "1", 1.0)).And(Trace.Of(Metric.Loss, 2.3, 2.3, 2.3, 2.3));

        Assert.Equal(Severity.Error, Assert.Single(RuleVerifier.Run(Rule, trace, run)).Severity);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(3, false)]
    public void ARectifiedOutputMustNotBeStuck(double level, bool isIll)
    {
        var run = Run(LossKind.MeanSquaredError, TrainingTask.Regression, Piece.Linear(8, 16), Piece.Of(ActivationKind.ReLU), Piece.Linear(16, 1), Piece.Of(ActivationKind.ReLU));
        var trace = Trace.Of(Metric.OutputAbsoluteMaximum, "(output)", Enumerable.Repeat(level, 40)).And(Trace.Of(Metric.TargetMaximum, Enumerable.Repeat(9.0, 40)))
            .And(Trace.Of(Metric.TargetMinimum, Enumerable.Repeat(1.0, 40)));

        Assert.Equal(isIll, RuleVerifier.Run(Rule, trace, run).Any(finding => finding.Severity == Severity.Error));
    }

    [Fact]
    public void SaysWhatItNeeds()
    {
        var unknown = new RunDescription { Model = Piece.Sequence(Piece.Linear(8, 4)) };

        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, Trace.Of(Metric.Loss, 1), unknown).Outcome);
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, Trace.Of(Metric.Loss, 1)).Outcome);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static RunDescription Run(LossKind loss, TrainingTask? task, params Piece[] pieces) => new()
    {
        Task = task,
        Model = Piece.Sequence(pieces),
        Loss = new LossDescription { Kind = loss, TypeName = loss + "Loss" },
    };
}
