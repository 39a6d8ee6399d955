using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>How much of a reward must be lost, and what else tells why (TD9002).</summary>
public sealed class LostRewardTests
{
    [Theory]
    [InlineData("half of what was won", 0.5, 0.375, Severity.Warning)]
    [InlineData("what is remarkable", 0.625, 0.375, Severity.Info)]
    [InlineData("a little less than that", 0.640625, 0.375, null)]
    public void TheShareThatIsLostTellsHowSeriousItIs(string name, double end, double remarkable, Severity? expected)
    {
        _ = name;
        var findings = RuleVerifier.Run(new RewardCollapse(new() { Remarkable = remarkable }), Rewards(StepCurve.Levels((40, 0), (40, 1), (40, end))));

        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
        Assert.All(findings, finding => Assert.Equal(("The reward is lost again", 43L, 119L, 1 - end), (finding.Title.ToString(), finding.FirstStep, finding.LastStep, finding.Evidence[0].Value)));
        Assert.All(findings, finding => Assert.Equal(expected == Severity.Info ? remarkable : 0.5, finding.Evidence[0].Limit));
    }

    [Theory]
    [InlineData("a quarter of the beginning and more", 1, 0.7, 0, true)]
    [InlineData("from zero", 0, -1, 0, true)]
    [InlineData("less than a quarter of the spread of rewards", 1, 0.7, 2, false)]
    [InlineData("more than a quarter of the spread of rewards", 1, 0.3, 2, true)]
    public void ARewardThatSinksMustSinkByAGoodShare(string name, double first, double last, double spread, bool isFound)
    {
        _ = name;
        var trace = Rewards(StepCurve.Line(120, first, last));
        var findings = RuleVerifier.Run(new RewardCollapse(new()), spread > 0 ? trace.And(Trace.Of(Metric.RewardSpread, Enumerable.Repeat(spread, 120))) : trace);

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("The reward sinks below where it began", Severity.Warning, 0L), (finding.Title.ToString(), finding.Severity, finding.FirstStep)));
    }

    /// <summary>A fall in the very last part is not a trend yet, and noise is none.</summary>
    [Theory]
    [InlineData(110, 0, 4, false)]
    [InlineData(60, 0.9, 4, false)]
    public void SinkingIsATrend(int from, double last, double certainty, bool isFound) =>
        Assert.Equal(isFound, RuleVerifier.Run(new RewardCollapse(new() { SinkingTrend = certainty }), Rewards(StepCurve.Change(120, from, 1, last))).Count == 1);

    [Theory]
    [InlineData("nothing else is known", null, 0, Cause.LearningRateTooHigh)]
    [InlineData("updates of a tenth", Metric.UpdateDivergence, 0.1, Cause.LearningRateTooHigh)]
    [InlineData("updates of more", Metric.UpdateDivergence, 0.11, Cause.WeakPolicyConstraint)]
    [InlineData("a divergence of two nats", Metric.ReferenceDivergence, 2, Cause.LearningRateTooHigh)]
    [InlineData("a divergence of more", Metric.ReferenceDivergence, 2.1, Cause.WeakPolicyConstraint)]
    [InlineData("two ratios of five are clipped", Metric.ClippedFraction, 0.4, Cause.LearningRateTooHigh)]
    [InlineData("more are clipped", Metric.ClippedFraction, 0.41, Cause.WeakPolicyConstraint)]
    public void HowFarThePolicyWentTellsWhy(string name, Metric? metric, double value, Cause expected)
    {
        _ = name;
        var trace = Rewards(StepCurve.Levels((40, 0), (40, 1), (40, 0.25)));
        var finding = Assert.Single(RuleVerifier.Run(new RewardCollapse(new()), metric is { } also ? trace.And(Trace.Of(also, Enumerable.Repeat(value, 120))) : trace));

        Assert.Equal(expected, finding.Causes[0].Cause);
        Assert.Equal(metric == Metric.ReferenceDivergence, finding.Remedies.Any(remedy => remedy.Title.ToString().StartsWith("Hold the policy closer", StringComparison.Ordinal)));
        Assert.Contains(finding.Remedies, remedy => remedy.Actions[0] is { Kind: RemedyActionKind.ResumeFrom, Step: 43 });
    }

    private static Trace Rewards(IEnumerable<double> values) => Trace.Of(Metric.Reward, values);
}
