using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>How far a validation may lie from the one before and the training between them, and still be a sum of both.</summary>
public sealed class AccumulatedValidationLimitsTests
{
    [Fact]
    public void KeepsTheFirstTheLastAndWhatWasAdded()
    {
        var sums = new AccumulatedValidation();
        Take(sums, 4, 2.5, 1, 3);
        Assert.False(sums.AddsUp);

        Take(sums, 9, 4, 1, 1.5, 2);

        Assert.True(sums.AddsUp);
        Assert.Equal((2, 2.5, 4, 2, 4, 9, 1.5, 1.5), (sums.Count, sums.First, sums.FirstStep, sums.FirstTraining, sums.Last, sums.LastStep, sums.Added, sums.LastTraining));
    }

    /// <summary>The first validation costs as much as the training, so that the second may add from a third of it to three times as much.</summary>
    [Theory]
    [InlineData(3, 1, false)]
    [InlineData(3, 1.25, true)]
    [InlineData(3, 8.75, true)]
    [InlineData(3, 9, false)]
    [InlineData(3, -3, false)]
    [InlineData(3, double.NaN, false)]
    public void WhatIsAddedKeepsStepWithTheTraining(double training, double added, bool addsUp)
    {
        var sums = new AccumulatedValidation();
        Take(sums, 1, training, training);
        Take(sums, 2, training + added, training);
        Assert.Equal(addsUp, sums.AddsUp);

        Take(sums, 3, sums.Last + training, training);
        Assert.Equal(addsUp, sums.AddsUp);
    }

    [Theory]
    [InlineData(10, 4, true)]
    [InlineData(10, 3.75, false)]
    [InlineData(0, 4, false)]
    [InlineData(-10, -4, false)]
    public void TheFirstIsNoSmallPartOfTheTraining(double training, double first, bool addsUp)
    {
        var sums = new AccumulatedValidation();
        Take(sums, 1, first, training);
        Take(sums, 2, 2 * first, training);

        Assert.Equal(addsUp, sums.AddsUp);
    }

    /// <summary>A training that diverges is like its own sum.</summary>
    [Theory]
    [InlineData(21, true)]
    [InlineData(21.5, false)]
    public void TheTrainingMustNotHaveRisen(double last, bool addsUp)
    {
        var sums = new AccumulatedValidation();
        Take(sums, 1, 20, 20);
        Take(sums, 2, 40, last);

        Assert.Equal(addsUp, sums.AddsUp);
    }

    [Fact]
    public void NothingIsKnownWithoutTraining()
    {
        var sums = new AccumulatedValidation();
        Take(sums, 1, 1);
        Take(sums, 2, 2);

        Assert.False(sums.AddsUp);
    }

    private static void Take(AccumulatedValidation sums, long step, double validation, params double[] training)
    {
        foreach (double loss in training)
        {
            sums.AddTraining(loss);
        }

        sums.AddValidation(step, validation);
    }
}
