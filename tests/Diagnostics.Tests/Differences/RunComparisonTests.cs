using TrainingDoctor.Differences;

namespace TrainingDoctor.Tests.Differences;

public sealed class RunComparisonTests
{
    [Fact]
    public void ARunIsTheSameAsItself()
    {
        var comparison = RunComparison.Between([Traces.Training(1)], Traces.Training(1));

        Assert.True(comparison.IsSame);
        Assert.Null(comparison.Place);
        Assert.Null(comparison.IdenticalUntil);
        Assert.Equal(12, comparison.SeriesCompared);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void TwoSeedsDoNotPart()
    {
        int parted = Enumerable.Range(0, 50).Count(pair => !RunComparison.Between([Traces.Training(2 * pair)], Traces.Training((2 * pair) + 1)).IsSame);

        Assert.InRange(parted, 0, 1);
    }

    [Fact]
    public void SeveralSeedsTellTheNoise()
    {
        var good = Enumerable.Range(1, 4).Select(seed => Traces.Training(seed)).ToList();

        Assert.True(RunComparison.Between(good, Traces.Training(5)).IsSame);
        Assert.False(RunComparison.Between(good, Traces.Training(5, inputs: 4)).IsSame);
    }

    [Fact]
    public void OtherInputsPartInTheDataWhateverFollows()
    {
        foreach (int seed in new[] { 1, 2 })
        {
            var comparison = RunComparison.Between([Traces.Training(1)], Traces.Training(seed, inputs: 75));

            Assert.Equal(Stage.Data, comparison.Place);
            Assert.Equal((Stage.Data, 0L), (comparison.Departures[0].Stage, comparison.Departures[0].Step));
            Assert.Null(comparison.Setting);
        }
    }

    [Fact]
    public void AnotherRatePartsInTheUpdatesWhereItWasSet()
    {
        var comparison = RunComparison.Between([Traces.Training(1)], Traces.Training(2, rate: 1e-4));

        Assert.Equal(Stage.Updates, comparison.Place);
        Assert.Equal(("learning rate", "0.1", "0.0001"), (comparison.Setting!.Name, comparison.Setting.Good, comparison.Setting.Bad));
    }

    [Fact]
    public void WithOneSeedTheStepIsKnownExactly()
    {
        var comparison = RunComparison.Between([Traces.Training(1)], Traces.Training(1, rate: 0.001, rateFrom: 20));

        Assert.Equal((20L, Stage.Updates), (comparison.IdenticalUntil, comparison.Place));
        Assert.Equal(0, comparison.Departures[0].FalseDiscoveryRate);
        Assert.All(comparison.Departures, departure => Assert.True(departure.Step >= 20, $"{departure}"));
    }

    [Fact]
    public void OneSeedWithOtherWeightsIsNoSharedStart()
    {
        var comparison = RunComparison.Between([Traces.Training(1)], Traces.Training(1, initial: 10));

        Assert.Null(comparison.IdenticalUntil);
        Assert.Equal(Stage.Activations, comparison.Place);
    }

    [Fact]
    public void TheLossesOfTheReviewPart()
    {
        // "loss: 0.03473 / 49.69, does not part": one spike of 2.8e14 drowned all.
        var comparison = RunComparison.Between(
            [Traces.OfLoss(step => (2.3 * Math.Exp(-step / 40.0)) + 0.03)],
            Traces.OfLoss(step => step == 4 ? 2.8e14 : step < 3 ? 2.3 : 49.69));

        Assert.False(comparison.IsSame);
        Assert.InRange(comparison.Departures[0].Step, 3, 5);
        Assert.Equal(Stage.Loss, comparison.Place);
    }

    [Fact]
    public void ALossThatBecomesNaNPartsAtThatStep()
    {
        var comparison = RunComparison.Between([Traces.OfLoss(_ => 1)], Traces.OfLoss(step => step < 300 ? 1 : double.NaN));

        Assert.Equal(300, comparison.Departures[0].Step);
        Assert.True(double.IsNaN(comparison.Departures[0].Bad));
    }

    [Fact]
    public void ASpikeOfOneStepIsNoParting()
    {
        var comparison = RunComparison.Between([Traces.OfLoss(step => 1 + Math.Exp(-step / 50.0))], Traces.OfLoss(step => step == 200 ? 40 : 1 + Math.Exp(-step / 50.0)));

        Assert.True(comparison.IsSame);
    }

    [Fact]
    public void RunsOfOtherBatchSizesAreComparedBySamples()
    {
        static RunTrace Of(int batch) => Traces.Of(
            new RunDescription(), 6400 / batch, (Metric.BatchSize, string.Empty, _ => batch), (Metric.Loss, string.Empty, step => 2 * Math.Exp(-step * batch / 2000.0)));

        var comparison = RunComparison.Between([Of(32)], Of(8));

        Assert.Equal(AlignmentAxis.Samples, comparison.Axis);
        Assert.DoesNotContain(comparison.Departures, departure => departure.Metric == Metric.Loss);
        Assert.Equal(Stage.Data, comparison.Place);
    }

    [Fact]
    public void RunsThatTakeOtherNumbersOfStepsForAnEpochAreComparedByEpochs()
    {
        static RunTrace Of(int steps) => Traces.Of(
            new RunDescription(), 10 * steps, (Metric.Epoch, string.Empty, step => step / (double)steps), (Metric.Loss, string.Empty, step => 2 * Math.Exp(-step / (double)steps / 3)));

        var comparison = RunComparison.Between([Of(100)], Of(25));

        Assert.Equal((AlignmentAxis.Epoch, true), (comparison.Axis, comparison.IsSame));
    }

    /// <summary>Of losses that go below zero no ratio tells anything: 0.18 is not twelve times as bad as 0.014, both are two that came from 1.2 to about nothing.</summary>
    [Fact]
    public void LossesBelowZeroAreComparedByHowFarTheyCame()
    {
        static RunTrace Of(double floor) => Traces.Of(
            new RunDescription(),
            400,
            (Metric.Loss, string.Empty, step => (1.4 * Math.Exp(-step / 40.0)) + floor - 0.2),
            (Metric.ValidationLoss, string.Empty, step => (1.4 * Math.Exp(-step / 40.0)) + floor));

        Assert.True(RunComparison.Between([Of(0.014)], Of(0.18)).IsSame);
        Assert.Equal(Stage.Loss, RunComparison.Between([Of(0.014)], Of(1.4)).Place);
    }

    [Fact]
    public void ASmallerLastBatchIsNoOtherBatchSize()
    {
        static RunTrace Of(int last, int batch) => Traces.Of(
            new RunDescription(), 400, (Metric.BatchSize, string.Empty, step => step % 20 == last ? batch / 2 : batch), (Metric.Loss, string.Empty, step => 2 * Math.Exp(-step / 100.0)));

        Assert.True(RunComparison.Between([Of(19, 32)], Of(13, 32)).IsSame);
        Assert.False(RunComparison.Between([Of(19, 32)], Of(19, 48)).IsSame);
    }

    /// <summary>A single answer begins on one side of zero or the other, as the seed has it; of many about half begin on either.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(256, false)]
    public void WhereAFewUnitsBeginIsChance(int units, bool isSame)
    {
        RunTrace Of(double share) => Traces.Of(
            new RunDescription { Model = new ModelDescription { TypeName = "Net", Parameters = [], Layers = [new LayerDescription { Path = "0", TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true, OutputFeatures = units }] } },
            400,
            (Metric.Loss, string.Empty, step => 2 * Math.Exp(-step / 100.0)),
            (Metric.NegativeFraction, "0", _ => share),
            (Metric.OutputTargetCorrelation, string.Empty, _ => share < 0.5 ? 0.9 : -0.9));

        Assert.Equal(isSame, RunComparison.Between([Of(0.05)], Of(0.95)).IsSame);
    }

    [Fact]
    public void WithoutAGoodRunThereIsNothingToCompare() => Assert.Throws<ArgumentException>(() => RunComparison.Between([], Traces.Training(1)));
}
