using TrainingDoctor.Rules.Gradients;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>What becomes of a sum of gradients that was found: how the run went on decides how grave it is.</summary>
public sealed class AccumulatingGradientEndTests
{
    private static readonly AccumulatingGradient Rule = new(new() { Window = 8 });

    /// <summary>The last fifteen norms tell: of them eight must lie below the first.</summary>
    [Theory]
    [InlineData("eight of the last fifteen below the first norm", 8, 0.5, Severity.Info)]
    [InlineData("seven of them", 7, 0.5, Severity.Warning)]
    [InlineData("all of them as large as the first norm", 15, 1, Severity.Warning)]
    public void AGradientThatShrinksAgainWasNoSum(string name, int small, double norm, Severity expected)
    {
        _ = name;
        double[] norms = [.. Enumerable.Range(1, 20).Select(step => (double)step), .. Enumerable.Repeat(20.0, 15 - small), .. Enumerable.Repeat(norm, small)];
        var finding = Assert.Single(RuleVerifier.Run(Rule, SumOfGradients.Of(norms)));

        Assert.Equal(expected, finding.Severity);
        Assert.Equal(expected == Severity.Info ? 0.3 : 0.9, finding.Confidence);
    }

    [Theory]
    [InlineData("twice the window, and no number at the end", 16, double.NaN, 17, Severity.Error)]
    [InlineData("one step fewer", 15, double.NaN, 17, Severity.Warning)]
    [InlineData("a loss that is a number to the end", 16, 1, 17, Severity.Warning)]
    [InlineData("a norm that was set back later", 16, double.NaN, 5, Severity.Warning)]
    public void ASumThatIsNeverSetBackWhileNothingIsLearntIsAnError(string name, int steps, double lastLoss, double lastNorm, Severity expected)
    {
        _ = name;
        var trace = SumOfGradients.Of([.. Enumerable.Range(1, steps - 1).Select(norm => (double)norm), lastNorm])
            .And(Trace.Of(Metric.Loss, [.. Enumerable.Repeat(1.0, steps - 1), lastLoss]));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rule, trace)).Severity);
    }

    [Fact]
    public void ItLastsWhileTheCosineIsAtLeastAtTheLimit()
    {
        var trace = SumOfGradients.Counting(60, step => step <= 30 ? 1 : step <= 40 ? 0.5 : 0.25).From(5);
        var finding = Assert.Single(RuleVerifier.Run(new AccumulatingGradient(new() { MinimumCosine = 0.5 }), trace));

        Assert.Equal((5L, 45L), (finding.FirstStep, finding.LastStep));
        Assert.Contains("21-fold", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("another parameter that no optimizer holds", true, false, Cause.WrongOptimizerParameters)]
    [InlineData("a frozen one that no optimizer holds", false, false, Cause.LearningRateTooHigh)]
    [InlineData("one that the optimizer holds", true, true, Cause.LearningRateTooHigh)]
    [InlineData("one of which it is not known", true, null, Cause.LearningRateTooHigh)]
    public void ParametersOutsideTheOptimizerAreCausesToo(string name, bool trainable, bool? held, Cause second)
    {
        _ = name;
        var model = GradientRulesTests.Stack(ActivationKind.ReLU, 2);
        var other = model.Parameters[1] with { IsTrainable = trainable, IsInOptimizer = held };
        var run = new RunDescription { Model = model with { Parameters = [model.Parameters[0] with { Name = "fc.weight", IsInOptimizer = true }, other] } };
        var finding = Assert.Single(RuleVerifier.Run(Rule, SumOfGradients.Counting(30), run));

        Assert.Equal(second, Assert.Single(finding.Causes, cause => cause.Cause != Cause.MissingZeroGrad).Cause);
    }

    /// <summary>Parameters that no optimizer holds are cleared by none: that theirs add up is no wonder.</summary>
    [Fact]
    public void GradientsThatNoOptimizerClearsAreLeftOut()
    {
        var model = GradientRulesTests.Stack(ActivationKind.ReLU, 1);
        var run = new RunDescription { Model = model with { Parameters = [model.Parameters[0] with { Name = "fc.weight", IsInOptimizer = false }] } };

        Assert.Empty(RuleVerifier.Run(Rule, SumOfGradients.Counting(30), run));
    }
}
