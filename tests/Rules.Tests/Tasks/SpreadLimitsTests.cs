using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>How far a spread of samples (TD9013) or of embeddings (TD9014) must fall, and what the loss says where no spread is told.</summary>
public sealed class SpreadLimitsTests
{
    private const int Count = 100;
    private static readonly RunDescription Views = new() { Task = TrainingTask.SelfSupervised };

    [Theory]
    [InlineData("a quarter of the best", 1, 2, 0.5, false)]
    [InlineData("the best comes later than the first", 0.125, 2, 0.484375, true)]
    [InlineData("no spread at any time", 0, 0, 0, false)]
    public void SamplesAreHeldAgainstTheirBest(string name, double first, double best, double end, bool isFound)
    {
        _ = name;
        var findings = RuleVerifier.Run(new ModeCollapse(new() { Share = 0.25 }), Trace.Of(Metric.SampleSpread, StepCurve.Levels((20, first), (30, best), (50, end))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((end, 0.5, 75L, 99L), (finding.Evidence[0].Value, finding.Evidence[0].Limit!.Value, finding.FirstStep, finding.LastStep)));
    }

    /// <summary>A single good sample among few spreads is the best; of many, a tenth of them is.</summary>
    [Theory]
    [InlineData(10, true)]
    [InlineData(100, false)]
    public void TheBestOfManyIsALevel(int count, bool isFound) =>
        Assert.Equal(isFound, RuleVerifier.Run(new ModeCollapse(new()), Trace.Of(Metric.SampleSpread, StepCurve.Levels((3, 0.25), (1, 2), (count - 4, 0.25)))).Count == 1);

    [Theory]
    [InlineData("a quarter of the beginning", 2, 2, 0.5, false)]
    [InlineData("a first value that is the highest", 2, 1, 0.484375, true)]
    [InlineData("a first value that is low", 0.125, 2.2, 0.484375, true)]
    public void EmbeddingsAreHeldAgainstTheirBeginning(string name, double first, double next, double end, bool isFound)
    {
        _ = name;
        var findings = RuleVerifier.Run(new RepresentationCollapse(new() { Share = 0.25 }), Trace.Of(Metric.EmbeddingSpread, StepCurve.Levels((1, first), (49, next), (50, end))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("The embeddings of all inputs are the same", 50L, end), (finding.Title.ToString(), finding.FirstStep, finding.Evidence[0].Value)));
    }

    [Theory]
    [InlineData("it has hardly left its beginning", 50, 2, 1.8125, "The loss has hardly left where it began")]
    [InlineData("it fell by an eighth", 50, 2, 1.75, null)]
    [InlineData("a run that is not long", 49, 2, 1.8125, null)]
    [InlineData("it rose in warm-up and is back", 50, 1, 1.9375, "The loss has hardly left where it began")]
    [InlineData("views that agree", 50, -0.98828125, -0.9921875, "The views agree perfectly from the start")]
    [InlineData("views that agree as much as may be", 50, -0.9921875, -0.984375, null)]
    [InlineData("views that came to agree", 50, -0.5, -0.9921875, null)]
    [InlineData("views that agree as much as may be in the beginning", 50, -0.984375, -0.9921875, null)]
    [InlineData("a loss that is no cosine", 50, -3, -4, null)]
    public void WithoutASpreadTheLossGivesAHint(string name, int count, double start, double end, string? title)
    {
        _ = name;
        var findings = RuleVerifier.Run(new RepresentationCollapse(new() { SmallFall = 0.125, Agreement = -0.984375 }), Trace.Of(Metric.Loss, StepCurve.Change(count, 40 * count / 100, start, end)), Views);

        Assert.Equal(title, findings.SingleOrDefault()?.Title.ToString());
        Assert.All(findings, finding => Assert.Equal((Severity.Info, 0.5), (finding.Severity, finding.Confidence)));
    }

    /// <summary>A loss is a hint only where views are held against each other, and a spread comes before it.</summary>
    [Theory]
    [InlineData("ten spreads", 10, 60, true, RuleOutcome.Passed)]
    [InlineData("nine spreads and a loss that says it", 9, 60, true, RuleOutcome.Found)]
    [InlineData("nine spreads and a loss of another task", 9, 60, false, RuleOutcome.NotEvaluated)]
    [InlineData("no spread and nine losses", 0, 9, true, RuleOutcome.NotEvaluated)]
    [InlineData("no spread and ten losses", 0, 10, true, RuleOutcome.Passed)]
    public void TheSpreadComesBeforeTheLoss(string name, int spreads, int losses, bool isOfViews, RuleOutcome expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.EmbeddingSpread, Enumerable.Repeat(0.5, spreads)).And(Trace.Of(Metric.Loss, Enumerable.Repeat(6.25, losses)));

        Assert.Equal(expected, RuleVerifier.Status(new RepresentationCollapse(new()), trace, isOfViews ? Views : new RunDescription()).Outcome);
    }
}
