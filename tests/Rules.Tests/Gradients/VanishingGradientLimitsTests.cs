using TrainingDoctor.Rules.Gradients;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>When a gradient has vanished: how many weights, measurements and losses it takes, and what is no wall.</summary>
public sealed class VanishingGradientLimitsTests
{
    private static readonly VanishingGradient Rule = new(new());

    [Theory]
    [InlineData(2, RuleOutcome.NotEvaluated)]
    [InlineData(3, RuleOutcome.Found)]
    public void ThreeWeightsHaveAnEarlyAndALatePart(int depth, RuleOutcome expected) =>
        Assert.Equal(expected, RuleVerifier.Status(Rule, Weights(depth, 40, layer => layer == 0 ? 1e-5 : 1)).Outcome);

    [Theory]
    [InlineData("nineteen steps", 19, 1, 0)]
    [InlineData("twenty steps", 20, 1, 1)]
    [InlineData("seven measurements of many steps", 7, 10, 0)]
    [InlineData("eight measurements of many steps", 8, 10, 1)]
    [InlineData("eight measurements of nineteen steps", 8, 2, 0)]
    public void TwentyStepsOrEightMeasurementsOfAsManyAreNeeded(string name, int measurements, int every, int findings)
    {
        _ = name;
        var trace = Weights(4, measurements, layer => layer < 2 ? 1e-5 : 1).Every(every);

        Assert.Equal(findings, RuleVerifier.Run(Rule, trace).Count);
        Assert.Equal(findings > 0 ? RuleOutcome.Found : RuleOutcome.NotEvaluated, RuleVerifier.Status(Rule, trace).Outcome);
    }

    [Theory]
    [InlineData("a loss that stays, and next to nothing", 1e-5, 200, 1, Severity.Error)]
    [InlineData("one loss fewer", 1e-5, 199, 1, Severity.Warning)]
    [InlineData("a ratio for which there are other explanations", 2e-4, 200, 1, Severity.Warning)]
    [InlineData("a loss that falls", 1e-5, 200, 0.98, Severity.Info)]
    public void AStuckLossMakesItAnIllness(string name, double early, int steps, double factor, Severity expected)
    {
        _ = name;
        var trace = Weights(4, steps, layer => layer < 2 ? early : 1).And(Trace.Of(Metric.Loss, Enumerable.Range(0, steps).Select(step => Math.Pow(factor, step))));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal((expected, expected == Severity.Error ? 0.97 : expected == Severity.Info ? 0.7 : 0.9), (finding.Severity, finding.Confidence));
    }

