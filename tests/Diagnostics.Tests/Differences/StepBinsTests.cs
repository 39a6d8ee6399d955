using CsCheck;
using TrainingDoctor.Differences;

namespace TrainingDoctor.Tests.Differences;

public sealed class StepBinsTests
{
    [Fact]
    public void EachOfTheFirstStepsHasItsOwn() => Assert.Equal(Enumerable.Range(0, 32), Enumerable.Range(0, 32).Select(step => StepBins.Of(step)));

    [Fact]
    public void BinsNeverFallAndNeverLeaveOneOut()
    {
        var bins = Enumerable.Range(0, 100_000).Select(step => StepBins.Of(step)).ToList();

        Assert.All(bins.Zip(bins.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0, 1));
    }

    [Fact]
    public void NoBinSpansMoreThanASixteenthOfTheStepsBeforeIt() => Gen.Long[0, long.MaxValue / 2].Sample(step => Assert.True(StepBins.Of(step + (step / 16) + 1) > StepBins.Of(step)));

    [Fact]
    public void AnyStepHasOne() => Assert.InRange(StepBins.Of(long.MaxValue), 500, 1100);
}
