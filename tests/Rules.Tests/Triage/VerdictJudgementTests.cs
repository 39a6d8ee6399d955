using TrainingDoctor.Rules.Triage;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Triage;

/// <summary>When a run without an illness is healthy, and when too little was seen to say so.</summary>
public sealed class VerdictJudgementTests
{
    private static readonly RunDescription Cross = new() { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };

    [Theory]
    [InlineData(Severity.Error, Verdict.Ill)]
    [InlineData(Severity.Warning, Verdict.Warning)]
    [InlineData(Severity.Info, Verdict.Healthy)]
    public void TheWorstFindingDecides(Severity severity, Verdict expected) => Assert.Equal(
        (expected, null),
        VerdictJudgement.Of([SomeFinding.Of("F1", "TD8501", Severity.Info), SomeFinding.Of("F2", "TD4002", severity), SomeFinding.Of("F3", "TD8501", Severity.Info)], [Status("TD4002", RuleOutcome.Passed)], Measured.Facts()));

    /// <summary>Some rules on the loss need a few values only: that they passed says nothing of the curve.</summary>
    [Theory]
    [InlineData("TD4002", RuleOutcome.Passed, Verdict.Healthy)]
    [InlineData("TD4002", RuleOutcome.Found, Verdict.Healthy)]
    [InlineData("TD4002", RuleOutcome.NotEvaluated, Verdict.Inconclusive)]
    [InlineData("TD4002", RuleOutcome.Off, Verdict.Inconclusive)]
    [InlineData("TD4001", RuleOutcome.Passed, Verdict.Inconclusive)]
    [InlineData("TD4008", RuleOutcome.Passed, Verdict.Inconclusive)]
    [InlineData("TD4009", RuleOutcome.Passed, Verdict.Inconclusive)]
    [InlineData("TD6001", RuleOutcome.Passed, Verdict.Inconclusive)]
    public void ARuleMustHaveSeenTheCurve(string rule, RuleOutcome outcome, Verdict expected)
    {
        var (verdict, reason) = VerdictJudgement.Of([], [Status(rule, outcome)], Measured.Facts());

        Assert.Equal(expected, verdict);
        Assert.Equal(expected == Verdict.Healthy ? null : "Too little was measured to judge: no rule could look at the loss curve.", reason?.ToString());
    }

    [Theory]
    [InlineData(TrainingTask.Boosting, "TD6001", RuleOutcome.Passed, null)]
    [InlineData(TrainingTask.Boosting, "TD6001", RuleOutcome.NotEvaluated, "for this kind of training overfitting must be able to, but no values.")]
    [InlineData(TrainingTask.Boosting, "TD4002", RuleOutcome.Passed, "no rule could look at the loss curve.")]
    [InlineData(TrainingTask.Reinforcement, "TD9002", RuleOutcome.Found, null)]
    [InlineData(TrainingTask.Reinforcement, "TD9002", RuleOutcome.Off, "must be able to, but it could not.")]
    [InlineData(TrainingTask.Diffusion, "TD4003", RuleOutcome.Passed, null)]
    [InlineData(TrainingTask.Diffusion, "TD9002", RuleOutcome.Passed, "no rule could look at the loss curve.")]
    public void EachTaskHasItsJudges(TrainingTask task, string rule, RuleOutcome outcome, string? reason)
    {
        var judged = VerdictJudgement.Of([], [Status(rule, outcome, outcome == RuleOutcome.NotEvaluated ? "no values" : null)], Measured.Facts(run: new RunDescription { Task = task }));

        Assert.Equal(reason is null ? Verdict.Healthy : Verdict.Inconclusive, judged.Verdict);
        Assert.EndsWith(reason ?? string.Empty, judged.Reason?.ToString() ?? string.Empty, StringComparison.Ordinal);
    }