    [Fact]
    public void WhatHasComeBackIsNotJudgedAtTheEnd()
    {
        var trace = Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 120));
        for (int layer = 0; layer < 4; layer++)
        {
            trace = trace.And(Trace.Of(Metric.GradientNorm, $"{layer}.weight", Enumerable.Range(0, 120).Select(step => step < 50 && layer < 2 ? 1e-5 : 1)));
        }

        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal((Severity.Info, 49L, 69L), (finding.Severity, finding.LastStep, finding.RecoveredAt));
    }

    /// <summary>The first and the last quarter of the weights are compared, one at least, by the geometric mean of each.</summary>
    [Theory]
    [InlineData("of seven the first and the last", 7, 1e-4)]
    [InlineData("of eight two and two", 8, 1e-4)]
    [InlineData("of twelve three and three", 12, 1e-4)]
    public void QuartersAreCompared(string name, int depth, double early)
    {
        _ = name;
        int quarter = depth / 4;
        var finding = Assert.Single(RuleVerifier.Run(Rule, Weights(depth, 30, layer => layer < quarter ? early * (layer + 1) : layer >= depth - quarter ? 1 : Math.Sqrt(early))));
        double mean = Math.Exp(Enumerable.Range(1, quarter).Average(layer => Math.Log(early * layer)));

        Assert.Equal(mean, finding.Evidence[0].Value, 1e-9 * mean);
        Assert.Contains("the earliest is 0.weight", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a norm that is no number", double.NaN, 1)]
    [InlineData("last weights without a gradient", 1e-5, 0)]
    public void WithoutNumbersThereIsNoRatio(string name, double early, double late)
    {
        _ = name;
        Assert.Empty(RuleVerifier.Run(Rule, Weights(4, 40, layer => layer < 2 ? early : layer < 3 ? 1 : late)));
    }

    [Fact]
    public void AGradientOfZeroIsTheSmallestOfAll()
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Weights(4, 40, layer => layer < 2 ? 0 : 1)));

        Assert.Equal("1.weight", finding.Evidence[0].Layer);
        Assert.InRange(finding.Evidence[0].Value, 1e-30, 2e-30);
    }

    /// <summary>Relative to a small weight the same gradient is large: only a gradient that drops itself is a wall.</summary>
    [Theory]
    [InlineData("the gradient drops to less than three hundredths", 0.02, "1.weight")]
    [InlineData("the gradient is the same, the weights are small", 1, "0.weight")]
    public void SmallWeightsAloneAreNoWall(string name, double early, string place)
    {
        _ = name;
        var trace = new Trace();
        for (int layer = 0; layer < 8; layer++)
        {
            trace = trace.And(Trace.Of(Metric.GradientNorm, $"{layer}.weight", Enumerable.Repeat(layer < 2 ? early : 1, 30)))
                .And(Trace.Of(Metric.WeightNorm, $"{layer}.weight", Enumerable.Repeat(layer < 2 ? 1 : 1e-5, 30)));
        }

        Assert.Equal(place, Assert.Single(RuleVerifier.Run(Rule, trace)).Evidence[0].Layer);
    }

    /// <summary>All that lies before a wall counts: relative to the weights, and by itself.</summary>
    [Theory]
    [InlineData("an earlier weight that moves far", new[] { 0.01, 0.01, 1 }, new[] { 1e-5, 1e5, 1 }, false)]
    [InlineData("an earlier gradient that is large by itself", new[] { 1, 0.001, 1 }, new[] { 1e6, 1e3, 1 }, true)]
    public void NothingBeforeAWallIsLarge(string name, double[] gradients, double[] weights, bool isGradual)
    {
        _ = name;
        var trace = gradients.Index().Aggregate(new Trace(), (all, item) => all.And(Trace.Of(Metric.GradientNorm, $"{item.Index}.weight", Enumerable.Repeat(item.Item, 30)))
            .And(Trace.Of(Metric.WeightNorm, $"{item.Index}.weight", Enumerable.Repeat(weights[item.Index], 30))));
        var findings = RuleVerifier.Run(Rule, trace);

        Assert.Equal(isGradual ? ["The gradient vanishes on its way to 0.weight"] : [], findings.Select(finding => finding.Title.ToString()));
    }

    /// <summary>Of a table of embeddings a batch reaches a few rows: a small gradient before a wall is none of it.</summary>
    [Theory]
    [InlineData(ParameterRole.Embedding, "0.weight")]
    [InlineData(ParameterRole.Weight, "0.weight")]
    public void ATableOfEmbeddingsIsNoWall(ParameterRole role, string place)
    {
        var stack = GradientRulesTests.Stack(ActivationKind.ReLU, 8);
        var run = new RunDescription { Model = stack with { Parameters = [stack.Parameters[0] with { Role = role }, .. stack.Parameters.Skip(1)] } };
        var finding = Assert.Single(RuleVerifier.Run(Rule, Weights(8, 30, layer => layer == 0 ? 1e-8 : 1), run));

        Assert.Equal(place, finding.Evidence[0].Layer);
        Assert.Equal(role == ParameterRole.Weight, finding.Title.ToString().Contains("between", StringComparison.Ordinal));
    }

    /// <summary>Of several walls the one behind which least arrives is named, with the norms at its two sides.</summary>
    [Fact]
    public void TheHighestWallIsNamed()
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Weights(6, 30, layer => layer < 2 ? 1e-9 : layer < 4 ? 1e-4 : 1)));

        Assert.Equal("The gradient vanishes between 1 and 2", finding.Title.ToString());
        Assert.Equal(["1.weight", "1.weight", "2.weight", "2.weight"], finding.Evidence.Select(evidence => evidence.Layer));
        Assert.Equal([1e-9, 1, 1e-4], finding.Evidence.Skip(1).Select(evidence => evidence.Value));
    }

    /// <summary>As the wall grows, the norms beside it are those of the step at which it was highest, and no more of them.</summary>
    [Fact]
    public void TheNormsBesideTheRatioAreThoseOfItsStep()
    {
        var trace = Enumerable.Range(0, 4).Aggregate(new Trace(), (all, layer) => all.And(Trace.Of(Metric.GradientNorm, $"{layer}.weight", Enumerable.Range(0, 40).Select(step => layer > 1 ? 1 : 1e-4 / (1 + Math.Min(step, 30))))));
        var finding = Assert.Single(RuleVerifier.Run(Rule, trace));

        Assert.Equal(["relative_gradient_ratio", "gradient_norm", "relative_gradient_behind_wall", "gradient_norm"], finding.Evidence.Select(evidence => evidence.Metric));
        Assert.All(finding.Evidence, evidence => Assert.Equal(30, evidence.Step));
        Assert.Equal([1e-4 / 31, 1, 1], finding.Evidence.Skip(1).Select(evidence => evidence.Value));
    }

    /// <summary>A norm of an earlier step stands beside none of a later one.</summary>
    [Fact]
    public void ANormThatWasNotMeasuredAtTheStepIsNotTold()
    {
        var late = Trace.Of(Metric.GradientNorm, "2.weight", Enumerable.Repeat(1.0, 40)).And(Trace.Of(Metric.GradientNorm, "1.weight", Enumerable.Repeat(1e-5, 10)))
            .And(Trace.Of(Metric.GradientNorm, "0.weight", Enumerable.Repeat(1e-5, 10)));

        Assert.Equal(["relative_gradient_ratio", "relative_gradient_behind_wall", "gradient_norm"], Assert.Single(RuleVerifier.Run(Rule, late)).Evidence.Select(evidence => evidence.Metric));
    }

    /// <summary>An illness that was seen for as long as plateaus last stays one, though it is over.</summary>
    [Theory]
    [InlineData(200, Severity.Warning)]
    [InlineData(199, Severity.Info)]
    public void AnIllnessOfTwoHundredLossesStaysOne(int steps, Severity expected)
    {
        var trace = Enumerable.Range(0, 4).Aggregate(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 240)), (all, layer) => all.And(Trace.Of(Metric.GradientNorm, $"{layer}.weight", Enumerable.Range(0, 240).Select(step => step < steps && layer < 2 ? 1e-5 : 1))));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(Rule, trace)).Severity);
    }

    private static Trace Weights(int depth, int steps, Func<int, double> gradient) => Enumerable.Range(0, depth)
        .Aggregate(new Trace(), (trace, layer) => trace.And(Trace.Of(Metric.GradientNorm, $"{layer}.weight", Enumerable.Repeat(gradient(layer), steps))));
}
