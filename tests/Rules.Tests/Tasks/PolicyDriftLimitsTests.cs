using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>From where on a policy has gone too far, from its reference and in one update (TD9003).</summary>
public sealed class PolicyDriftLimitsTests
{
    private const int Count = 100;
    private const double Never = double.NaN;

    private static readonly Trace Won = Rewards(StepCurve.Line(Count, 0, 1));
    private static readonly Trace Lost = Rewards(StepCurve.Levels((30, 0), (30, 1), (40, 0)));
    private static readonly Trace Sinking = Rewards(StepCurve.Line(Count, 1, 0));
    private static readonly Trace Kept = Rewards(StepCurve.Levels((30, 0), (30, 1), (40, 0.875)));

    [Theory]
    [InlineData("a tenth of the run beyond the limit", Metric.ReferenceDivergence, 90, 0, 2.0625, true)]
    [InlineData("at the limit", Metric.ReferenceDivergence, 50, 0, 2, false)]
    [InlineData("whole answers at theirs", Metric.SequenceDivergence, 50, 0, 40, false)]
    [InlineData("a single large value", Metric.ReferenceDivergence, 99, 0, 100, false)]
    [InlineData("a single large value of whole answers", Metric.SequenceDivergence, 99, 0, 10000, false)]
    [InlineData("updates at their limit", Metric.UpdateDivergence, 40, 0, 0.2, false)]
    public void ADivergenceIsToldFromItsLimit(string name, Metric metric, int from, double before, double after, bool isFound)
    {
        _ = name;
        Assert.Equal(isFound, Judge(Trace.Of(metric, StepCurve.Change(Count, from, before, after))).Count == 1);
    }

    /// <summary>What explodes is told by its largest value, or by how often it was none, where it does not stay.</summary>
    [Theory]
    [InlineData("an explosion", 500, "reference_divergence", 500, 0.95, 0)]
    [InlineData("no number", Never, "non_finite_divergences", 1, 0.95, 0)]
    public void AnExplosionIsToldAsWhatItWas(string name, double value, string metric, double evidence, double confidence, long first)
    {
        _ = name;
        var finding = Assert.Single(Judge(Trace.Of(Metric.ReferenceDivergence, StepCurve.Levels((70, 0.0625), (1, value), (29, 0.0625)))));

        Assert.Equal((metric, evidence, 70L), (finding.Evidence[0].Metric, finding.Evidence[0].Value, finding.Evidence[0].Step));
        Assert.Equal((confidence, first, Severity.Warning), (finding.Confidence, finding.FirstStep, finding.Severity));
    }

    /// <summary>An explosion that stays is told by its level, and is surely the learning rate.</summary>
    [Theory]
    [InlineData(500, 0.95, 0.79)]
    [InlineData(64, 0.8, 0.64)]
    public void ALevelIsToldFromWhereItBegan(double level, double confidence, double likelihood)
    {
        var finding = Assert.Single(Judge(Trace.Of(Metric.ReferenceDivergence, StepCurve.Change(Count, 70, 0.0625, level))));

        Assert.Equal(("divergence_level", level, 70L, confidence), (finding.Evidence[0].Metric, finding.Evidence[0].Value, finding.FirstStep, finding.Confidence));
        Assert.Equal((Cause.LearningRateTooHigh, likelihood), (finding.Causes[0].Cause, Math.Round(finding.Causes[0].Likelihood, 9)));
    }

    /// <summary>A policy that earns its reward may go farther; how far, the last quarter tells.</summary>
    [Theory]
    [InlineData("won, not too far", 10, true, false)]
    [InlineData("won, too far", 10.5, true, true)]
    [InlineData("not won", 4, false, true)]
    public void AWonRewardExcusesADistance(string name, double level, bool isWon, bool isFound)
    {
        _ = name;
        Assert.Equal(isFound, Judge(Trace.Of(Metric.ReferenceDivergence, StepCurve.Change(Count, 50, 0, level)).And(isWon ? Won : Kept.And(Rewards([9])))).Count == 1);
    }