    /// <summary>Of two judges one is enough, and the first says why none could.</summary>
    [Fact]
    public void OneJudgeIsEnough()
    {
        var facts = Measured.Facts(run: new RunDescription { Task = TrainingTask.PolicyOptimization });

        Assert.Equal(Verdict.Healthy, VerdictJudgement.Of([], [Status("TD9001", RuleOutcome.NotEvaluated, "one"), Status("TD9002", RuleOutcome.Passed)], facts).Verdict);
        Assert.Contains("but one.", VerdictJudgement.Of([], [Status("TD9001", RuleOutcome.NotEvaluated, "one"), Status("TD9002", RuleOutcome.NotEvaluated, "two")], facts).Reason!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, Verdict.Healthy)]
    [InlineData(false, Verdict.Inconclusive)]
    public void BeforeATrainingLearningByHeartStandsForTheCurve(bool isLearnt, Verdict expected)
    {
        var facts = Measured.Facts(isLearnt ? Trace.Of(Metric.LearntLoss, 0.01) : Trace.Of(Metric.Loss, 1), new RunDescription { Preflight = new PreflightDescription(), Task = TrainingTask.Boosting });

        Assert.Equal(expected, VerdictJudgement.Of([], [], facts).Verdict);
    }

    /// <summary>Half of the layers are enough, fewer are not, and none at all is told otherwise.</summary>
    [Theory]
    [InlineData(4, null)]
    [InlineData(2, null)]
    [InlineData(1, "Only 1 of 4 layers were seen")]
    [InlineData(0, "None of the 4 layers were seen")]
    public void LayersMustHaveBeenSeen(int seen, string? reason)
    {
        var run = new RunDescription { Model = Piece.Sequence(Piece.Linear(2, 2), Piece.Linear(2, 2), Piece.Linear(2, 2), Piece.Linear(2, 2)) };
        var trace = Enumerable.Range(0, seen).Aggregate(new Trace(), (all, layer) => all.And(Trace.Of(Metric.OutputMean, FormattableString.Invariant($"{layer}"), 0)));

        var judged = VerdictJudgement.Of([], [Status("TD4002", RuleOutcome.Passed)], Measured.Facts(trace, run));

        Assert.Equal(reason is null ? Verdict.Healthy : Verdict.Inconclusive, judged.Verdict);
        Assert.StartsWith(reason ?? string.Empty, judged.Reason?.ToString() ?? string.Empty, StringComparison.Ordinal);
    }

    /// <summary>Where the loss was given, how the output fits it must have been judged.</summary>
    [Theory]
    [InlineData(LossKind.CrossEntropy, RuleOutcome.NotEvaluated, "no output", Verdict.Inconclusive)]
    [InlineData(LossKind.CrossEntropy, RuleOutcome.NotEvaluated, null, Verdict.Healthy)]
    [InlineData(LossKind.CrossEntropy, RuleOutcome.Passed, "no output", Verdict.Healthy)]
    [InlineData(LossKind.Other, RuleOutcome.NotEvaluated, "no output", Verdict.Healthy)]
    public void HowTheOutputFitsMustBeKnown(LossKind kind, RuleOutcome outcome, string? why, Verdict expected)
    {
        var facts = Measured.Facts(run: Cross with { Loss = Cross.Loss! with { Kind = kind } });

        var judged = VerdictJudgement.Of([], [Status("TD4002", RuleOutcome.Passed), Status("TD7001", outcome, why)], facts);

        Assert.Equal(expected, judged.Verdict);
        Assert.Equal(expected == Verdict.Healthy ? null : "Nothing at warning or above was found, but how the output fits the loss could not be judged: no output", judged.Reason?.ToString());
        Assert.Equal(Verdict.Healthy, VerdictJudgement.Of([], [Status("TD4002", RuleOutcome.Passed), Status("TD7002", outcome, why)], facts).Verdict);
    }

    private static RuleStatus Status(string rule, RuleOutcome outcome, string? reason = null) => new(RuleCatalog.Find(rule)!.Descriptor, outcome, reason is null ? null : Text.FromString(reason));
}
