using System.Globalization;
using TrainingDoctor.Rules.Generalization;
using TrainingDoctor.Rules.Loss;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Loss;

/// <summary>The rules on losses and validations together, on curves that are known to be healthy or ill.</summary>
public sealed class LossCurveRulesTests
{
    public static TheoryData<string, double[]> HealthyCurves => new()
    {
        { "exponential", Curve(400, t => 0.3 + Math.Exp(-8 * t), 0.05) },
        { "power law", Curve(400, t => Math.Pow(1 + (100 * t), -0.3), 0.03) },
        { "early plateau that ends", Curve(600, t => 0.2 + (1 / (1 + Math.Exp((t - 0.45) * 40))), 0.03) },
        { "drop of the learning rate", Curve(400, t => (0.4 + Math.Exp(-10 * t)) * (t > 0.6 ? 0.6 : 1), 0.03) },
        { "cyclic learning rate", Curve(400, t => (0.2 + Math.Exp(-6 * t)) * (1.2 - (0.2 * (t * 4 % 1))), 0.03) },
        { "batches of one", Curve(2000, t => 0.1 + Math.Exp(-10 * t), 0.7) },
        { "converged to zero", Curve(500, t => 1e-4 + Math.Exp(-30 * t), 0.5) },
        { "negative", [.. Curve(400, t => 3 + Math.Exp(-8 * t), 0.01).Select(value => value - 4)] },
        { "epochs of a short log", Curve(15, t => 0.1 + Math.Exp(-5 * t), 0.02) },
        { "single jump", [.. Curve(400, t => 0.3 + Math.Exp(-8 * t), 0.05).Select((value, i) => i == 200 ? 1.5 : value)] },
    };

    public static TheoryData<string, string, double[]> IllCurves => new()
    {
        { "constant", "TD4002", [.. Enumerable.Repeat(16.742, 74)] },
        { "at chance", "TD4002", Curve(3000, _ => 0.693, 0.1) },
        { "from the start", "TD4003", Curve(300, t => Math.Exp(4 * t), 0.05) },
        { "late", "TD4003", Curve(400, t => t < 0.5 ? 0.1 + Math.Exp(-10 * t) : 0.107 * Math.Exp(6 * (t - 0.5)), 0.03) },
        { "alternating", "TD4004", [.. Curve(300, _ => 1, 0.02).Select((value, i) => value + (i % 2 == 0 ? 0.4 : -0.4))] },
        { "small fall", "TD4005", Curve(400, t => 0.93 + (0.07 * Math.Exp(-20 * t)), 0.01) },
        { "jump that stays", "TD4006", Curve(400, t => t < 0.6 ? 0.1 + Math.Exp(-10 * t) : 0.6 + (20 * Math.Exp(-100 * (t - 0.6))), 0.03) },
        { "steady and slow", "TD4007", Curve(300, t => 1 - (0.15 * t), 0.005) },
    };

    /// <summary>The first of a few losses may be the lowest by chance; that it was left for good shows where the others rise, or lie close together.</summary>
    [Theory]
    [InlineData(false, new[] { 0.034, 8.3, 4.1, 6.7 })]
    [InlineData(false, new[] { 0.034, 8.3, 4.1, 6.7, 27.8, 16.8, 0.47, 4.3 })]
    [InlineData(false, new[] { 1.1, 1.9, 1.4, 2.6, 1.5 })]
    [InlineData(true, new[] { 2.3, 4.0, 4.1, 3.9 })]
    [InlineData(true, new[] { 2.3, 3.0, 5.0, 12.0 })]
    [InlineData(true, new[] { 0.7, 1.2, 3.5, 2.9, 8.1, 30.0 })]
    public void AFirstLossThatWasLowByChanceIsNoDivergence(bool isTold, double[] losses) =>
        Assert.Equal(isTold, RuleVerifier.Run(new DivergingLoss(new()), Trace.Of(Metric.Loss, losses)).Count > 0);

