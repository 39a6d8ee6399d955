using System.Globalization;
using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4002 on losses that hardly move: how many it takes, what else may show learning, and how grave it is.</summary>
public sealed class StalledLossLimitsTests
{
    private static readonly RunDescription Classes = new() { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };

    /// <summary>A few losses tell something where they repeat themselves, where all are a guess's, or where they lie within a small range.</summary>
    [Theory]
    [InlineData("0.7 0.7", null)]
    [InlineData("0 0 0", null)]
    [InlineData("2.302 2.303 2.304 2.301", null)]
    [InlineData("2.302 2.31 2.304 2.301 2.3", Severity.Warning)]
    [InlineData("2.302 2.303 2.304 2.27 2.3", null)]
    [InlineData("1 1.001 1.0005 1 1.0015", Severity.Warning)]
    public void FewLossesTellLittle(string losses, Severity? expected) => Assert.Equal(expected, Told(Trace.Of(Metric.Loss, Numbers(losses))));

    [Theory]
    [InlineData("2.302 2.31", null)]
    [InlineData("2.302 2.31 2.304", Severity.Warning)]
    public void ThreeLossesOfAGuessAreEnoughWhereItIsKnown(string losses, Severity? expected) => Assert.Equal(expected, Told(TenClasses.And(Trace.Of(Metric.Loss, Numbers(losses))), Classes));

    [Theory]
    [InlineData("a score that rises", Metric.ValidationAccuracy, "0.1 0.2 0.3 0.5 0.6 0.7", null)]
    [InlineData("a validation that falls", Metric.ValidationLoss, "2 1.8 1.6 1.4 1.2 1", null)]
    public void WhatElseShowsLearningIsHeard(string name, Metric metric, string values, Severity? expected)
    {
        _ = name;
        var others = Trace.Of(metric, Numbers(values));

        Assert.Equal(expected, Told(others.Every(10).And(Trace.Of(Metric.Loss, Still(60)))));
        Assert.Equal(expected, Told(others.And(Trace.Of(Metric.Loss, 1, 1.001, 1.0005, 1, 1.0015, 1.001))));
        Assert.Equal(expected, Told(others.And(TenClasses).And(Trace.Of(Metric.Loss, 2.302, 2.31, 2.304, 2.32, 2.3, 2.31)), Classes));
    }

    [Theory]
    [InlineData("two hundred", 200, null, Severity.Error)]
    [InlineData("many losses of a log", 240, "text", Severity.Warning)]
    public void ALiveRunOfManyStepsHasNoExcuse(string name, int losses, string? format, Severity expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Trace.Of(Metric.Loss, Still(losses)), format is null ? null : new RunDescription { Log = new LogDescription { Format = format } }));
    }

    /// <summary>A log may begin in the middle of a training, near its floor.</summary>
    [Theory]
    [InlineData("resumed", 5000, "text", false, 0, Severity.Info)]
    [InlineData("resumed at a guess", 5000, "text", true, 0, Severity.Error)]
    [InlineData("resumed, equal to the last digit", 5000, "text", false, 1, Severity.Error)]
    public void ALogThatBeginsLateMayBeFine(string name, int first, string format, bool isGuess, int equal, Severity expected)
    {
        _ = name;
        var losses = equal == 1 ? Enumerable.Repeat(1.5, 60) : Still(60).Select(loss => isGuess ? 2.3 * loss : loss);
        var trace = Trace.Of(Metric.Loss, losses);
        var run = new RunDescription { Log = new LogDescription { Format = format, LossIsAveraged = true } };

        Assert.Equal(expected, Told((isGuess ? TenClasses.And(trace) : trace).From(first), isGuess ? run with { Loss = Classes.Loss } : run));
    }

    [Theory]
    [InlineData("falls by six percent", 0.94, null)]
    [InlineData("rises by fifteen percent", 1.15, null)]
    public void AChangeOfAFewPercentIsSeen(string name, double to, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => step < 20 ? 1 + ((to - 1) * step / 20) : to).Zip(Still(60), (level, noise) => level * noise))));
    }

    /// <summary>A slow fall that is certain is one, however small.</summary>
    [Theory]
    [InlineData("steadily", 0.0003, null)]
    [InlineData("not at all", 0, Severity.Warning)]
    public void ASlowFallThatIsCertainIsOne(string name, double pace, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => 1 - (pace * step) + (0.0005 * (step % 2))))));
    }

    [Theory]
    [InlineData("at less than half of a guess", 1, null)]
    [InlineData("at more than half of a guess", 1.3, Severity.Warning)]
    public void ALossFarBelowAGuessHasFallenBefore(string name, double level, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(TenClasses.And(Trace.Of(Metric.Loss, Still(60).Select(loss => level * loss))), Classes));
    }

    /// <summary>Losses that are equal from the very first on are told while the run goes on; those that are equal later are not.</summary>
    [Theory]
    [InlineData("zero from the first on", new[] { 0.0, 0 }, 30, null)]
    [InlineData("equal after a fall", new[] { 3.0, 1.5 }, 30, null)]
    public void EqualLossesAreNoNoise(string name, double[] first, int count, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Trace.Of(Metric.Loss, [.. first, .. Enumerable.Repeat(first[1], count)])));
    }

    [Theory]
    [InlineData("falls to half", 0.5, true)]
    [InlineData("falls by three percent", 0.97, false)]
    public void EqualLossesThatMoveAtLastAreARemark(string name, double to, bool isBack)
    {
        _ = name;
        var finding = Assert.Single(RuleVerifier.Run(new StalledLoss(new()), Trace.Of(Metric.Loss, [.. Enumerable.Repeat(1.0, 20), .. Enumerable.Repeat(to, 60)])));

        Assert.Equal((isBack ? Severity.Info : Severity.Error, isBack), (finding.Severity, finding.RecoveredAt is not null));
    }

    private static Trace TenClasses { get; } = Trace.Of(Metric.TargetClassCount, 10.0).And(Trace.Of(Metric.TargetMajorityFraction, 0.1));

    private static IEnumerable<double> Still(int count) => Enumerable.Range(0, count).Select(step => 1 + (0.01 * Math.Sin(2.1 * step)));

    private static Severity? Told(Trace trace, RunDescription? run = null) => RuleVerifier.Run(new StalledLoss(new()), trace, run) is [var finding] ? finding.Severity : null;

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
}
