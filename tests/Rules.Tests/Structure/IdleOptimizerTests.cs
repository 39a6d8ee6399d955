using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>An optimizer that remembers nothing of its steps takes none.</summary>
public sealed class IdleOptimizerTests
{
    [Theory]
    [InlineData("made anew for each step", 40, 40, 1e-3, null, Severity.Warning)]
    [InlineData("remembers from the first step on", 0, 1, 1e-3, null, null)]
    [InlineData("gradients are added up over thirty steps first", 30, 31, 1e-3, null, null)]
    [InlineData("the first steps overflow and are left out", 5, 6, 1e-3, null, null)]
    [InlineData("nothing moves at all", 40, 40, 0, null, null)]
    [InlineData("looked at too seldom", 9, 9, 1e-3, null, null)]
    [InlineData("looked at as often as it takes", 10, 10, 1e-3, null, Severity.Warning)]
    [InlineData("two networks, each with its own", 40, 40, 1e-3, TrainingTask.Adversarial, Severity.Info)]
    public void TellsAnOptimizerThatNeverSteps(string name, int idle, int looks, double update, TrainingTask? task, Severity? expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.OptimizerIdle, Enumerable.Range(0, looks).Select(step => step < idle ? 1.0 : 0)).And(Trace.Of(Metric.UpdateRatio, "w0", Enumerable.Repeat(update, 40)))
            .And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 40)));
        var findings = RuleVerifier.Run(new UnregisteredParameters(new()), trace, new RunDescription { Model = Piece.Custom(Piece.Linear(8, 8)), Task = task });

        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
        Assert.All(findings, finding => Assert.Equal((Cause.WrongOptimizerParameters, RemedyActionKind.RegisterParameters), (finding.Causes[0].Cause, finding.Remedies[0].Actions[0].Kind)));
    }
}
