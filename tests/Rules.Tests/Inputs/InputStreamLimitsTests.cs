using TrainingDoctor.Rules.Inputs;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Inputs;

/// <summary>Rules that look at one number of each batch, at their limits: how many batches, how large a share, and what ends it.</summary>
public sealed class InputStreamLimitsTests
{
    /// <summary>Padding (TD1011), shifts (TD1010), copies (TD1009) and rows of a table (TD1014) must be seen in several batches in a row.</summary>
    [Theory]
    [InlineData("padding in one batch less", "TD1011", Metric.TargetPaddingFraction, 0.1875, 4, false)]
    [InlineData("padding at its limit", "TD1011", Metric.TargetPaddingFraction, 0.15, 20, false)]
    [InlineData("the token before", "TD1010", Metric.TargetShift, -1, 5, true)]
    [InlineData("the token itself", "TD1010", Metric.TargetShift, 0, 20, false)]
    [InlineData("the token itself is a copy", "TD1009", Metric.TargetShift, 0, 5, true)]
    [InlineData("a feature that is the target", "TD1009", Metric.TargetFeatureCorrelation, 0.999999, 10, true)]
    [InlineData("a feature that is nearly the target", "TD1009", Metric.TargetFeatureCorrelation, 0.99999, 20, false)]
    public void SeveralBatchesInARowTell(string name, string id, Metric metric, double value, int count, bool isFound)
    {
        _ = name;
        Rule rule = id switch { "TD1011" => new PaddingInLoss(new()), "TD1010" => new ShiftedTarget(new()), _ => new CopiedTarget(new()) };
        double healthy = metric == Metric.TargetShift ? 1 : 0;
        var findings = RuleVerifier.Run(rule, Trace.Of(metric, StepCurve.Levels((7, healthy), (count, value), (9, healthy))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((7L, 6L + count, value), (finding.FirstStep, finding.LastStep, finding.Evidence[0].Value)));
    }

    [Theory]
    [InlineData(TrainingTask.Reconstruction, RuleOutcome.NotEvaluated)]
    [InlineData(TrainingTask.LanguageModeling, RuleOutcome.Found)]
    public void AnAutoencoderIsAskedForItsInputs(TrainingTask task, RuleOutcome expected) =>
        Assert.Equal(expected, RuleVerifier.Status(new CopiedTarget(new()), Trace.Of(Metric.TargetShift, Enumerable.Repeat(0.0, 20)), new RunDescription { Task = task }).Outcome);

    /// <summary>The remedy tells a double shift from one the wrong way.</summary>
    [Theory]
    [InlineData(2, "has shifted already")]
    [InlineData(-1, "the wrong way")]
    public void AShiftTellsWhereItComesFrom(double places, string expected)
    {
        var finding = Assert.Single(RuleVerifier.Run(new ShiftedTarget(new()), Trace.Of(Metric.TargetShift, Enumerable.Repeat(places, 20))));

        Assert.Contains(expected, finding.Remedies[0].Rationale.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Most lookups of one row are a warning, many are a remark; a share that is no number counts for nothing.</summary>
    [Theory]
    [InlineData("the share of a warning", 3, 0.6, Severity.Warning)]
    [InlineData("the share that is told", 3, 0.4, Severity.Info)]
    [InlineData("one measurement less", 2, 0.75, null)]
    public void LookupsOfOneRowAreToldFromTheirLimits(string name, int count, double share, Severity? expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.EmbeddingModeShare, "embedding", StepCurve.Levels((2, double.NaN), (count, share), (1, double.PositiveInfinity), (4, 0.125)));

        Assert.Equal(expected, RuleVerifier.Run(new DominantLookup(new()), trace).SingleOrDefault()?.Severity);
    }

    [Theory]
    [InlineData(3, RuleOutcome.Passed)]
    [InlineData(2, RuleOutcome.NotEvaluated)]
    public void ThreeLookupsAreNeeded(int count, RuleOutcome expected) =>
        Assert.Equal(expected, RuleVerifier.Status(new DominantLookup(new()), Trace.Of(Metric.EmbeddingModeShare, "embedding", StepCurve.Levels((5, double.NaN), (count, 0.125)))).Outcome);

    /// <summary>The share of rows that end alike is a mean over all batches (TD1012).</summary>
    [Theory]
    [InlineData("at the limit", 8, 0.75, 0.75, null, null)]
    [InlineData("below it on average", 8, 0.5, 0.9375, 0.71875, null)]
    [InlineData("below it only in the beginning", 8, 0.6875, 1, 0.6875, 10L)]
    public void RowsMustEndAlikeOnAverage(string name, int count, double first, double second, double? evidence, long? recovered)
    {
        _ = name;
        int later = count == 7 ? 0 : 8;
        var trace = Trace.Of(Metric.TargetEndAgreement, StepCurve.Levels((1, double.NaN), (count, first), (later, second), (1, double.NaN))).From(3);
        var findings = RuleVerifier.Run(new AbsentTargetClass(new() { MinimumAgreement = 0.75 }), trace);

        Assert.Equal(evidence is not null, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((evidence!.Value, recovered + 3, (long?)3), (finding.Evidence[0].Value, finding.RecoveredAt, finding.FirstStep)));
    }

    /// <summary>Rows that come to end alike, and then not again, have not recovered.</summary>
    [Fact]
    public void ASecondFallTakesTheRecoveryBack()
    {
        var finding = Assert.Single(RuleVerifier.Run(new AbsentTargetClass(new() { MinimumAgreement = 0.75 }), Trace.Of(Metric.TargetEndAgreement, StepCurve.Levels((8, 0.5), (16, 1), (16, 0)))));

        Assert.Null(finding.RecoveredAt);
        Assert.Equal((39L, 0.5), (finding.LastStep, finding.Evidence[0].Value));
    }

    /// <summary>A batch without a target is told at once, and is an error where the loss of that step is no number (TD1008).</summary>
    [Theory]
    [InlineData("one batch", 1, 1, 1, Severity.Warning, 1)]
    [InlineData("two of two that are asked for", 2, 2, 1, Severity.Warning, 2)]
    [InlineData("one of two that are asked for", 2, 1, 1, null, 0)]
    public void ABatchWithoutATargetIsTold(string name, int asked, int batches, double loss, Severity? expected, int told)
    {
        _ = name;
        var trace = Trace.Of(Metric.TargetIgnoredFraction, StepCurve.Levels((12, 0.75), (batches, 1), (7, 0.75), (3, double.NaN))).And(Trace.Of(Metric.Loss, StepCurve.Levels((12, 1), (batches, loss), (7, 1))));
        var findings = RuleVerifier.Run(new IgnoredTargets(new() { MinimumBatches = asked }), trace);

        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
        Assert.All(findings, finding => Assert.StartsWith(FormattableString.Invariant($"In {told} of {19 + batches} batches looked at, first at step {11 + asked} and last at step {11 + batches},"), finding.Message.ToString(), StringComparison.Ordinal));
    }

    /// <summary>The loss of a part is not that of the step, and one that was no number earlier is not that of this batch.</summary>
    [Theory]
    [InlineData("part", 12, Severity.Error)]
    [InlineData("", 11, Severity.Warning)]
    public void TheLossOfTheStepTellsHowSeriousItIs(string scope, int at, Severity expected)
    {
        var trace = Trace.Of(Metric.TargetIgnoredFraction, StepCurve.Levels((12, 0.75), (1, 1), (7, 0.75))).And(Trace.Of(Metric.Loss, scope, StepCurve.Levels((at, 1), (1, double.NaN), (19 - at, 1))));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new IgnoredTargets(new()), trace)).Severity);
    }

    /// <summary>Where no loss is told of the batch, that of the batch before does not stand for it, and the worst is taken.</summary>
    [Fact]
    public void ALossBeforeDoesNotStandForThatOfTheBatch()
    {
        var trace = Trace.Of(Metric.TargetIgnoredFraction, StepCurve.Levels((12, 0.75), (1, 1), (7, 0.75))).And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 12)));

        Assert.Equal(Severity.Error, Assert.Single(RuleVerifier.Run(new IgnoredTargets(new()), trace)).Severity);
    }

    /// <summary>Values that are no numbers are an error where the loss of the step is none either, or the last one is not (TD1001).</summary>
    [Theory]
    [InlineData("the loss of another step", "", 1, 1, Severity.Warning)]
    [InlineData("the last loss", "", 7, 1, Severity.Error)]
    [InlineData("a part of the loss", "part", 3, 1, Severity.Warning)]
    public void ValuesThatAreNoNumbersAreAnErrorWithTheLoss(string name, string scope, int at, int broken, Severity expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.InputNonFiniteCount, 0, 0, 0, 1, 0, 0, 0, 0).And(Trace.Of(Metric.Loss, scope, StepCurve.Levels((at, 1), (broken, double.NaN), (8 - at - broken, 1))));

        var finding = Assert.Single(RuleVerifier.Run(new NonFiniteInput(new()), trace));

        Assert.Equal((expected, 3L, 3L), (finding.Severity, finding.FirstStep, finding.LastStep));
        Assert.Contains("at most 1 value in one batch", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheWorstBatchIsTold()
    {
        var finding = Assert.Single(RuleVerifier.Run(new NonFiniteInput(new()), Trace.Of(Metric.InputNonFiniteCount, 0, 4, 9, 2, double.NaN, 0)));

        Assert.Equal((1L, 3L, 9.0, 2L, 5L), (finding.FirstStep, finding.LastStep, finding.Evidence[0].Value, finding.Evidence[0].Step, finding.RecoveredAt));
    }
}
