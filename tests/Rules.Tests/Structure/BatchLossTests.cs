using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7009 and TD7018: what a loss makes of the size of its batch, and what is learnt of a single one.</summary>
public sealed class BatchLossTests
{
    /// <summary>Whether a loss is summed, by what it says, what its values show, and how it grows with the batch.</summary>
    [Theory]
    [InlineData("it says so", true, "sum", null, null, 0, Severity.Info)]
    [InlineData("it says that it is not", true, "mean", null, 1.0, 9, null)]
    [InlineData("it says nothing and grows", true, null, null, 1.0, 5, Severity.Info)]
    [InlineData("it says nothing and grew four times", true, null, null, 1.0, 4, null)]
    [InlineData("it grows by no more than three quarters", true, null, null, 0.75, 9, null)]
    [InlineData("it is no module and grows", false, null, null, 1.0, 5, Severity.Info)]
    [InlineData("its values show a sum", false, null, 1, null, 0, Severity.Info)]
    [InlineData("its values show a mean", false, null, 0, null, 0, null)]
    [InlineData("its values show a sum, and it says nothing", true, null, 1, null, 0, null)]
    public void ASumIsSeenInWhatIsToldAndMeasured(string name, bool isModule, string? reduction, int? recognized, double? ratio, int comparisons, Severity? expected)
    {
        var trace = Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 12));
        trace = recognized is { } form ? trace.And(Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat((double)LossKind.MeanSquaredError, 8))).And(Trace.Of(Metric.RecognizedReduction, Enumerable.Repeat((double)form, 8))) : trace;
        trace = ratio is { } growth ? trace.And(Trace.Of(Metric.BatchLossRatio, Enumerable.Repeat(growth, comparisons))) : trace;
        var run = new RunDescription { Loss = isModule ? new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "MSELoss", Reduction = reduction } : null };
        var finding = RuleVerifier.Run(new SumReducedLoss(new SumReducedLossOptions { MinimumGrowth = 0.75 }), trace, run).SingleOrDefault();

        Assert.True(expected == finding?.Severity, $"{name}: {finding}");
        Assert.True(finding is null || finding.FirstStep == (reduction is not null ? 0 : 4), $"{name}: {finding}");
        Assert.True(finding is null || finding.Title.ToString() == (isModule ? "MSELoss grows with the batch size" : "The loss grows with the batch size"), name);
    }

    /// <summary>The rate that a mean would have is that of the sum times the batch; only plain descent minds it.</summary>
    [Theory]
    [InlineData("a half", "SGD", 0.125, 4.0, Severity.Info, 1)]
    [InlineData("more", "SGD", 0.125, 8.0, Severity.Warning, 1)]
    [InlineData("more, averaged", "ASGD", 0.125, 8.0, Severity.Warning, 1)]
    [InlineData("more, of an optimizer that divides by the gradient", "Adam", 0.125, 8.0, Severity.Info, 1)]
    [InlineData("more, of an optimizer that is not known", null, 0.125, 8.0, Severity.Info, 1)]
    [InlineData("a batch of one", "SGD", 0.625, 1.0, Severity.Warning, 0)]
    [InlineData("a batch that is not known", "SGD", 8, null, Severity.Info, 0)]
    public void ASumIsJudgedByTheRateOfTheMean(string name, string? optimizer, double rate, double? batch, Severity expected, int actions)
    {
        var run = new RunDescription
        {
            Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "MSELoss", Reduction = "sum" },
            Optimizer = optimizer is null ? null : new OptimizerDescription { TypeName = optimizer },
        };
        var trace = Trace.Of(Metric.Loss, 1, 1, 1).And(Trace.Of(Metric.LearningRate, rate, rate)).And(Trace.Of(Metric.BatchSize, batch is { } size ? [size, size] : []));
        var finding = Assert.Single(RuleVerifier.Run(new SumReducedLoss(new()), trace, run));

        Assert.True((expected, actions) == (finding.Severity, finding.Remedies[1].Actions.Count), $"{name}: {finding}");
        Assert.True(expected == Severity.Info || finding.Evidence[0].Value == rate * batch, name);
        Assert.True(actions == 0 || finding.Remedies[1].Actions[0].Factor == 1 / batch, name);
    }

    [Fact]
    public void ASumIsToldThoughNothingWasMeasured() => Assert.Null(Assert.Single(RuleVerifier.Run(
        new SumReducedLoss(new()), Trace.Of(Metric.Loss, []), new RunDescription { Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "MSELoss", Reduction = "sum" } })).FirstStep);

    [Fact]
    public void FiveComparisonsOrARecognisedLossAreEnough()
    {
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(new SumReducedLoss(new()), Trace.Of(Metric.BatchLossRatio, Enumerable.Repeat(0.1, 5))).Outcome);
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(new SumReducedLoss(new()), Trace.Of(Metric.RecognizedLoss, 1, 1, 1, 1, 1)).Outcome);
    }

    /// <summary>The first loss, what is learnt of a batch with its inputs and without, and whether the output depends on them.</summary>
    [Theory]
    [InlineData("learnt", 2, 0.5, 1, 1, null)]
    [InlineData("as much without the inputs by a quarter", 2, 0.75, 1, 1, "One batch can't be memorised")]
    [InlineData("no number", 2, double.NaN, 1, 1, "One batch can't be memorised")]
    [InlineData("a guess that costs next to nothing", 250, 0.25, 0.25, 1, "The first loss is far above what a guess costs")]
    [InlineData("a guess that costs a little more", 250, 0.26, 0.26, 1, "One batch can't be memorised")]
    [InlineData("a first loss below zero", -250, 0.26, 0.26, 1, "One batch can't be memorised")]
    [InlineData("a first loss far below zero", -250, 0.25, 0.25, 1, null)]
    [InlineData("a first loss of ten guesses", 20, 0.5, 2, 1, null)]
    [InlineData("a first loss of more", 21, 0.5, 2, 1, "The first loss is far above what a guess costs")]
    [InlineData("a guess that costs nothing", 2, 0, 0, 1, null)]
    [InlineData("an output that is the same for all", 2, 0.5, 1, 0, "The output does not depend on the input")]
    [InlineData("the same for all, and nothing learnt", 2, 1, 1, 0, "The output does not depend on the input")]
    [InlineData("an output that differs for a few", 2, 0.5, 1, 0.125, null)]
    public void ABatchIsJudgedByWhatWasLearnt(string name, double first, double learnt, double blind, double dependence, string? title)
    {
        var trace = Trace.Of(Metric.Loss, first).And(Trace.Of(Metric.LearntLoss, learnt)).And(Trace.Of(Metric.BlindLoss, blind)).And(Trace.Of(Metric.InputDependence, "0", 1.0)).And(Trace.Of(Metric.InputDependence, "(output)", dependence));
        var finding = RuleVerifier.Run(new UnlearnableBatch(new UnlearnableBatchOptions { MaximumRatio = 0.75 }), trace, Known).SingleOrDefault();

        Assert.True(title == finding?.Title.ToString(), $"{name}: {finding}");
        Assert.True(finding is null || finding.Severity == (dependence <= 0 ? Severity.Error : learnt / blind < 0.75 || title!.StartsWith("The first", StringComparison.Ordinal) ? Severity.Info : Severity.Warning), $"{name}: {finding}");
    }

    [Theory]
    [InlineData(Metric.Loss)]
    [InlineData(Metric.BlindLoss)]
    [InlineData(Metric.LearntLoss)]
    public void WhatIsMissingIsNotJudged(Metric missing)
    {
        var trace = new[] { Metric.Loss, Metric.BlindLoss, Metric.LearntLoss }.Where(metric => metric != missing).Select(metric => Trace.Of(metric, 1.0)).Aggregate(Trace.Of(Metric.InputDependence, "(output)", 1.0), (one, next) => one.And(next));

        Assert.Empty(RuleVerifier.Run(new UnlearnableBatch(new()), trace, Known));
    }

    private static RunDescription Known => new() { Model = Piece.Sequence(Piece.Linear(8, 2)) };
}
