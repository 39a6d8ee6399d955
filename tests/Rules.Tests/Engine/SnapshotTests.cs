namespace TrainingDoctor.Tests.Engine;

public sealed class SnapshotTests
{
    [Fact]
    public void TellsWhatWasFoundSoFarAndEndsNothing()
    {
        var engine = new RuleEngine(RuleSet.Default, new ScopeTable());
        engine.Begin(new RunDescription { Name = "run" });
        Observe(engine, 0, 10, _ => double.NaN);

        var early = engine.Snapshot();
        Observe(engine, 10, 10, _ => double.NaN);
        var final = engine.Diagnose();

        var (seen, last) = (early.Findings.Single(finding => finding.Rule.Id == "TD4001"), final.Findings.Single(finding => finding.Rule.Id == "TD4001"));
        Assert.Equal((9L, 19L), (seen.LastStep, last.LastStep));
        Assert.Equal((9L, 10L, 19L), (early.Facts.LastStep, early.Facts.Of(Metric.Loss)!.Value.Count, final.Facts.LastStep));
        Assert.Same(final, engine.Snapshot());
    }

    [Fact]
    public void LeavesTheDiagnosisOfTheWholeRunAsItIs()
    {
        var looked = new RuleEngine(RuleSet.Default, new ScopeTable());
        var undisturbed = new RuleEngine(RuleSet.Default, new ScopeTable());
        foreach (var engine in new[] { looked, undisturbed })
        {
            engine.Begin(new RunDescription { Name = "run" });
        }

        for (int part = 0; part < 20; part++)
        {
            Observe(looked, 20 * part, 20, Rising);
            Observe(undisturbed, 20 * part, 20, Rising);
            looked.Snapshot();
        }

        Assert.Equal(Describe(undisturbed.Diagnose()), Describe(looked.Diagnose()));
    }

    private static double Rising(int step) => 1 + (0.02 * step) + (0.05 * Math.Sin(7 * step));

    private static IEnumerable<string> Describe(RunDiagnosis diagnosis) =>
    [
        diagnosis.Verdict.ToString(),
        .. diagnosis.Findings.Select(finding => $"{finding.Id} {finding.Rule.Id} {finding.Severity} {finding.FirstStep} {finding.LastStep} {finding.Message}"),
        .. diagnosis.Rules.Select(status => $"{status.Rule.Id} {status.Outcome} {status.Reason}"),
    ];

    private static void Observe(RuleEngine engine, int first, int count, Func<int, double> loss)
    {
        for (int step = first; step < first + count; step++)
        {
            engine.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, loss(step)));
        }
    }
}
