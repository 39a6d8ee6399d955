using TrainingDoctor.Rules.Tasks;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>A reward that rises for certain and by next to nothing, and evaluations that stay the same or fall (TD9001).</summary>
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

    /// <summary>Evaluations are few, and each is a mean: that they fall from the first on is no noise, nor that all are alike.</summary>
    [Theory]
    [InlineData("falls", 10, Cause.WrongLoss)]
    [InlineData("falls", 7, null)]
    [InlineData("same", 12, Cause.UninformativeReward)]
    [InlineData("same", 11, null)]
    [InlineData("rises", 12, null)]
    [InlineData("wanders", 12, null)]
    [InlineData("rises and falls", 12, null)]
    public void EvaluationsTellWhatIsLearntTheWrongWayRoundOrNotAtAll(string course, int evaluations, Cause? expected)
    {
        double[] rewards = [.. Enumerable.Range(0, evaluations).Select(at => course switch
        {
            "falls" => -17 - (0.2 * at) - (0.05 * Math.Sin(5 * at)),
            "rises" => 0.1 * at,
            "wanders" => Math.Sin(5 * at),
            "rises and falls" => at < 4 ? at : 5 - (0.4 * at),
            _ => 0.1,
        })];

        var findings = RuleVerifier.Run(new RewardStagnation(new()), Trace.Of(Metric.HeldOutReward, rewards).Every(30), new RunDescription { Task = TrainingTask.Reinforcement });

        Assert.Equal(expected, findings.SingleOrDefault()?.Causes[0].Cause);
        Assert.All(findings, finding => Assert.Equal((0L, 30L * (evaluations - 1)), (finding.FirstStep!.Value, finding.LastStep!.Value)));
    }

    /// <summary>Rewards that training tells itself are judged in place of those of evaluations.</summary>
    [Fact]
    public void EvaluationsCountWhereNothingElseTellsAReward() => Assert.Empty(RuleVerifier.Run(
        new RewardStagnation(new()),
        Trace.Of(Metric.HeldOutReward, Enumerable.Repeat(0.1, 20)).And(Trace.Of(Metric.Reward, Enumerable.Range(0, 60).Select(step => 0.1 * step))),
        new RunDescription { Task = TrainingTask.Reinforcement }));

    /// <summary>Who never earns anything has a reward that is the largest of the run, and has not won.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(-200, true)]
    [InlineData(500, false)]
    public void ARewardThatNeverChangesIsWonOnlyWhereSomethingIsEarned(double reward, bool isFound) => Assert.Equal(
        isFound,
        RuleVerifier.Run(new RewardStagnation(new()), Trace.Of(Metric.Reward, Enumerable.Repeat(reward, 200)), new RunDescription { Task = TrainingTask.Reinforcement }).Count == 1);
}
