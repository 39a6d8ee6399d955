using TrainingDoctor.Rules.Loss;
using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>A rule that is asked to explain nothing, or without a run, says which of the two is missing.</summary>
public sealed class DiagnoseArgumentsTests
{
    public static TheoryData<string> Rules => [.. LossRules.All.Concat(GeneralizationRules.All).Select(entry => entry.Descriptor.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void ASymptomAndTheFactsAreNeeded(string id)
    {
        var rule = RuleCatalog.Find(id)!.CreateDefault();

        Assert.Throws<ArgumentNullException>("symptom", () => rule.Diagnose(null!, new RunFacts(new RunDescription(), new ScopeTable())));
        Assert.Throws<ArgumentNullException>("facts", () => rule.Diagnose(new Symptom { Severity = Severity.Info, Evidence = [new Evidence("loss", null, 0, 1, 2, ">")] }, null!));
    }
}
