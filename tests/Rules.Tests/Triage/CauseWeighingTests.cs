namespace TrainingDoctor.Tests.Triage;

/// <summary>What was measured for and against a cause moves its likelihood, and is told beside it.</summary>
public sealed class CauseWeighingTests
{
    [Fact]
    public void NoRateIsToBlameBeforeTheFirstStep()
    {
        var finding = Diagnose("TD4001", Trace.Of(Metric.Loss, double.NaN, double.NaN, double.NaN));

        var rate = finding.Causes.FirstOrDefault(cause => cause.Cause == Cause.LearningRateTooHigh);
        Assert.True(rate is null || rate.Likelihood < 0.05, $"{rate?.Likelihood}");
    }

    [Fact]
    public void NoRateIsToBlameWhereNoTargetCounts()
    {
        var finding = Diagnose("TD4001", Trace.Of(Metric.Loss, 2.3, double.NaN, double.NaN).And(Trace.Of(Metric.TargetIgnoredFraction, 1, 1, 1)));

        Assert.DoesNotContain(finding.Causes, cause => cause.Cause == Cause.LearningRateTooHigh && cause.Likelihood >= 0.05);
    }

    [Fact]
    public void ARateThatMovesWeightsFarStandsAboveWhatNothingSpeaksFor()
    {
        var losses = Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => 1 + (0.2 * step)));
        var wild = Diagnose("TD4003", losses.And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(0.3, 60))));
        var calm = Diagnose("TD4003", losses.And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(1e-4, 60))));

        var supported = wild.Causes.First(cause => cause.Cause == Cause.LearningRateTooHigh);
        Assert.Equal(supported, wild.Causes[0]);
        Assert.Contains(supported.Evidence, evidence => evidence is { IsFor: true, Evidence: { Metric: "global_update_ratio", Value: 0.3 } });
        Assert.True(supported.Likelihood > (calm.Causes.FirstOrDefault(cause => cause.Cause == Cause.LearningRateTooHigh)?.Likelihood ?? 0));
    }

    private static Finding Diagnose(string rule, Trace trace)
    {
        var diagnosis = RuleVerifier.Diagnose(RuleCatalog.CreateDefault(), trace, new RunDescription());
        return diagnosis.Findings.First(finding => finding.Rule.Id == rule);
    }
}
