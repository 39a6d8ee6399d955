using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Input.Markup;

namespace TrainingDoctor.Tests.Documents;

/// <summary>The rule of docs/guides/writing-a-rule.md does what the guide says, beside the rules of the catalogue.</summary>
public sealed class OwnRuleTests
{
    [Theory]
    [InlineData(50, true)]
    [InlineData(20, false)]
    public void AnOwnRuleJudgesALog(int validationEvery, bool isFound)
    {
        string folder = Directory.CreateTempSubdirectory("training-doctor-rule").FullName;
        string path = Path.Combine(folder, "run.csv");
        File.WriteAllLines(path, ["step,loss,val_loss", .. Enumerable.Range(0, 200).Select(step => FormattableString.Invariant($"{step},{2 * Math.Exp(-step / 80.0):F4},{(step % validationEvery == 0 ? "0.9" : "")}"))]);

        // snippet: post-mortem
        var rules = new RuleSet([.. RuleSet.Default.Rules, new ConfiguredRule(new RareValidation(new RareValidationOptions { MostSteps = 30 }))]);
        foreach (var source in LogOpener.Open(path))
        {
            foreach (var diagnosis in LogDiagnosis.Diagnose(source, rules))
            {
                DiagnosisReport.Create(diagnosis).WriteJson(Path.Combine(folder, "report.json"));
            }
        }

        // end-snippet
        string report = File.ReadAllText(Path.Combine(folder, "report.json"));
        Directory.Delete(folder, recursive: true);
        Assert.Equal(isFound, report.Contains("Nothing was validated for 49 steps", StringComparison.Ordinal));
        Assert.Contains("\"OWN001\"", report, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOwnRuleThatThrowsCostsNothingElse()
    {
        var diagnosis = new RuleEngine(new RuleSet([new ConfiguredRule(new RareValidation(null!)), .. RuleSet.Default.Rules]), new ScopeTable());
        diagnosis.Begin(new RunDescription());
        diagnosis.Observe(new Measurement(0, Metric.Loss, ScopeTable.Run, 1));
        diagnosis.Observe(new Measurement(1, Metric.Loss, ScopeTable.Run, double.NaN));
        diagnosis.Complete();

        Assert.Contains(diagnosis.Diagnose().Findings, finding => finding.Rule.Id == "TD0001");
        Assert.Contains(diagnosis.Diagnose().Findings, finding => finding.Rule.Id == "TD4001");
    }
}
