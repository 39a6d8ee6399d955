using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6003 on validations that never change, know the rows of the training, or are too good: how many it takes, and what excuses them.</summary>
public sealed class SuspiciousValidationLimitsTests
{
    private static readonly RunDescription Logged = new() { Log = new LogDescription { Format = "text" } };

    [Theory]
    [InlineData("twice at the limit", new[] { 0.95, 0.95 }, 1, 2)]
    [InlineData("not twice in a row", new[] { 1, 0.5, 1, 0.5 }, -1, 0)]
    public void KnownRowsAreToldTwiceInARow(string name, double[] overlaps, long first, int count)
    {
        _ = name;
        var found = Find(Falling.And(Trace.Of(Metric.ValidationOverlap, overlaps)));

        Assert.Equal(first, found?.FirstStep ?? -1);
        Assert.True(found is null || found.Message.ToString().Contains($" in {count} validations", StringComparison.Ordinal));
    }

    /// <summary>The training loss falls from 2 to a tenth unless said otherwise.</summary>
    [Theory]
    [InlineData("nine equal scores", Metric.ValidationAccuracy, 0.75, 9, false)]
    [InlineData("a hundred percent right", Metric.ValidationAccuracy, 100, 10, false)]
    [InlineData("ten equal errors", Metric.ValidationError, 1, 10, true)]
    [InlineData("no error", Metric.ValidationError, 0, 10, false)]
    public void TenThatAreEqualAreTooMany(string name, Metric metric, double value, int count, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, Find(Falling.And(Trace.Of(metric, Enumerable.Repeat(value, count))))?.Title.ToString().Contains("never changes", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void AnotherSetIsNamed()
    {
        var found = Find(Falling.And(Trace.Of(Metric.ValidationAccuracy, "other", Enumerable.Repeat(0.75, 12)).From(4)))!;

        Assert.Equal(("other", 4L), (found.Evidence[0].Layer, found.FirstStep));
        Assert.StartsWith("All 12 validations", found.Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A few equal scores tell something where training answers far better.</summary>
    [Theory]
    [InlineData("two, far below the training", 0.5, 2, 0.75, false)]
    [InlineData("three, near the training", 0.5, 3, 0.6, false)]
    [InlineData("three, far below the training in percent", 50, 3, 75, true)]
    [InlineData("three, beside scores that are no shares", 0.5, 3, 101, false)]
    public void ThreeAreEnoughWhereTrainingIsFarBetter(string name, double score, int count, double training, bool isTold)
    {
        _ = name;
        var trace = Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 30)).And(Trace.Of(Metric.Accuracy, Enumerable.Repeat(training, 30))).And(Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, 5).Select(row => 1 + (0.1 * row))));

        Assert.Equal(isTold, Find(trace.And(Trace.Of(Metric.ValidationAccuracy, Enumerable.Repeat(score, count)))) is not null);
    }

    [Theory]
    [InlineData("the training fell by less than a fifth", Metric.Loss, 0.85, false)]
    [InlineData("the validation fell, nothing known of the training", Metric.ValidationLoss, 0.7, true)]
    public void SomethingMustHaveChanged(string name, Metric metric, double to, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, Find(Trace.Of(metric, [1, .. Enumerable.Range(0, 60).Select(step => to + (0.0001 * (step % 2)))]).And(Trace.Of(Metric.ValidationAccuracy, Enumerable.Repeat(0.75, 12)))) is not null);
    }

    /// <summary>A validation loss of next to nothing, beside a training that began at 2 and rests at a tenth.</summary>
    [Theory]
    [InlineData("twice", 0.0019, 2, false, 0.9, false, null)]
    [InlineData("in a log, all answers right in percent", 0.0019, 3, true, 100, false, Severity.Warning)]
    [InlineData("in a log, on rows that were compared", 0.0019, 3, true, 1, true, Severity.Info)]
    public void TooGoodToBeTrue(string name, double loss, int count, bool isLogged, double score, bool isCompared, Severity? expected)
    {
        _ = name;
        var trace = Falling.And(Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, count).Select(row => loss * (count - row + 1) / 2)).From(20)).And(Trace.Of(Metric.ValidationAccuracy, Enumerable.Repeat(score, count)).From(20));

        Assert.Equal(expected, Find(isCompared ? trace.And(Trace.Of(Metric.ValidationOverlap, 0.0)) : trace, isLogged ? Logged : null)?.Severity);
    }

    /// <summary>All answers of training and validation are right from the first on, and those of validation cost less.</summary>
    [Theory]
    [InlineData("from the first on, in percent", 100, 100, 0.05, Severity.Warning)]
    [InlineData("from the second on", 1, 0.9, 0.05, null)]
    [InlineData("after a training that had to learn", 0.99, 1, 0.05, null)]
    public void PerfectAtOnceIsTooGood(string name, double training, double first, double loss, Severity? expected)
    {
        _ = name;
        double all = first > 1 ? 100 : 1;
        var trace = Falling.And(Trace.Of(Metric.Accuracy, [training, .. Enumerable.Repeat(all, 29)])).And(Trace.Of(Metric.ValidationAccuracy, first, all, all, all)).And(Trace.Of(Metric.ValidationLoss, 1.3 * loss, 1.2 * loss, 1.1 * loss, loss));

        Assert.Equal(expected, Find(trace, Logged)?.Severity);
    }

    [Theory]
    [InlineData(4, -1)]
    [InlineData(5, 1)]
    public void FiveEqualPairsAreOneLoss(int pairs, long first)
    {
        var losses = Enumerable.Range(1, pairs).Select(step => 1.0 / step);
        var found = Find(Trace.Of(Metric.Loss, [2, .. losses]).And(Trace.Of(Metric.ValidationLoss, [3, .. losses])));

        Assert.Equal(first, found?.FirstStep ?? -1);
    }

    [Fact]
    public void SaysWhyItDoesNotJudge()
    {
        Assert.Equal("needs 3 validations, had 2", RuleVerifier.Status(new SuspiciousValidation(new()), Falling.And(Trace.Of(Metric.ValidationAccuracy, 0.5, 0.6))).Reason!.ToString());
        Assert.Null(RuleVerifier.Status(new SuspiciousValidation(new()), Falling.And(Trace.Of(Metric.ValidationAccuracy, 0.5, 0.6, 0.7))).Reason);
    }

    private static Trace Falling { get; } = Trace.Of(Metric.Loss, Enumerable.Range(0, 30).Select(step => step < 12 ? 2 - (0.15 * step) : 0.1 + (0.01 * (step % 2))));

    private static Finding? Find(Trace trace, RunDescription? run = null) => RuleVerifier.Run(new SuspiciousValidation(new()), trace, run) is [var finding] ? finding : null;
}
