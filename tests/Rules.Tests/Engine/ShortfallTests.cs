namespace TrainingDoctor.Tests.Engine;

/// <summary>What a monitor could not do although nothing failed stands in the report, as info, at the step that it was told at.</summary>
public sealed class ShortfallTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 6)]
    public void ItIsToldAtTheLastStep(int steps, long expected)
    {
        var engine = new RuleEngine(RuleSet.Of([]), new ScopeTable());
        engine.Begin(new RunDescription());
        foreach (int step in Enumerable.Range(0, steps))
        {
            engine.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, 1));
        }

        engine.ReportShortfall(new Diagnosis($"Nothing was seen of the layers", $"They are called by themselves.", [], []));

        var finding = Assert.Single(engine.Diagnose().Findings);
        Assert.Equal((Severity.Info, expected, "Nothing was seen of the layers"), (finding.Severity, finding.FirstStep, finding.Title.ToString()));
        Assert.Throws<ArgumentNullException>(() => engine.ReportShortfall(null!));
    }
}
