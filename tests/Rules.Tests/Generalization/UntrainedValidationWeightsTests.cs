using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

public sealed class UntrainedValidationWeightsTests
{
    [Fact]
    public void NamesAnAverageThatHasHardlyBegun()
    {
        var finding = Assert.Single(Run(0.05, validation: 2.2));

        Assert.Equal(("TD6009", Cause.StaleWeights), (finding.Rule.Id, finding.Causes[0].Cause));
        Assert.Equal(0.05, finding.Evidence[0].Value, 6);
    }

    [Theory]
    [InlineData("an average that keeps up", 0.9, 2.2)]
    [InlineData("one that lags, and does no harm", 0.2, 0.6)]
    public void SaysNothingOfAnAverageThatServes(string name, double progress, double validation)
    {
        _ = name;
        Assert.Empty(Run(progress, validation));
    }

    private static IReadOnlyList<Finding> Run(double progress, double validation) => RuleVerifier.Run(
        new UntrainedValidationWeights(new()),
        Trace.Of(Metric.Loss, Enumerable.Repeat(0.5, 60))
            .And(Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, 6).Select(index => validation * (1 - (0.02 * index)))).Every(10).From(9))
            .And(Trace.Of(Metric.EvaluatedWeightProgress, Enumerable.Repeat(progress, 6)).Every(10).From(9)));
}
