using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>How low an entropy must fall, and what the reward must have done (TD9004).</summary>
public sealed class EntropyCollapseLimitsTests
{
    private const int Count = 100;

    [Theory]
    [InlineData("at the level of certainty", 1, 0.0625, 0.0625, 0.0625, false)]
    [InlineData("at a share of a large beginning", 4, 0.25, 0.0625, 0.0625, false)]
    [InlineData("at a third of a small beginning", 0.1875, 0.0625, 0.0625, 0.125, false)]
    [InlineData("below a third of it", 0.09375, 0.015625, 0.0625, 0.125, true)]
    public void CertaintyIsALevelOrAShare(string name, double start, double end, double share, double level, bool isFound)
    {
        _ = name;
        var findings = Judge(StepCurve.Change(Count, 60, start, end), Swinging, new() { Share = share, Level = level });

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((60L, 99L, end), (finding.FirstStep, finding.LastStep, finding.Evidence[0].Value)));
        Assert.All(findings, finding => Assert.EndsWith("while the reward never rose.", finding.Message.ToString(), StringComparison.Ordinal));
    }

    /// <summary>It begins where the entropy first lies below its limit, not where it reaches it.</summary>
    [Fact]
    public void TheCollapseBeginsBelowTheLimit() =>
        Assert.Equal(60, Assert.Single(Judge(StepCurve.Levels((40, 1), (20, 0.0625), (40, 0.03125)), Swinging, new() { Level = 0.0625 })).FirstStep);

    /// <summary>The beginning is where the entropy is the higher of its first values and of a few more.</summary>
    [Theory]
    [InlineData("highest at first", 4, 1)]
    [InlineData("highest a little later", 1, 4)]
    public void TheBeginningIsWhereItIsHigh(string name, double first, double later)
    {
        _ = name;
        Assert.Single(Judge(StepCurve.Levels((5, first), (10, later), (45, 0.5), (40, 0.1)), Swinging, new()));
    }

    [Theory]
    [InlineData("a quarter of it lost", 0, 1, 0.75, 1, true)]
    [InlineData("less than a quarter lost", 0, 1, 0.765625, 1, false)]
    [InlineData("less than a quarter lost, where single rewards show twice as much", 0, 1, 0.875, 1.75, false)]
    public void ARewardAtItsBestExcusesCertainty(string name, double start, double best, double end, double highest, bool isFound)
    {
        _ = name;
        var findings = Judge(StepCurve.Change(Count, 60, 1, 0.01), StepCurve.Levels((30, start), (20, best), (1, highest), (49, end)), new());

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.EndsWith("while the reward was lost again.", finding.Message.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ten entropies and eight rewards", 10, 8, 0.001, null)]
    [InlineData("nine entropies", 9, 20, 0.001, "needs 10 values of policy_entropy, had 9")]
    [InlineData("seven rewards", 10, 7, 0.001, "needs a reward beside the entropy")]
    [InlineData("an entropy below zero", 10, 8, -0.001, "the entropy becomes negative, as that of continuous actions may")]
    [InlineData("an entropy of nothing", 10, 8, 0, null)]
    public void TheReasonSaysWhatIsMissing(string name, int entropies, int rewards, double end, string? reason)
    {
        _ = name;
        var trace = Trace.Of(Metric.PolicyEntropy, StepCurve.Change(entropies, 5, 1, end)).And(Trace.Of(Metric.Reward, Swinging.Take(rewards)));

        var status = RuleVerifier.Status(new EntropyCollapse(new()), trace);

        Assert.Equal(reason, status.Reason?.ToString());
        Assert.Equal(reason is null ? RuleOutcome.Found : RuleOutcome.NotEvaluated, status.Outcome);
    }

    private static IEnumerable<double> Swinging => Enumerable.Range(0, Count).Select(step => step % 2 == 0 ? 0.25 : 0.5);

    private static IReadOnlyList<Finding> Judge(IEnumerable<double> entropy, IEnumerable<double> rewards, EntropyCollapseOptions options) =>
        RuleVerifier.Run(new EntropyCollapse(options), Trace.Of(Metric.PolicyEntropy, entropy).And(Trace.Of(Metric.Reward, rewards)));
}
