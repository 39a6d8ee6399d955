using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6004 on how early the best validation must have been, how much worse the last ones, and what makes it a remark.</summary>
public sealed class OvertrainingLimitsTests
{
    [Theory]
    [InlineData("after the middle", 16, 9, null)]
    [InlineData("four before the end", 9, 4, null)]
    public void TheBestMustBeLongAgo(string name, int count, int best, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Find(Validations(count, best, 2, 1.3))?.Severity);
    }

    [Theory]
    [InlineData("by five percent", 2, 1.05, Severity.Info)]
    [InlineData("by next to nothing of what was won", 100, 1.2, null)]
    public void TheLastMustBeWorse(string name, double first, double last, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Find(Validations(16, 5, first, last))?.Severity);
    }

    [Theory]
    [InlineData("a score that was best later", Metric.ValidationAccuracy, new[] { 0.5, 0.6, 0.7, 0.8 }, Severity.Info)]
    [InlineData("an error that was least later", Metric.ValidationError, new[] { 0.5, 0.4, 0.3, 0.2 }, Severity.Info)]
    public void AScoreThatImprovedLaterMakesItARemark(string name, Metric metric, double[] scores, Severity expected)
    {
        _ = name;
        Assert.Equal(expected, Find(Validations(16, 5, 2, 1.3).And(Trace.Of(metric, scores).Every(5)))!.Severity);
    }

    /// <summary>Where the validations scatter as far, a rise is no more than a remark.</summary>
    [Fact]
    public void ARiseWithinTheScatterIsARemark() =>
        Assert.Equal(Severity.Info, Find(Trace.Of(Metric.ValidationLoss, 2, 1.6, 1.2, 1, 1.5, 1.05, 1.6, 1.1, 1.5, 1.02, 1.6, 1.1, 1.5, 1.05, 1.55, 1.1))!.Severity);

    [Fact]
    public void TellsTheStepTheSetAndHowManyCameAfter()
    {
        var found = Find(Validations(16, 5, 2, 1.3).Every(10).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 151).Select(step => Math.Exp(-step / 30.0)))))!;

        Assert.Equal((50L, 150L, null), (found.FirstStep, found.LastStep, found.Evidence[0].Layer));
        Assert.Contains("about 10 validations later", found.Message.ToString(), StringComparison.Ordinal);

        var other = Find(Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, 16).Select(row => 2.0 - (0.05 * row))).And(Trace.Of(Metric.ValidationLoss, "other", Validations(16, 5, 2, 1.3).Rows.Select(row => row.Value))))!;
        Assert.Equal(("other", 5L), (other.Evidence[0].Layer, other.FirstStep));
    }

    private static Trace Validations(int count, int best, double first, double last) =>
        Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, count).Select(row => row <= best ? first - ((first - 1) * row / best) : 1 + ((last - 1) * Math.Min(1, (row - best + 1) / 4.0))));

    private static Finding? Find(Trace trace) => RuleVerifier.Run(new Overtraining(new()), trace) is [var finding] ? finding : null;
}
