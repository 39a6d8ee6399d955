using TrainingDoctor.Rules.Loss;
using TrainingDoctor.Tests.Families;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4003 on how far a loss must have risen, and above what: its first value, its lowest, what a guess costs; and how grave that is.</summary>
public sealed class DivergingLossLimitsTests
{
    private static readonly RunDescription Classes = new() { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } };

    /// <summary>Of a few losses none may come near the first any more.</summary>
    [Theory]
    [InlineData(new[] { 1.0, 2, 3 }, null)]
    [InlineData(new[] { 1.0, 3, 1.375, 4, 5 }, Severity.Warning)]
    [InlineData(new[] { 1.0, 2, 10.5, 11 }, Severity.Error)]
    [InlineData(new[] { -1.0, 2, 3, 4 }, null)]
    [InlineData(new[] { 1.0, 3, 2, 4 }, null)]
    [InlineData(new[] { 1.0, 3.5, 3, 4 }, Severity.Warning)]
    public void FewLossesMustAllLieAboveTheFirst(double[] losses, Severity? expected) => Assert.Equal(expected, Told(Trace.Of(Metric.Loss, losses)));

    /// <summary>Or each after the lowest is higher than the one before, until more than half of the fall is lost.</summary>
    [Theory]
    [InlineData("three that rise by half of the fall", new[] { 3.0, 1, 1.5, 1.75, 2.25 }, null)]
    [InlineData("one that falls again", new[] { 2.0, 1, 1.5, 1.4, 1.75 }, null)]
    public void FewLossesThatOnlyRiseGiveBackWhatWasWon(string name, double[] losses, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Trace.Of(Metric.Loss, losses)));
    }

    [Theory]
    [InlineData(2, Severity.Warning)]
    [InlineData(3, null)]
    public void ARestartExcusesAFewLossesThatRise(double ratio, Severity? expected) =>
        Assert.Equal(expected, Told(Trace.Of(Metric.Loss, 2, 1, 1.25, 1.5, 1.75).And(Trace.Of(Metric.LearningRate, 1, 1, ratio, ratio, ratio))));

    /// <summary>Several times the beginning count already while the run goes on.</summary>
    [Theory]
    [InlineData("more than three times", 3.5, 40, 34)]
    [InlineData("more than ten times, in thirty losses", 11, 10, 29)]
    public void ARisenLevelIsToldWhileTheRunGoesOn(string name, double to, int count, long since)
    {
        _ = name;
        var finding = Assert.Single(RuleVerifier.Run(new DivergingLoss(new()), Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 20).Concat(Enumerable.Repeat(to, count)))));

        Assert.Equal(since, finding.FirstStep);
    }

    [Theory]
    [InlineData("comes back below its beginning", 0.5, true)]
    [InlineData("stays at its beginning", 1, false)]
    public void ALossThatComesBackIsARemark(string name, double after, bool isBack)
    {
        _ = name;
        var finding = Assert.Single(RuleVerifier.Run(new DivergingLoss(new()), Trace.Of(Metric.Loss, [.. Enumerable.Repeat(1.0, 20), .. Enumerable.Repeat(5.0, 30), .. Enumerable.Repeat(after, 30)])));

        Assert.Equal((isBack, isBack), (finding.RecoveredAt is not null, finding.Title.ToString().Contains("was back at step", StringComparison.Ordinal)));
        Assert.Equal(isBack, finding.Severity == Severity.Info);
    }

    [Theory]
    [InlineData("by a twentieth", 1.05, Severity.Info)]
    [InlineData("to more than twice the beginning", 2.5, Severity.Error)]
    public void ALossThatEndsAboveItsBeginningHasDiverged(string name, double to, Severity? expected)
    {
        _ = name;
        Assert.Equal(expected, Told(Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => Wobble(step) * (step < 10 ? 1 : Math.Min(to, 1 + ((to - 1) * (step - 10) / 30.0)))))));
    }

    [Theory]
    [InlineData("a validation that improved", 1, 0.5, Severity.Info)]
    [InlineData("a validation that rose", 0.5, 1, Severity.Warning)]
    public void ATrainingThatIsMadeHarderValidatesBetter(string name, double first, double last, Severity expected)
    {
        _ = name;
        Assert.Equal(expected, Told(GivingBack(60, 0.33).And(Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, 12).Select(row => first + ((last - first) * row / 11))).Every(5))));
    }

    /// <summary>A first step far too large hides where training began; what a guess costs does not change.</summary>
    [Theory]
    [InlineData("more than ten times a guess", 25, 1, Severity.Error)]
    [InlineData("more than three times a guess, from as high", 7.5, 7, null)]
    public void ALevelFarAboveAGuessIsNoHonestOne(string name, double level, double first, Severity? expected)
    {
        _ = name;
        var losses = Trace.Of(Metric.Loss, [first, .. Enumerable.Range(0, 28).Select(step => level * Wobble(step) * (1 + (5 * Math.Exp(-step / 2.0))))]);

        Assert.Equal(expected, Told(TenClasses.And(losses), Classes));
    }

    [Theory]
    [InlineData("of classes", null, Severity.Warning)]
    [InlineData("of timesteps, which differ by more", TrainingTask.Diffusion, null)]
    public void TimestepsBeginAnywhere(string name, TrainingTask? task, Severity? expected)
    {
        _ = name;
        var losses = Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => step is 0 or 1 ? 0.1 : Wobble(step)));

        Assert.Equal(expected, Told(losses, new RunDescription { Task = task }));
    }

    [Theory]
    [InlineData(20, Cause.LearningRateTooHigh, RemedyActionKind.ScaleLearningRate)]
    [InlineData(21, Cause.UnscaledData, RemedyActionKind.ScaleInputs)]
    public void LargeInputsAreBlamed(double largest, Cause cause, RemedyActionKind advice)
    {
        var finding = Assert.Single(RuleVerifier.Run(new DivergingLoss(new()), Trace.Of(Metric.Loss, 1, 2, 3, 4).And(Trace.Of(Metric.InputAbsoluteMaximum, largest))));

        Assert.Equal((cause, advice), (finding.Causes[0].Cause, finding.Remedies[0].Actions[0].Kind));
    }

    /// <summary>Means of all losses so far wander: one that began low by chance comes up, and nothing has diverged.</summary>
    [Theory]
    [InlineData("means of losses that vary", 0.5, false)]
    [InlineData("a smooth curve", 0, true)]
    public void AMeanOfAllBeforeComesUpByChance(string name, double variation, bool isTold)
    {
        _ = name;
        var dice = new Dice(3);
        double sum = 0;
        double[] means = [.. Enumerable.Range(0, 300).Select(step => (sum += (step < 4 ? 0.2 : 1) + (step < 4 ? 0 : variation * dice.Normal())) / (step + 1))];

        Assert.Equal(isTold, RuleVerifier.Run(new DivergingLoss(new()), Trace.Of(Metric.Loss, means)).Any(finding => finding.Severity >= Severity.Warning));
    }

    [Fact]
    public void OtherSetsAreNotTheRun() => Assert.Null(Told(Trace.Of(Metric.Loss, 2, 1.8, 1.6, 1.4).And(Trace.Of(Metric.Loss, "other", 1, 2, 3, 4))));

    private static Trace TenClasses { get; } = Trace.Of(Metric.TargetClassCount, 10.0).And(Trace.Of(Metric.TargetMajorityFraction, 0.1));

    private static double Wobble(int step) => 1 + (0.01 * Math.Sin(2.1 * step));

    private static Trace GivingBack(int count, double share) =>
        Trace.Of(Metric.Loss, Enumerable.Range(0, count).Select(step => step / (count - 1.0)).Select((at, step) => Wobble(step) * (at < 0.4 ? 2 - (at / 0.4) : 1 + (share * Math.Min(1, (at - 0.4) / 0.4)))));

    private static Severity? Told(Trace trace, RunDescription? run = null) => RuleVerifier.Run(new DivergingLoss(new()), trace, run) is [var finding] ? finding.Severity : null;
}
