using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4008 on single losses that cannot be: below zero where the loss is a distance or a cross entropy, or minus the logarithm of the smallest number.</summary>
public sealed class NegativeLossTests
{
    private const double Smallest = 87.3365;

    private static readonly RunDescription Logged = new() { Log = new LogDescription { Format = "text" } };

    [Theory]
    [InlineData(LossKind.CrossEntropy, 3, Severity.Error)]
    [InlineData(LossKind.PoissonNegativeLogLikelihood, 3, null)]
    [InlineData(LossKind.KullbackLeibler, 3, null)]
    public void ThreeLossesBelowZeroAreAnErrorOfAKnownLoss(LossKind kind, int count, Severity? expected)
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = kind, TypeName = "Loss" } };

        Assert.Equal(expected, Told(Trace.Of(Metric.Loss, [1, 0.9, .. Enumerable.Range(1, count).Select(index => -0.1 * index), 0.5]), run));
    }

    /// <summary>What a log tells of answers, in shares or percent, says that its loss is one of classes.</summary>
    [Theory]
    [InlineData("percent of right answers", new[] { 50.0, 100 }, true, Severity.Warning)]
    [InlineData("percent of right answers of a live run", new[] { 50.0, 100 }, false, null)]
    [InlineData("more than all answers", new[] { 50.0, 101 }, true, null)]
    [InlineData("less than no answer", new[] { -0.1, 0.8 }, true, null)]
    public void ALossBesideAScoreCannotBeNegative(string name, double[] scores, bool isLogged, Severity? expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.Accuracy, scores).And(Trace.Of(Metric.Loss, 1, 0.5, -0.1, -0.2, -0.3));

        Assert.Equal(expected, Told(trace, isLogged ? Logged : null));
    }

    /// <summary>A loss that began below zero is one of a kind that may, unless it runs away while the score stands still.</summary>
    [Theory]
    [InlineData("runs away", -11, new[] { 90.5, 100 }, Severity.Warning)]
    [InlineData("runs away while the score rises by a tenth", -11, new[] { 90.0, 100 }, null)]
    public void ALossThatBeganBelowZeroMayBeMeantSo(string name, double last, double[] scores, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Trace.Of(Metric.Accuracy, scores).And(Trace.Of(Metric.Loss, -1, -2, -5, last)), Logged));
    }

    [Theory]
    [InlineData(Smallest, 3, Severity.Error)]
    [InlineData(Smallest - 0.002, 3, null)]
    public void TheLogarithmOfTheSmallestNumberIsAnUnderflow(double value, int count, Severity? expected) =>
        Assert.Equal(expected, Told(Trace.Of(Metric.Loss, [2, 1.9, .. Enumerable.Repeat(value, count), 1.8, double.NaN])));

    /// <summary>The evidence is the first of them, the last is told, and all are counted.</summary>
    [Fact]
    public void TellsTheFirstTheLastAndTheirNumber()
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };

        var finding = Assert.Single(RuleVerifier.Run(new ImplausibleLoss(new()), Trace.Of(Metric.Loss, 1, -0.25, 1, -0.5, -0.75, 1, -0.125, 1), run));

        Assert.Equal((1L, -0.25, 6L), (finding.Evidence[0].Step, finding.Evidence[0].Value, finding.LastStep));
        Assert.StartsWith("4 losses were below zero", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheLossOfAnotherSetIsNotThatOfTheRun()
    {
        var run = new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };

        Assert.Null(Told(Trace.Of(Metric.Loss, 1, 0.9, 0.8, 0.7).And(Trace.Of(Metric.Loss, "other", -1, -1, -1, -1)), run));
    }

    [Fact]
    public void TwoLossesAreTooFew()
    {
        var status = RuleVerifier.Status(new ImplausibleLoss(new()), Trace.Of(Metric.Loss, 1, 0.9, double.NaN));

        Assert.Equal((RuleOutcome.NotEvaluated, "needs 3 losses, had 2"), (status.Outcome, status.Reason!.ToString()));
    }

    private static Severity? Told(Trace trace, RunDescription? run = null) => RuleVerifier.Run(new ImplausibleLoss(new()), trace, run) is [var finding] ? finding.Severity : null;
}
