using TrainingDoctor.Rules.Distribution;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Tests.Distribution;

public sealed class RankRulesTests
{
    private static readonly RankDivergence Divergence = new(new());
    private static readonly StragglingRank Straggling = new(new());

    [Fact]
    public void EqualWeightsAreNoDivergence() =>
        Assert.Empty(RuleVerifier.Run(Divergence, Norms("0", 10, 11, 12, 13).And(Norms("1", 10.00001, 11.00001, 12, 13))));

    [Fact]
    public void TheRankThatPartedIsNamed()
    {
        var finding = Assert.Single(RuleVerifier.Run(Divergence, Norms("0", 10, 10, 10, 10, 10).And(Norms("1", 10, 10, 10, 10, 10)).And(Norms("2", 10, 10, 10.1, 10.2, 10.4))));

        Assert.Equal(("2", 4L, Severity.Error), (Assert.Single(finding.Layers), finding.FirstStep, finding.Severity));
    }

    [Fact]
    public void OneRankAloneIsNotEvaluated() =>
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(Divergence, Norms("0", 1, 2, 3, 4)).Outcome);

    [Fact]
    public void ASlowCheckpointIsNoStraggler()
    {
        var random = new Random(1);
        IEnumerable<double> Times(int slowEvery) => Enumerable.Range(1, 300).Select(step => 0.1 + (0.01 * random.NextDouble()) + (step % slowEvery == 0 ? 1 : 0));

        Assert.Empty(RuleVerifier.Run(Straggling, Durations("0", Times(20)).And(Durations("1", Times(1000))).And(Durations("2", Times(1000)))));
    }

    [Fact]
    public void TheLateRankIsNamedWithItsRatio()
    {
        var finding = Assert.Single(RuleVerifier.Run(
            Straggling,
            Durations("0", Enumerable.Repeat(0.1, 200)).And(Durations("1", Enumerable.Repeat(0.1, 200))).And(Durations("2", Enumerable.Repeat(0.17, 200)))));

        Assert.Equal("2", Assert.Single(finding.Layers));
        Assert.Equal(1.7, finding.Evidence[0].Value, 1e-9);
    }

    private static Trace Norms(string rank, params double[] values) => Trace.Of(Metric.RankWeightNorm, rank, values);

    private static Trace Durations(string rank, IEnumerable<double> values) => Trace.Of(Metric.StepDuration, rank, values);
}
