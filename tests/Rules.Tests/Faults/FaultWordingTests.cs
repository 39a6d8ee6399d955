using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Faults;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Faults;

/// <summary>How damage and failures are told: the first few places, how often, and what came of it.</summary>
public sealed class FaultWordingTests
{
    [Theory]
    [InlineData("one in twenty of two hundred steps", 10, 200, Severity.Warning)]
    [InlineData("fewer", 9, 200, Severity.Info)]
    [InlineData("one in twenty of forty steps", 2, 40, Severity.Info)]
    [InlineData("five", 5, 40, Severity.Warning)]
    public void ManyPlacesAreFiveOrOneInTwentySteps(string name, int places, int steps, Severity expected)
    {
        _ = name;
        var finding = Assert.Single(RuleVerifier.Run(new DamagedLog(new()), Trace.Of(Metric.Loss, Enumerable.Range(0, steps).Select(step => 3 - (step / 100.0))), FaultExamples.Log(places)));

        Assert.Equal((expected, (double)places, expected == Severity.Warning ? Math.Max(5, steps / 20) : (double?)null), (finding.Severity, finding.Evidence[0].Value, finding.Evidence[0].Limit));
    }

    [Theory]
    [InlineData(1, "1 place was skipped: metrics.csv(2): a number was expected")]
    [InlineData(3, "3 places were skipped: metrics.csv(2): a number was expected; metrics.csv(3): a number was expected; metrics.csv(4): a number was expected")]
    [InlineData(4, "4 places were skipped; the first ones: metrics.csv(2): a number was expected; metrics.csv(3): a number was expected; metrics.csv(4): a number was expected")]
    public void ThreePlacesAreNamed(int places, string words)
    {
        var finding = Assert.Single(RuleVerifier.Run(new DamagedLog(new()), Trace.Of(Metric.Loss, 3, 2, 1), FaultExamples.Log(places)));

        Assert.Equal(words, finding.Message.ToString());
        Assert.EndsWith("or repair metrics.csv(2)", finding.Remedies[0].Title.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaultConsequence.SwitchedOff, 1, "It was switched off; nothing else was affected.")]
    [InlineData(FaultConsequence.Ended, 2, "It ended there; what it had found before stands, and other runs were not affected.")]
    [InlineData(FaultConsequence.TriedAgain, 1, "It was tried again; only what it measures is missing there.")]
    [InlineData(FaultConsequence.TriedAgain, 3, "It failed 3 times and was tried again after growing pauses; only what it measures is missing meanwhile.")]
    public void WhatCameOfAFailureIsTold(FaultConsequence consequence, int times, string words)
    {
        var engine = new RuleEngine(RuleSet.Of([new RuleFailed(new())]), new ScopeTable());
        engine.Begin(new RunDescription());
        engine.Observe(new Measurement(7, Metric.Loss, ScopeTable.Run, 1));
        for (int i = 0; i < times; i++)
        {
            engine.ReportFault("the probe", new InvalidOperationException(i == 0 ? "No more." : "Later."), consequence);
        }

        var finding = Assert.Single(engine.Diagnose().Findings);

        Assert.Equal(("the probe failed", $"the probe threw InvalidOperationException at step 7: No more. {words}"), (finding.Title.ToString(), finding.Message.ToString()));
        Assert.Equal((Severity.Warning, 7L, "TD0001"), (finding.Severity, finding.FirstStep, finding.Rule.Id));
    }

    [Fact]
    public void ARunWithoutFailuresPassesOnceSomethingWasMeasured()
    {
        var rule = new RuleFailed(new());

        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(rule, new Trace()).Outcome);
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(rule, Trace.Of(Metric.Loss, 1)).Outcome);
    }
}
