using TrainingDoctor.Rules.Tasks;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>A reward that rises for certain and by next to nothing (TD9001).</summary>
public sealed class RewardStandstillTests
{
    [Theory]
    [InlineData(TrainingTask.Reinforcement, -200, 1.2, true)]
    [InlineData(TrainingTask.PolicyOptimization, -200, 1.2, false)]
    [InlineData(TrainingTask.Reinforcement, 200, 1.2, false)]
    [InlineData(TrainingTask.Reinforcement, -200, 40, false)]
    public void AHundredthOfALossOfRewardIsNoProgress(TrainingTask task, double start, double rise, bool isFound)
    {
        var rewards = Trace.Of(Metric.Reward, Enumerable.Range(0, 400).Select(step => start + (rise * step / 400) + (0.01 * Math.Sin(step * 2.4))));

        Assert.Equal(isFound, RuleVerifier.Run(new RewardStagnation(new()), rewards, new RunDescription { Task = task }).Count == 1);
    }
}