    /// <summary>A divergence that grows, far below any limit of its own, counts where the reward is lost or sinks.</summary>
    [Theory]
    [InlineData("lost", "lost", 0.0625, 1, true)]
    [InlineData("sinking", "sinking", 0.0625, 1, true)]
    [InlineData("little of it is lost", "kept", 0.0625, 1, false)]
    [InlineData("won", "won", 0.0625, 1, false)]
    [InlineData("no reward", "none", 0.0625, 1, false)]
    [InlineData("grown fivefold", "lost", 0.125, 0.625, false)]
    [InlineData("grown to a quarter of the limit", "lost", 0.0625, 0.5, false)]
    public void AGrowthCountsWhereTheRewardIsLost(string name, string reward, double before, double after, bool isFound)
    {
        _ = name;
        var divergence = Trace.Of(Metric.ReferenceDivergence, StepCurve.Change(Count, 60, before, after));
        var findings = Judge(reward switch { "lost" => divergence.And(Lost), "sinking" => divergence.And(Sinking), "kept" => divergence.And(Kept), "won" => divergence.And(Won), _ => divergence });

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((50L, 5 * before, after), (finding.FirstStep, finding.Evidence[0].Limit, finding.Evidence[0].Value)));
    }

    /// <summary>Updates that stay half as large count where the reward is lost.</summary>
    [Theory]
    [InlineData("lost", 0.125, true)]
    [InlineData("lost, and updates at half of the limit", 0.1, false)]
    [InlineData("kept", 0.125, false)]
    public void SmallerUpdatesCountWhereTheRewardIsLost(string reward, double level, bool isFound)
    {
        var trace = Trace.Of(Metric.UpdateDivergence, Enumerable.Repeat(level, Count)).And(reward.StartsWith("lost", StringComparison.Ordinal) ? Lost : Kept);

        Assert.Equal(isFound, Judge(trace).Count == 1);
    }

    /// <summary>One leap of an update is told where the reward falls with it.</summary>
    [Theory]
    [InlineData("the reward falls with it", 60, 0.5, 60, 0.75, Severity.Info)]
    [InlineData("the reward falls right behind it", 60, 0.5, 61, 0.75, Severity.Info)]
    [InlineData("the reward falls later", 60, 0.5, 62, 0.75, null)]
    [InlineData("the reward fell before", 60, 0.5, 59, 0.75, null)]
    [InlineData("most of the reward falls with it", 60, 0.5, 60, 0.25, Severity.Warning)]
    [InlineData("half of the reward falls with it", 60, 0.5, 60, 0.5, Severity.Info)]
    [InlineData("no large leap", 60, 0.1, 60, 0.25, null)]
    [InlineData("an explosion", 60, 100.5, 60, 0.75, Severity.Warning)]
    [InlineData("a large leap that is none yet", 60, 100, 60, 0.75, Severity.Info)]
    [InlineData("at the last step", 99, 0.5, 99, 0.75, Severity.Info)]
    [InlineData("at the first step", 0, 0.5, 30, 0.75, null)]
    public void ALeapIsToldWhereTheRewardFalls(string name, int at, double leap, int fall, double end, Severity? expected)
    {
        _ = name;
        var updates = Trace.Of(Metric.UpdateDivergence, StepCurve.Levels((at, 0.0078125), (1, leap), (Count - 1 - at, 0.0078125)));

        var findings = Judge(updates.And(Rewards(StepCurve.Levels((20, 0), (fall - 20, 1), (Count - fall, end)))));

        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
        Assert.All(findings, finding => Assert.Equal(("One update moved the policy too far", (long)at, leap), (finding.Title.ToString(), finding.FirstStep, finding.Evidence[0].Value)));
    }

    /// <summary>A leap is one beside the usual update.</summary>
    [Theory]
    [InlineData(0.0625, 0.5, false)]
    [InlineData(0.0625, 0.515625, true)]
    public void ALeapIsManyTimesTheUsual(double usual, double leap, bool isFound)
    {
        var updates = Trace.Of(Metric.UpdateDivergence, StepCurve.Levels((60, usual), (1, leap), (39, usual)));

        Assert.Equal(isFound, Judge(updates.And(Rewards(StepCurve.Levels((20, 0), (40, 1), (40, 0.75))))).Count == 1);
    }

    /// <summary>What falls must fall beyond the noise of the reward, and there must be one.</summary>
    [Theory]
    [InlineData(0.02, true)]
    [InlineData(0.3, false)]
    [InlineData(Never, false)]
    public void ANoisyRewardFallsWithNothing(double noise, bool isFound)
    {
        var updates = Trace.Of(Metric.UpdateDivergence, StepCurve.Levels((60, 0.0078125), (1, 0.5), (39, 0.0078125)));

        Assert.Equal(isFound, Judge(double.IsNaN(noise) ? updates : updates.And(Rewards(SeededCurve.Noisy(Count, step => step is >= 20 and < 60 ? 1 : 0.75, noise)))).Count == 1);
    }

    [Theory]
    [InlineData("ten values", Metric.ReferenceDivergence, 10, RuleOutcome.Found)]
    [InlineData("ten values of updates", Metric.UpdateDivergence, 10, RuleOutcome.Found)]
    public void TenValuesOfOneDivergenceAreEnough(string name, Metric metric, int count, RuleOutcome expected)
    {
        _ = name;
        Assert.Equal(expected, RuleVerifier.Status(new PolicyDrift(new()), Trace.Of(metric, Enumerable.Repeat(50.0, count))).Outcome);
    }

    /// <summary>Of another divergence that was told a few times only, no level is known.</summary>
    [Theory]
    [InlineData(Metric.ReferenceDivergence, 4, true)]
    [InlineData(Metric.UpdateDivergence, 8, true)]
    public void AFewValuesHaveNoLevel(Metric metric, int count, bool isFound) =>
        Assert.Equal(isFound, Judge(Trace.Of(Metric.SequenceDivergence, Enumerable.Repeat(1.0, Count)).And(Trace.Of(metric, Enumerable.Repeat(50.0, count)))).Count == 1);

    /// <summary>A reward beside a reconstruction makes the divergence that of a policy again.</summary>
    [Fact]
    public void AReconstructionWithARewardIsJudged()
    {
        var trace = Trace.Of(Metric.ReferenceDivergence, Enumerable.Repeat(50.0, Count)).And(Trace.Of(Metric.ReconstructionLoss, Enumerable.Repeat(9.0, Count)));

        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(new PolicyDrift(new()), trace).Outcome);
        Assert.Equal(RuleOutcome.Found, RuleVerifier.Status(new PolicyDrift(new()), trace.And(Lost)).Outcome);
    }

    private static Trace Rewards(IEnumerable<double> values) => Trace.Of(Metric.Reward, values);

    private static IReadOnlyList<Finding> Judge(Trace trace) => RuleVerifier.Run(new PolicyDrift(new()), trace);
}
