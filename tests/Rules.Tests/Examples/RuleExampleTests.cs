namespace TrainingDoctor.Tests.Examples;

/// <summary>Every rule has an example, fires on its ill run, and is silent on its healthy one.</summary>
public sealed class RuleExampleTests
{
    /// <summary>The engine itself reports failed rules.</summary>
    private static readonly string[] WithoutExample = ["TD0001"];

    public static TheoryData<string> Rules => [.. RuleCatalog.All.Select(entry => entry.Descriptor.Id).Except(WithoutExample)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void FiresOnTheIllRunOnly(string ruleId)
    {
        Assert.True(RuleExamples.All.TryGetValue(ruleId, out var example), $"{ruleId} has no example");
        var rule = example.CreateRule();

        var ill = RuleVerifier.Run(rule, example.Ill, example.IllRun);
        var healthy = RuleVerifier.Diagnose([rule], example.Healthy, example.HealthyRun);

        Assert.Contains(ill, finding => finding.Rule.Id == ruleId);
        Assert.Empty(healthy.Findings);
        Assert.Equal(RuleOutcome.Passed, Assert.Single(healthy.Rules).Outcome);
    }
}
