using TrainingDoctor.Rules.Tasks;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>TD9005 where a log tells the spread of rewards, or the largest advantage, instead of the share of silent groups.</summary>
public sealed class NoAdvantageSignalTests
{
    private const int Updates = 60;

    public static TheoryData<Metric> Spreads => [Metric.RewardSpread, Metric.AdvantageMaximum];

    [Theory]
    [MemberData(nameof(Spreads))]
    public void ASpreadThatIsNearlyAlwaysNothingIsTold(Metric metric)
    {
        var finding = Assert.Single(Judge(Of(metric, update => update % 20 == 0 ? 0.3 : 0)));

        Assert.Equal("TD9005", finding.Rule.Id);
        Assert.InRange(finding.Evidence[0].Value, 0.9, 0.97);
        Assert.InRange(finding.FirstStep!.Value, (Updates / 2) - 2, (Updates / 2) + 2);
        Assert.Equal(Updates - 1, finding.LastStep);
    }

    [Theory]
    [MemberData(nameof(Spreads))]
    public void ASpreadThatIsOftenThereIsNot(Metric metric) => Assert.Empty(Judge(Of(metric, update => update % 2 == 0 ? 0.3 : 0)));

    /// <summary>The larger share of silence counts: a spread of nothing leaves advantages of nothing.</summary>
    [Fact]
    public void TheMoreSilentOfBothCounts() => Assert.Single(Judge(Of(Metric.RewardSpread, _ => 0.2).And(Of(Metric.AdvantageMaximum, _ => 0))));

    [Fact]
    public void TheShareOfSilentGroupsComesBeforeBoth() => Assert.Empty(Judge(Of(Metric.RewardSpread, _ => 0).And(Of(Metric.SilentGroupFraction, _ => 0.1))));

    /// <summary>Where every answer earns all there is, groups are rightly silent.</summary>
    [Fact]
    public void SilenceAfterSuccessIsNot() => Assert.Empty(Judge(Of(Metric.RewardSpread, update => update < 20 ? 0.3 : 0).And(Of(Metric.Reward, update => update < 20 ? update / 20.0 : 1))));

    private static Trace Of(Metric metric, Func<int, double> at) => Trace.Of(metric, Enumerable.Range(0, Updates).Select(at));

    private static IReadOnlyList<Finding> Judge(Trace trace) => RuleVerifier.Run(new NoAdvantageSignal(new NoAdvantageSignalOptions()), trace, new RunDescription { Task = TrainingTask.PolicyOptimization });
}
