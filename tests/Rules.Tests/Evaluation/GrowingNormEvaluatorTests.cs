using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Tests.Evaluation;

/// <summary>What is followed of a norm beside the loss: the norm of the run alone, in steps in which it was measured.</summary>
public sealed class GrowingNormEvaluatorTests
{
    [Fact]
    public void OnlyStepsWithANormAreJudged()
    {
        var probe = Follow((0, Metric.GlobalGradientNorm, 0, 2), (1, Metric.Loss, 0, 7), (2, Metric.GlobalGradientNorm, 0, double.NaN), (3, Metric.GlobalGradientNorm, 5, 9));

        Assert.Equal([(0L, 2), (2L, double.NaN)], probe.Judged);
    }

    /// <summary>The first loss is the first that was a number; a loss is lost where it was one and no longer is.</summary>
    [Theory]
    [InlineData(3.0, 4.0, 3.0, 4.0, false)]
    [InlineData(3.0, double.NaN, 3.0, double.NaN, true)]
    [InlineData(3.0, double.PositiveInfinity, 3.0, double.PositiveInfinity, true)]
    [InlineData(double.NaN, 4.0, 4.0, 4.0, false)]
    [InlineData(double.NaN, double.NaN, double.NaN, double.NaN, false)]
    public void TheFirstLossIsANumber(double one, double other, double first, double last, bool isLost) =>
        Assert.Equal((first, last, isLost), Follow((0, Metric.Loss, 0, one), (1, Metric.Loss, 0, other), (1, Metric.Loss, 5, 99)).Losses);

    [Fact]
    public void BeforeAnyLossNoneIsLost() => Assert.Equal((double.NaN, double.NaN, false), Follow((0, Metric.GlobalGradientNorm, 0, 1)).Losses);

    [Theory]
    [InlineData(2, "needs 3 measurements of global_gradient_norm, had 2")]
    [InlineData(3, null)]
    public void AsManyAsPatienceAsksForAreEnough(int count, string? expected) =>
        Assert.Equal(expected, Follow([.. Enumerable.Range(0, count).Select(step => ((long)step, Metric.GlobalGradientNorm, 0, 1.0))]).WhyNotEvaluated?.ToString());

    /// <summary>The limit of a norm is so many times its reference.</summary>
    [Fact]
    public void ALimitIsAMultipleOfTheReference()
    {
        var probe = Follow();
        Assert.Equal(double.NaN, probe.Limit(8).Limit);
        probe.Refer(2.5);

        Assert.Equal((Metric.GlobalGradientNorm, 8.0, 10.0, ">"), (probe.Limit(8).Metric, probe.Limit(8).Value, probe.Limit(8).Limit, probe.Limit(8).Comparison));
    }

    private static Probe Follow(params (long Step, Metric Metric, int Scope, double Value)[] rows)
    {
        var facts = Measured.Facts();
        var probe = new Probe(new RuleContext(facts, facts.Scopes[ScopeTable.Run], _ => { }));
        foreach (var row in rows)
        {
            probe.Observe(new Measurement(row.Step, row.Metric, row.Scope, row.Value));
            probe.StepCompleted(row.Step);
        }

        return probe;
    }

    private sealed class Probe(RuleContext context) : GrowingNormEvaluator(context, Metric.GlobalGradientNorm, 4, 3)
    {
        public List<(long Step, double Norm)> Judged { get; } = [];

        public (double First, double Last, bool IsLost) Losses => (FirstLoss, Loss, HasLostLoss);

        public void Refer(double reference) => Reference = reference;

        public Reading Limit(double norm) => ToReading(norm);

        protected override void Judge(long step, double norm) => Judged.Add((step, norm));
    }
}
