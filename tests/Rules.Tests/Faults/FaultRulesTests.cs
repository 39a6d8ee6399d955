using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Faults;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Faults;

public sealed class FaultRulesTests
{
    [Fact]
    public void ASilentLayerIsNamedWithTheLineToChange()
    {
        var finding = Assert.Single(RuleVerifier.Run(new LayerNotObserved(new()), FaultExamples.Calls(0), FaultExamples.Run));

        Assert.Equal((Severity.Info, "relu"), (finding.Severity, Assert.Single(finding.Layers)));
        Assert.Equal(RemedyActionKind.CallModulesWithCall, finding.Remedies[0].Actions[0].Kind);
        Assert.Contains("relu.call(x)", finding.Remedies[0].Code, StringComparison.Ordinal);
    }

    [Fact]
    public void SilenceIsNotEvaluatedWithoutTheModel() =>
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(new LayerNotObserved(new()), FaultExamples.Calls(0)).Outcome);

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, Severity.Info)]
    [InlineData(4, Severity.Info)]
    [InlineData(5, Severity.Warning)]
    [InlineData(8, Severity.Warning)]
    public void DamageIsJudgedByItsAmount(int places, Severity? expected)
    {
        var finding = RuleVerifier.Run(new DamagedLog(new()), Trace.Of(Metric.Loss, 3, 2, 1), FaultExamples.Log(places)).SingleOrDefault();

        Assert.Equal(expected, finding?.Severity);
        Assert.True(finding is null || finding.Message.ToString().Contains("metrics.csv(2)", StringComparison.Ordinal));
    }

    [Fact]
    public void ALiveRunHasNoLogToBeDamaged() =>
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(new DamagedLog(new()), Trace.Of(Metric.Loss, 3, 2, 1)).Outcome);
}
