using TrainingDoctor.Rules.Gradients;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>Norms and cosines that lie at the limits of what a sum of gradients looks like, on the one side and on the other.</summary>
public sealed class AccumulatingGradientLimitsTests
{
    private static readonly AccumulatingGradient Rule = new(new());

    [Theory]
    [InlineData(21, true)]
    [InlineData(21.5, false)]
    public void TheGrowthMayBeJustTheLeast(double least, bool found) =>
        Assert.Equal(found, RuleVerifier.Run(new AccumulatingGradient(new() { MinimumGrowth = least }), SumOfGradients.Counting(30)).Count == 1);

    /// <summary>A sum of ten gradients cannot be more than ten times as large as one, give or take half of it.</summary>
    [Theory]
    [InlineData("half as much again as a sum of equal gradients", 15, true)]
    [InlineData("more than a sum of equal gradients could have", 15.5, false)]
    public void MoreThanASumOfEqualGradientsIsAnExplosion(string name, double last, bool found)
    {
        _ = name;
        Assert.Equal(found, RuleVerifier.Run(new AccumulatingGradient(new() { Window = 9 }), SumOfGradients.Of([1, 3, 6, 9, 12, 12.5, 13, 13.5, 14, last])).Count == 1);
    }

    [Theory]
    [InlineData("the first half grows by more", 4.5, true)]
    [InlineData("the first half grows by a quarter more, no further", 5, false)]
    public void ASumGrowsMostAtFirst(string name, double last, bool found)
    {
        _ = name;
        Assert.Equal(found, RuleVerifier.Run(new AccumulatingGradient(new() { Window = 8 }), SumOfGradients.Of([1, 1.5, 2, 2.5, 2.5, 3, 3.5, 4, last])).Count == 1);
    }

    [Theory]
    [InlineData("three of the first four steps add half a gradient", 2.5, true)]
    [InlineData("two of the first four do", 2.25, false)]
    [InlineData("three do, the last of them among them", 2, true)]
    public void StepsAddWholeGradients(string name, double third, bool found)
    {
        _ = name;
        Assert.Equal(found, RuleVerifier.Run(new AccumulatingGradient(new() { Window = 8 }), SumOfGradients.Of([1, 1.5, 2, third, 2.5, 3, 3.5, 4, 4.5])).Count == 1);
    }

    [Theory]
    [InlineData("half of the norm before", 3.5, true)]
    [InlineData("less than that", 3.25, false)]
    public void ANormThatFallsBackIsSetBack(string name, double fallen, bool found)
    {
        _ = name;
        var rule = new AccumulatingGradient(new() { Window = 8, Fallback = 0.5 });

        Assert.Equal(found, RuleVerifier.Run(rule, SumOfGradients.Of([1, 2, 3, 4, 5, 6, 7, fallen, 8])).Count == 1);
    }

    [Theory]
    [InlineData("two steps that turn", 4, 5, 0.25, true)]
    [InlineData("three steps that turn", 4, 6, 0.25, false)]
    [InlineData("the third step is the first that counts", 1, 3, 0.25, true)]
    [InlineData("from the third step on they count", 3, 5, 0.25, false)]
    [InlineData("many steps at the limit itself", 4, 19, 0.5, true)]
    public void OneStepInTenMayTurn(string name, int from, int to, double cosine, bool found)
    {
        _ = name;
        var rule = new AccumulatingGradient(new() { MinimumCosine = 0.5 });

        Assert.Equal(found, RuleVerifier.Run(rule, SumOfGradients.Counting(30, step => step >= from && step <= to ? cosine : 1)).Count == 1);
    }

    /// <summary>The first cosines are those of few gradients, and those of steps that turn are no part of the sum.</summary>
    [Fact]
    public void TheLowestCosineOfTheSumIsTold()
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, SumOfGradients.Counting(30, step => step switch { 2 => 0.86, 3 => 0.9, 5 => 0.95, 7 => 0.2, 25 => 0.87, _ => 1 })));

        Assert.Equal([0.9, 21], finding.Evidence.Select(evidence => evidence.Value));
        Assert.Equal([0.85, 3.0], finding.Evidence.Select(evidence => evidence.Limit));
    }

    [Theory]
    [InlineData("a loss that stays", 1, true)]
    [InlineData("a loss that climbs", 1.05, false)]
    public void WhatClimbsFromTheFirstStepOnDoesNotFollowItsGradient(string name, double factor, bool found)
    {
        _ = name;
        var loss = Trace.Of(Metric.Loss, Enumerable.Range(0, 30).Select(step => 2 * Math.Pow(factor, step)));

        Assert.Equal(found, RuleVerifier.Run(new AccumulatingGradient(new() { Climb = 1 }), SumOfGradients.Counting(30).And(loss)).Count == 1);
    }

    [Fact]
    public void AGradientThatIsNoNumberEndsTheSearch()
    {
        double[] norms = [.. Enumerable.Range(1, 60).Select(norm => norm == 6 ? double.NaN : norm)];

        Assert.Empty(RuleVerifier.Run(Rule, SumOfGradients.Of(norms)));
        Assert.Empty(RuleVerifier.Run(Rule, SumOfGradients.Of([0, .. norms[..5], .. norms[6..]])));
    }

    [Theory]
    [InlineData(21, RuleOutcome.Passed)]
    [InlineData(20, RuleOutcome.NotEvaluated)]
    public void AWindowOfStepsIsNeeded(int steps, RuleOutcome expected) =>
        Assert.Equal(expected, RuleVerifier.Status(Rule, SumOfGradients.Of([.. Enumerable.Repeat(1.0, steps)], _ => 0.1)).Outcome);

    /// <summary>While a window may yet become that of a sum, no step of it may be left out.</summary>
    [Theory]
    [InlineData("a sum so far", 1, 8, 18)]
    [InlineData("a norm that fell back", 1, 3, 6)]
    [InlineData("norms that stay", 0, 8, -1)]
    [InlineData("norms that grow by little", 0.25, 8, -1)]
    public void ASumSoFarIsDoubted(string name, double growth, double seventh, long expected)
    {
        _ = name;
        Assert.Equal(expected, DoubtedSteps.LastOf(Rule, SumOfGradients.Of([.. Enumerable.Range(0, 19).Select(step => step == 7 ? seventh * growth : 1 + (step * growth))])));
    }

    [Theory]
    [InlineData("gradients that turn from the start", 1, 0.5, 4)]
    [InlineData("gradients that turn later", 6, 0.5, 7)]
    public void ASumThatTurnsIsDoubtedNoLonger(string name, int from, double cosine, long expected)
    {
        _ = name;
        Assert.Equal(expected, DoubtedSteps.LastOf(Rule, SumOfGradients.Counting(19, step => step >= from ? cosine : 1)));
    }
}
