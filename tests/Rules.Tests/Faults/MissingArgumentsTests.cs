using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Rules.Distribution;
using TrainingDoctor.Rules.Faults;
using TrainingDoctor.Rules.Gradients;

namespace TrainingDoctor.Tests.Faults;

/// <summary>A rule that is asked without a symptom or without facts says which of them is missing.</summary>
public sealed class MissingArgumentsTests
{
    private static readonly RuleEntry[] Entries = [.. GradientRules.All, .. ActivationRules.All, .. DistributionRules.All, .. FaultRules.All];

    private static readonly string[] Ids = [.. Entries.Select(entry => entry.Descriptor.Id).Where(id => id != RuleFailed.Metadata.Id)];

    public static TheoryData<string> Rules => [.. Ids];

    /// <summary>What happens between ranks is told by the symptom alone.</summary>
    public static TheoryData<string> RulesThatLookAtTheRun => [.. Ids.Except(DistributionRules.All.Select(entry => entry.Descriptor.Id))];

    [Theory]
    [MemberData(nameof(Rules))]
    public void WithoutASymptomThereIsNothingToSay(string id) =>
        Assert.Equal("symptom", Assert.Throws<ArgumentNullException>(() => Find(id).Diagnose(null!, new RunFacts(new RunDescription(), new ScopeTable()))).ParamName);

    [Theory]
    [MemberData(nameof(RulesThatLookAtTheRun))]
    public void WithoutFactsNeither(string id) =>
        Assert.Equal("facts", Assert.Throws<ArgumentNullException>(() => Find(id).Diagnose(new Symptom { Severity = Severity.Info, Evidence = [] }, null!)).ParamName);

    [Fact]
    public void OfFailuresTheEngineTells() =>
        Assert.Throws<NotSupportedException>(() => new RuleFailed(new()).Diagnose(new Symptom { Severity = Severity.Info, Evidence = [] }, new RunFacts(new RunDescription(), new ScopeTable())));

    private static Rule Find(string id) => Entries.Single(entry => entry.Descriptor.Id == id).CreateDefault();
}
