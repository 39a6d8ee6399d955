using System.Globalization;
using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4008 on losses of the wrong size: sums in place of means, one part that outweighs the others, a language model that is worse than guessing.</summary>
public sealed class SummedLossTests
{
    [Theory]
    [InlineData("4 4 4 4 4", true)]
    [InlineData("4 4 4 4", false)]
    [InlineData("1 1 1 1 1", false)]
    public void ARunningSumIsToldWhereMostLooksFindIt(string looks, bool isTold) =>
        Assert.Equal(isTold ? "The reported loss is a running sum" : null, Title(Trace.Of(Metric.RecognizedReduction, Numbers(looks)).And(Trace.Of(Metric.Loss, 1, 2, 3, 4, 5, 6))));

    [Theory]
    [InlineData("one class", 1, null, false)]
    [InlineData("a vocabulary", 1001, null, false)]
    [InlineData("images that are made again", 4, TrainingTask.Reconstruction, false)]
    public void APartThatOutweighsTheClassesIsToldUnlessInputsAreMade(string name, double classes, TrainingTask? task, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, IsDominated(Enumerable.Repeat(50000.0, 20), Trace.Of(Metric.TargetClassCount, classes), task));
    }

    [Theory]
    [InlineData("a batch of 64", Metric.BatchSize, 64, false)]
    [InlineData("64 labels", Metric.TargetLabelCount, 64, false)]
    [InlineData("a loss that is a usual one", Metric.RecognizedLoss, 0, false)]
    public void ASumOverTheBatchIsNoOtherPart(string name, Metric metric, double value, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, IsDominated(Enumerable.Repeat(50000.0, 20), Trace.Of(Metric.TargetClassCount, 4.0).And(Trace.Of(metric, value))));
    }

    [Theory]
    [InlineData("50000 10 50000 50000 50000 50000", true)]
    [InlineData("10 50000 10 50000 50000 50000", false)]
    [InlineData("50000 50000 50000 1300 1300 1500", true)]
    public void TheMedianOfTheFirstThreeAndTheEndTellWhetherItIsSo(string losses, bool isTold) => Assert.Equal(isTold, IsDominated(Numbers(losses), Trace.Of(Metric.TargetClassCount, 4.0)));

    [Theory]
    [InlineData("14 10 10 12 14", false)]
    [InlineData("12 14 14 14 14", false)]
    [InlineData("16 16 16 8 5", true)]
    public void ALanguageModelThatBeginsWorseThanGuessingIsTold(string losses, bool isTold) =>
        Assert.Equal(isTold, Title(Trace.Of(Metric.Loss, Numbers(losses)), new RunDescription { Task = TrainingTask.LanguageModeling })?.Contains("worse than guessing", StringComparison.Ordinal) == true);

    [Theory]
    [InlineData("a trainer of anything", "text", 14, false, false)]
    [InlineData("one that is validated by an error of numbers", "huggingface", 14, true, false)]
    [InlineData("a loss that one may begin with", "huggingface", 37, false, true)]
    public void SomeLogsAreThoseOfLanguageModels(string name, string format, double loss, bool hasError, bool isTold)
    {
        _ = name;
        var trace = Trace.Of(Metric.Loss, Enumerable.Repeat(loss, 6));
        var run = new RunDescription { Log = new LogDescription { Format = format } };

        Assert.Equal(isTold, Title(hasError ? trace.And(Trace.Of(Metric.ValidationError, 0.5)) : trace, run) is not null);
    }

    /// <summary>Before training k classes cost ln k, and one of k answers is right.</summary>
    [Theory]
    [InlineData("answers fewer than by chance", 10, 64, 0.03, false)]
    [InlineData("answers more than by chance", 10, 64, 0.31, false)]
    [InlineData("two classes that are told apart", 2, 64, 0.66, false)]
    [InlineData("64 samples of a hundred classes", 100, 64, 0.01, true)]
    [InlineData("a batch that is no power of two", 10, 96, 0.1, false)]
    [InlineData("sums too small to tell", 2, 16, 0.5, false)]
    [InlineData("eight samples", 10, 8, 0.1, true)]
    public void ASumOverABatchOfUsualSizeIsTold(string name, double classes, double batch, double accuracy, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, IsSum(batch * Math.Log(classes), Trace.Of(Metric.Accuracy, accuracy)));
    }

    [Fact]
    public void AnyScoreThatBeginsAtChanceWillDo()
    {
        double sum = 64 * Math.Log(10);

        Assert.True(IsSum(sum, Trace.Of(Metric.ValidationAccuracy, 0.1)));
        Assert.True(IsSum(sum, Trace.Of(Metric.Accuracy, 10, 60)));
        Assert.True(IsSum(sum, Trace.Of(Metric.Accuracy, 0.9).And(Trace.Of(Metric.ValidationAccuracy, 0.1))));
        Assert.False(IsSum(sum, Trace.Of(Metric.ValidationError, 0.1)));
    }

    private static bool IsSum(double first, Trace scores) =>
        Title(Trace.Of(Metric.Loss, Enumerable.Range(0, 20).Select(step => first * Math.Exp(-step / 5.0))).And(scores))?.Contains("times that of guessing", StringComparison.Ordinal) == true;

    private static bool IsDominated(IEnumerable<double> losses, Trace targets, TrainingTask? task = null) =>
        Title(Trace.Of(Metric.Loss, losses).And(targets), new RunDescription { Task = task })?.Contains("outweighs", StringComparison.Ordinal) == true;

    private static string? Title(Trace trace, RunDescription? run = null) => RuleVerifier.Run(new ImplausibleLoss(new()), trace, run) is [var finding] ? finding.Title.ToString() : null;

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
}
