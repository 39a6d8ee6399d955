namespace TrainingDoctor.Tests.Families;

/// <summary>The whole catalogue over simulated logs of every kind: how often it sees the illness, how often it raises a false alarm.</summary>
public sealed class CurveFamilyTests
{
    private const int Draws = 40;
    private const double LeastPower = 0.85;
    private const double MostAlarms = 0.05;

    private static readonly IReadOnlyList<CurveFamily> Families = [.. CurveFamilies.All, .. TaskFamilies.All];

    public static TheoryData<string> Names => [.. Families.Select(family => family.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void SeesTheIllnessAndIsSilentOfHealth(string name)
    {
        var family = Families.Single(family => family.Name == name);
        var warnings = Enumerable.Range(1, Draws).Select(seed => Warnings(family.Draw(new Dice(seed)), family.Task)).ToList();
        int alarms = warnings.Count(rules => rules.Count > 0);
        int caught = warnings.Count(rules => rules.Overlaps(family.Expected));
        string told = string.Join(", ", warnings.SelectMany(rules => rules).CountBy(rule => rule).Select(pair => $"{pair.Key} {pair.Value}"));

        Assert.True(family.IsHealthy ? alarms <= MostAlarms * Draws : caught >= LeastPower * Draws, $"{(family.IsHealthy ? alarms : caught)} of {Draws}: {told}");
    }

    internal static HashSet<string> Warnings(Trace trace, TrainingTask? task = null)
    {
        var run = new RunDescription { Task = task, Log = new LogDescription { Format = "csv", LossIsAveraged = true } };
        return [.. RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), trace, run).Findings.Where(finding => finding.Severity >= Severity.Warning).Select(finding => finding.Rule.Name)];
    }
}