    /// <summary>Descent on a small problem without noise ends where it is solved, and five digits show it no more; weights that freeze break off on their way.</summary>
    [Theory]
    [InlineData("gradient descent", false)]
    [InlineData("momentum that swings", false)]
    [InlineData("frozen on its way", true)]
    [InlineData("frozen from the start", true)]
    public void AValidationThatStandsStillIsFrozenUnlessItCameToRest(string how, bool isTold)
    {
        var values = Enumerable.Range(0, 80).Select(epoch => Math.Round(0.00826 + how switch
        {
            "gradient descent" => Math.Pow(0.45, epoch),
            "momentum that swings" => 0.9 * Math.Pow(0.5, epoch) * Math.Pow(Math.Cos(epoch), 2),
            "frozen on its way" => Math.Pow(0.9, Math.Min(epoch, 25)),
            _ => 1,
        }, 5));

        var found = RuleVerifier.Run(new PlateauedLoss(new()), Trace.Of(Metric.Loss, values).And(Trace.Of(Metric.ValidationLoss, values)));

        Assert.Equal(isTold, found.Any(finding => finding.Severity == Severity.Warning && finding.Title.ToString().Contains("no longer move", StringComparison.Ordinal)));
    }

    /// <summary>That a loss still falls is worth a remark only where a good part is left to be won.</summary>
    [Theory]
    [InlineData(6, false)]
    [InlineData(3, false)]
    [InlineData(1.5, true)]
    public void SlowConvergenceRemarksOnAFallThatIsFarFromDone(double pace, bool isTold)
    {
        var found = RuleVerifier.Run(new SlowConvergence(new()), Trace.Of(Metric.Loss, Curve(60, t => 0.3 + (2 * Math.Exp(-pace * t)), 0.001)));

        Assert.Equal(isTold, found.Any(finding => finding.Severity == Severity.Info));
    }

