using TrainingDoctor.Rules.Inputs;

namespace TrainingDoctor.Tests.Inputs;

/// <summary>Targets of a divergence: probabilities, or their logarithms, as the loss is told (TD1006).</summary>
public sealed class LogarithmTargetTests
{
    [Theory]
    [InlineData(true, 0.01, 0.9, true)]
    [InlineData(true, -6.0, -0.1, false)]
    [InlineData(true, -6.0, 0.0, false)]
    [InlineData(false, -6.0, -0.1, true)]
    [InlineData(false, 0.0, 0.9, false)]
    [InlineData(null, 0.01, 0.9, false)]
    public void EachTakesItsOwn(bool? takesLogarithms, double lowest, double highest, bool isFound)
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.KullbackLeibler, TypeName = "KLDivLoss", TakesLogTargets = takesLogarithms } };
        var trace = Trace.Of(Metric.TargetMinimum, Enumerable.Repeat(lowest, 30)).And(Trace.Of(Metric.TargetMaximum, Enumerable.Repeat(highest, 30)));

        var findings = RuleVerifier.Run(new InvalidTarget(new()), trace, run);

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(takesLogarithms == true ? "Probabilities go into a divergence that takes their logarithms" : "Logarithms go into a divergence that takes probabilities", finding.Title.ToString()));
    }
}
