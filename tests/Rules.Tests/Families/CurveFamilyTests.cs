namespace TrainingDoctor.Tests.Families;

/// <summary>The whole catalogue over simulated logs of every kind: how often it sees the illness, how often it raises a false alarm.</summary>
[Trait("Speed", "Slow")]
public sealed class CurveFamilyTests
{
    private const int Draws = 20;
    private const double LeastPower = 0.8;
    private const double LeastMention = 0.6;
    private const double MostAlarms = 0.1;

    private static readonly IReadOnlyList<CurveFamily> Families = [.. CurveFamilies.All, .. TaskFamilies.All, .. HealthyForumRuns.All, .. IllForumRuns.All, .. LaterForumRuns.All, .. HealthyFieldRuns.All, .. IllFieldRuns.All];

    public static TheoryData<string> Names => [.. Families.Where(family => !family.IsOpen).Select(family => family.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void SeesTheIllnessAndIsSilentOfHealth(string name)
    {
        var family = Families.Single(family => family.Name == name);
        var least = family.IsMild ? Severity.Info : Severity.Warning;
        var told = Enumerable.Range(1, Draws).Select(seed => family.Diagnose(RuleSet.Default, seed).Findings.Where(finding => finding.Severity >= least).Select(finding => finding.Rule.Name).ToHashSet()).ToList();
        int alarms = told.Count(rules => rules.Count > 0);
        int caught = told.Count(rules => rules.Overlaps(family.Expected));

        Assert.True(
            family.IsHealthy ? alarms <= MostAlarms * Draws : caught >= (family.IsMild ? LeastMention : LeastPower) * Draws,
            $"{(family.IsHealthy ? alarms : caught)} of {Draws}: {string.Join(", ", told.SelectMany(rules => rules).CountBy(rule => rule).Select(pair => $"{pair.Key} {pair.Value}"))}");
    }

    /// <summary>Kinds differ in how hard they are; all together must reach what is promised for logs that nobody has shown.</summary>
    [Fact]
    public void AllKindsTogetherReachWhatIsPromised()
    {
        var judged = Families.SelectMany(family => Enumerable.Range(1, 5).Select(seed => (Family: family, Diagnosis: family.Diagnose(RuleSet.Default, seed)))).ToList();
        var healthy = judged.Where(item => item.Family.IsHealthy).ToList();
        var clear = judged.Where(item => item.Family is { IsHealthy: false, IsMild: false }).ToList();

        Assert.True(healthy.Count(item => item.Diagnosis.Findings.All(finding => finding.Severity < Severity.Warning)) >= 0.96 * healthy.Count);
        Assert.True(clear.Count(item => item.Diagnosis.Findings.Any(finding => finding.Severity >= Severity.Warning && item.Family.Expected.Contains(finding.Rule.Name))) >= 0.95 * clear.Count);
        Assert.True(clear.Count(item => item.Diagnosis.Primary is { } primary && item.Family.Expected.Contains(primary.Rule.Name)) >= 0.92 * clear.Count);
    }
}
