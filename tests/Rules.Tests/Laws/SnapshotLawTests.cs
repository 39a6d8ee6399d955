using TrainingDoctor.Tests.Examples;
using TrainingDoctor.Tests.Families;
using TrainingDoctor.Tests.Snapshots;

namespace TrainingDoctor.Tests.Laws;

/// <summary>Every rule can be interrupted: written on its way and read again, it says what it would have said.</summary>
public sealed class SnapshotLawTests
{
    public static TheoryData<string> Rules => [.. RuleExamples.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void AnInterruptedRunIsJudgedAsAWholeOne(string ruleId)
    {
        var example = RuleExamples.All[ruleId];
        var rules = example.Normal is { } normal ? RuleSet.Default.WithNormal(normal) : RuleSet.Default;

        ContinuedRun.Holds(RunEvents.Of(example.IllRun, example.Ill.Rows), rules);
        ContinuedRun.Holds(RunEvents.Of(example.HealthyRun, example.Healthy.Rows), rules, spread: 2);
    }
}