    /// <summary>Eight points on a line are learnt within a few steps, down to their noise: flat from there on is no plateau where a guess costs a hundred times as much.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(0.04, true)]
    public void WhatIsFarBelowAGuessIsNoPlateau(double deviation, bool isTold)
    {
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, 200).Select(step => 0.0014 + (0.43 * Math.Pow(0.6, step)))).And(Trace.Of(Metric.TargetStandardDeviation, Enumerable.Repeat(deviation, 200)));

        var found = RuleVerifier.Run(new PlateauedLoss(new()), trace, new RunDescription { Loss = new LossDescription { TypeName = "MSELoss", Kind = LossKind.MeanSquaredError } });

        Assert.Equal(isTold, found.Any(finding => finding.Severity == Severity.Warning));
    }

    [Theory]
    [MemberData(nameof(HealthyCurves))]
    public void SaysNothingOfHealthyRuns(string name, double[] losses)
    {
        _ = name;
        var diagnosis = Diagnose(losses);

        Assert.DoesNotContain(diagnosis.Findings, finding => finding.Severity >= Severity.Warning);
        Assert.Contains(diagnosis.Rules, status => status.Rule.Id == "TD4003" && status.Outcome == RuleOutcome.Passed);
    }

    [Theory]
    [InlineData("nan nan nan nan nan nan", Severity.Warning)]
    [InlineData("0.5 0.4 nan nan nan nan", Severity.Warning)]
    [InlineData("0.5 0.4 inf nan inf nan", Severity.Warning)]
    [InlineData("0.5 nan nan 0.4 nan nan 0.3 nan nan", null)]
    [InlineData("nan nan nan nan 0.5 nan nan nan nan", null)]
    [InlineData("0.5 0.4 0.3 0.2 nan nan", null)]
    public void ValidationsThatEndNotFiniteAreToldWhereTrainingGoesOn(string validations, Severity? severity)
    {
        double[] values = [.. validations.Split(' ').Select(text => text switch { "nan" => double.NaN, "inf" => double.PositiveInfinity, _ => double.Parse(text, CultureInfo.InvariantCulture) })];

        var findings = RuleVerifier.Run(new NonFiniteLoss(new()), Trace.Of(Metric.Loss, values.Select((_, i) => 1.0 / (i + 1))).And(Trace.Of(Metric.ValidationLoss, values)));

        Assert.Equal(severity, findings.Count == 0 ? null : Assert.Single(findings).Severity);
    }

    [Theory]
    [MemberData(nameof(IllCurves))]
    public void FindsTheIllness(string name, string rule, double[] losses)
    {
        _ = name;
        var finding = Assert.Single(Diagnose(losses).Findings, finding => finding.Rule.Id == rule);

        Assert.True(finding.Severity >= Severity.Warning);
        Assert.NotEmpty(finding.Causes);
        Assert.NotEmpty(finding.Remedies);
        Assert.All(finding.Causes, cause => Assert.Contains(cause.Cause, finding.Rule.Causes));
        Assert.InRange(finding.Causes.Sum(cause => cause.Likelihood), 0, 1.0001);
    }

    [Fact]
    public void TheScaleOfTheLossChangesNothing() => Assert.All(
        from curve in IllCurves from exponent in new[] { -18, -7, -1, 1, 7, 18 } select (Losses: (double[])curve[2], Factor: Math.Pow(2, exponent)),
        scaled => Assert.Equal(Warnings(scaled.Losses), Warnings([.. scaled.Losses.Select(loss => loss * scaled.Factor)])));

    [Fact]
    public void HalfTheLoggingChangesNoDiagnosis()
    {
        // Half of a swing may be no swing, and half of a short curve at chance cannot be told from its noise.
        foreach (var row in IllCurves.Where(row => (string)row[1] != "TD4004" && (string)row[0] != "at chance"))
        {
            var every = (double[])row[2];
            var thinned = Diagnose(Trace.Of(Metric.Loss, every.Where((_, i) => i % 2 == 0)).Every(2));
            Assert.True(thinned.Findings.Any(finding => finding.Rule.Id == (string)row[1] && finding.Severity >= Severity.Warning), (string)row[0]);
        }

        foreach (var row in HealthyCurves)
        {
            Assert.DoesNotContain(Diagnose([.. ((double[])row[1]).Where((_, i) => i % 2 == 0)]).Findings, finding => finding.Severity >= Severity.Warning);
        }
    }

    [Theory]
    [InlineData(TrainingTask.Reinforcement)]
    [InlineData(TrainingTask.Adversarial)]
    public void DoesNotJudgeLossesThatMeasureNoProgress(TrainingTask task)
    {
        var diagnosis = Diagnose(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 300)), new RunDescription { Task = task });

        Assert.Empty(diagnosis.Findings);
        Assert.Equal(Verdict.Inconclusive, diagnosis.Verdict);
    }

    [Fact]
    public void ShortAndNoisyLogsAreInconclusive()
    {
        Assert.Equal(Verdict.Inconclusive, Diagnose([1, 0.9, 0.8, 0.7]).Verdict);
        Assert.Equal(Verdict.Inconclusive, Diagnose(Curve(50, _ => 2, 0.3)).Verdict);
        Assert.Equal(Verdict.Inconclusive, Diagnose([]).Verdict);
    }

    [Fact]
    public void AStallThatEndsBecomesAHint()
    {
        double[] losses = [.. Curve(400, _ => 1, 0.01), .. Curve(400, t => 0.1 + (0.9 * Math.Exp(-8 * t)), 0.01)];
        var stall = Assert.Single(Diagnose(losses).Findings, finding => finding.Rule.Id == "TD4002");

        Assert.Equal(Severity.Info, stall.Severity);
        Assert.NotNull(stall.RecoveredAt);
    }

    [Fact]
    public void KnowsTheLossOfConstantAnswers()
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };
        var trace = Trace.Of(Metric.Loss, [40, 20, 8, 4, .. Curve(400, _ => Math.Log(10), 0.02)])
            .And(Trace.Of(Metric.TargetClassCount, 10.0)).And(Trace.Of(Metric.TargetMajorityFraction, 0.1));

        Assert.Contains(Diagnose(trace, run).Findings, finding => finding.Rule.Id == "TD4002" && finding.Severity == Severity.Error);
    }

    [Theory]
    [InlineData(0.1, true)]
    [InlineData(10.2, true)]
    [InlineData(0.25, false)]
    [InlineData(0.02, false)]
    public void KnowsGuessesInLogsByTheirLossAndScore(double score, bool guesses)
    {
        var run = new RunDescription { Log = new LogDescription { Format = "text", LossIsAveraged = true } };
        var trace = Trace.Of(Metric.Loss, [2.9, 2.5, .. Curve(28, _ => Math.Log(10), 0.002)]).And(Trace.Of(Metric.ValidationAccuracy, [.. Enumerable.Range(0, 30).Select(i => score * (1 + (0.01 * (i % 3))))]));

        Assert.Equal(guesses, Diagnose(trace, run).Findings.Any(finding => finding.Rule.Id == "TD4002" && finding.Severity == Severity.Error));
    }

    [Fact]
    public void AFirstStepFarTooLargeHidesNothing()
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.MeanSquaredError, TypeName = "MSELoss" } };
        var trace = Trace.Of(Metric.Loss, [1.1, .. Curve(180, t => 1e6 * Math.Exp(-10 * t), 0.5)]).And(Trace.Of(Metric.TargetStandardDeviation, 0.95));

        Assert.Contains(Diagnose(trace, run).Findings, finding => finding.Rule.Id == "TD4003" && finding.Severity == Severity.Error);
    }

    [Fact]
    public void AFirstSampleThatIsEasyByChanceIsNoStart()
    {
        double[] losses = [0.01, 2.9, .. Curve(360, _ => 0.7, 0.3)];
        Assert.DoesNotContain(Diagnose(losses).Findings, finding => finding.Rule.Id == "TD4003");
    }

    [Trait("Speed", "Slow")]
    [Fact]
    public void FalseAlarmsOnManyHealthyCurvesAreRare()
    {
        var random = new Random(5);
        int alarms = 0;
        for (int i = 0; i < 300; i++)
        {
            double floor = Math.Exp(-7 * random.NextDouble());
            double rate = Math.Exp(1 + (3 * random.NextDouble()));
            double noise = 0.01 + (0.3 * random.NextDouble());
            double[] losses = Curve(random.Next(100, 2000), t => floor + Math.Exp(-rate * t), noise, i);
            alarms += Diagnose(losses).Findings.Any(finding => finding.Severity >= Severity.Warning) ? 1 : 0;
        }

        Assert.InRange(alarms, 0, 3);
    }

    private static double[] Curve(int steps, Func<double, double> level, double variation, int seed = 1)
    {
        var noise = SeededCurve.Noisy(steps, _ => 0, 1, seed);
        return [.. Enumerable.Range(0, steps).Select(i => level((i + 0.5) / steps) * Math.Exp((variation * noise[i]) - (variation * variation / 2)))];
    }

    private static string Warnings(double[] losses) => string.Join(
        ',', Diagnose(losses).Findings.Where(finding => finding.Severity >= Severity.Warning).Select(finding => finding.Rule.Id).Order());

    private static RunDiagnosis Diagnose(double[] losses) => Diagnose(Trace.Of(Metric.Loss, losses));

    private static RunDiagnosis Diagnose(Trace trace, RunDescription? run = null) =>
        RuleVerifier.Diagnose(LossRules.All.Concat(GeneralizationRules.All).Select(entry => entry.CreateDefault()), trace, run);
}
