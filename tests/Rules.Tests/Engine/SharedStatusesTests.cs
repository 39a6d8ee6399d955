using TrainingDoctor.Rules.Engine;

namespace TrainingDoctor.Tests.Engine;

/// <summary>Statuses are shared where they say the same of the same rule, and only there.</summary>
public sealed class SharedStatusesTests
{
    private static readonly RuleDescriptor Rule = ProbeRule.Plain with { Id = "TD9993" };

    [Fact]
    public void TheSameWordsAreOneObject()
    {
        var one = SharedStatuses.Of(new RuleStatus(Rule, RuleOutcome.NotEvaluated, $"had {3} of {4}"));

        Assert.Same(one, SharedStatuses.Of(new RuleStatus(Rule, RuleOutcome.NotEvaluated, $"had {3} of {4}")));
        Assert.NotSame(one, SharedStatuses.Of(new RuleStatus(Rule, RuleOutcome.NotEvaluated, $"had {3} of {5}")));
        Assert.NotSame(one, SharedStatuses.Of(new RuleStatus(Rule, RuleOutcome.NotEvaluated, $"had 3 of 4")));
        Assert.NotSame(one, SharedStatuses.Of(new RuleStatus(Rule, RuleOutcome.Off, $"had {3} of {4}")));
        Assert.NotSame(one, SharedStatuses.Of(new RuleStatus(Rule, RuleOutcome.NotEvaluated)));
        Assert.NotSame(one, SharedStatuses.Of(new RuleStatus(Rule with { Name = Rule.Name }, RuleOutcome.NotEvaluated, $"had {3} of {4}")));
    }

    [Fact]
    public void StatusesWithoutAReasonAreShared() =>
        Assert.Same(SharedStatuses.Of(new RuleStatus(Rule, RuleOutcome.Passed)), SharedStatuses.Of(new RuleStatus(Rule, RuleOutcome.Passed)));
}
