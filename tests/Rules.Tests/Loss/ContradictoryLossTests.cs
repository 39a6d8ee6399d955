using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4008 on a loss that rests far above what its answers cost: nearly all are right, and none of them is cheap.</summary>
public sealed class ContradictoryLossTests
{
    private static readonly RunDescription Known = new() { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };

    [Theory]
    [InlineData("98 percent right", 98, 1, true)]
    [InlineData("all right", 1, 1, true)]
    [InlineData("a loss of a few times the entropy", 0.98, 0.45, false)]
    [InlineData("scores that are no shares", 101, 1, false)]
    [InlineData("scores below zero", -0.98, 1, false)]
    public void HighScoresAtAHighLossContradictIt(string name, double accuracy, double level, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, IsTold(Resting(level, accuracy)));
    }

    [Theory]
    [InlineData(1.05, false)]
    [InlineData(0.98, true)]
    [InlineData(0.95, false)]
    public void ALossThatStillMovesIsNotAtRest(double before, bool isTold) => Assert.Equal(
        isTold,
        IsTold(Trace.Of(Metric.Loss, Enumerable.Range(0, 20).Select(step => step < 16 ? before : 1)).And(Trace.Of(Metric.Accuracy, Enumerable.Repeat(0.98, 20)))));

    /// <summary>The level of probabilities that pass a second softmax is told by another rule, unless the loss is known.</summary>
    [Fact]
    public void ProbabilitiesInPlaceOfLogitsAreToldByAnotherRule()
    {
        double floor = Math.Log(Math.E + 9) - 1;
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, 40).Select(step => floor + 0.02 + (0.7 * Math.Exp(-step / 4.0)))).And(Trace.Of(Metric.Accuracy, Enumerable.Repeat(0.98, 40)));

        Assert.False(IsTold(trace));
        Assert.True(IsTold(trace, Known));
    }

    private static Trace Resting(double level, double accuracy) => Trace.Of(Metric.Loss, Enumerable.Repeat(level, 20)).And(Trace.Of(Metric.Accuracy, Enumerable.Repeat(accuracy, 20)));

    private static bool IsTold(Trace trace, RunDescription? run = null) =>
        RuleVerifier.Run(new ImplausibleLoss(new()), trace, run).Any(finding => finding.Title.ToString().StartsWith("The loss is far too high", StringComparison.Ordinal));
}
