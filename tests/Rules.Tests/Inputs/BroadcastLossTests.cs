using TrainingDoctor.Rules.Inputs;

namespace TrainingDoctor.Tests.Inputs;

/// <summary>A loss weighed as a share of what the mean answer costs, by numbers that can be checked by hand.</summary>
public sealed class BroadcastLossTests
{
    [Theory]
    [InlineData("a squared error over the variance", LossKind.MeanSquaredError, 8, 4, 0.5)]
    [InlineData("a loss that is not known, too", null, 8, 4, 0.5)]
    [InlineData("an absolute error over half of the deviation", LossKind.MeanAbsoluteError, 1, 4, 0.5)]
    [InlineData("the same of Huber", LossKind.Huber, 1, 4, 0.5)]
    [InlineData("a small deviation counts by its square", LossKind.Huber, 0.03125, 0.25, 1)]
    public void TheShareIsThatOfTheMeanAnswer(string name, LossKind? kind, double loss, double deviation, double expected)
    {
        _ = name;
        var level = new BroadcastLoss();
        level.Add(3, loss, deviation, kind);

        Assert.Equal((1, 3, expected, expected), (level.Batches, level.Since, level.BestShare, level.MeanShare));
    }

    [Fact]
    public void TheBestIsTheLowestAndNoneCountsAboveOne()
    {
        var level = new BroadcastLoss();
        level.Add(5, 3, 1, null);
        level.Add(6, 0.25, 1, null);
        level.Add(7, 1, 1, null);
        level.Add(8, 0.75, 1, null);

        Assert.Equal((4, 5, 0.25, 0.75), (level.Batches, level.Since, level.BestShare, level.MeanShare));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, double.NaN)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void WhatHasNoShareIsPassedOver(double loss, double deviation)
    {
        var level = new BroadcastLoss();
        level.Add(5, loss, deviation, null);

        Assert.Equal((0, 0, double.PositiveInfinity), (level.Batches, level.Since, level.BestShare));
    }
}
