using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>From which levels on one of two networks has won (TD9012): a hundred losses of each, which change once.</summary>
public sealed class AdversarialLevelsTests
{
    private const int Count = 100;

    [Theory]
    [InlineData("ahead, while the other doubles", 0.5, 0.02, 50, 1, 2, Severity.Info)]
    [InlineData("at the level", 0.5, 0.03, 50, 1, 2, null)]
    [InlineData("the other is half as large again", 0.5, 0.02, 50, 1, 1.5, null)]
    [InlineData("the other is large, though not by itself", 0.5, 0.02, 50, 3, 4, null)]
    [InlineData("the other is twice as large as that", 0.5, 0.02, 50, 3, 8, Severity.Info)]
    [InlineData("the other has no end", 0.5, 0.02, 50, 3, 8.0625, Severity.Warning)]
    [InlineData("zero to three decimals, the other as it was", 0.5, 0.0004, 50, 1, 1, Severity.Warning)]
    [InlineData("not quite zero, the other as it was", 0.5, 0.0005, 50, 1, 1, null)]
    [InlineData("next to nothing beside a large one", 0.5, 0.009, 50, 3, 4.0625, Severity.Warning)]
    [InlineData("not quite nothing beside a large one", 0.5, 0.01, 50, 3, 4.0625, Severity.Info)]
    [InlineData("less than a hundredth for half of the run", 0.5, 0.004, 50, 1, 2, Severity.Warning)]
    [InlineData("a hundredth for half of the run", 0.5, 0.005, 50, 1, 2, Severity.Info)]
    [InlineData("less than a hundredth, the other as it was", 0.5, 0.004, 50, 1, 1.25, null)]
    [InlineData("nothing for a quarter of the run", 0.5, 0.0004, 75, 1, 2, Severity.Warning)]
    [InlineData("a tenth of the run", 0.5, 0.02, 90, 1, 2, Severity.Info)]
    [InlineData("a fifth of a small beginning", 0.125, 0.025, 50, 1, 2, null)]
    [InlineData("ahead nearly from the beginning", 0.5, 0.02, 8, 1, 2, Severity.Info)]
    [InlineData("a critic, which may be negative", 0.5, -0.001, 50, 1, 2, null)]
    [InlineData("a critic whose other may be", 0.5, 0.02, 50, -0.001, 5, null)]
    [InlineData("the other begins with nothing", 0.5, 0.02, 50, 0, 2, Severity.Info)]
    [InlineData("exactly nothing", 0.5, 0, 50, 1, 2, Severity.Warning)]
    public void TheLevelsOfBothTellWhoHasWon(string name, double fair, double level, int from, double before, double other, Severity? expected)
    {
        _ = name;
        var findings = RuleVerifier.Run(new AdversarialImbalance(new()), Losses(Metric.DiscriminatorLoss, fair, level, from).And(Losses(Metric.GeneratorLoss, before, other, from)));

        Assert.Equal(expected, findings.SingleOrDefault()?.Severity);
        Assert.All(findings, finding => Assert.Equal(("The discriminator has won", (long)from, 99L), (finding.Title.ToString(), finding.FirstStep, finding.LastStep)));
    }

    /// <summary>A generator that has won is a remark, however clearly.</summary>
    [Theory]
    [InlineData(0.02, 2, 0.5)]
    [InlineData(0.0001, 9, 0.75)]
    public void AGeneratorThatHasWonIsARemark(double level, double other, double confidence)
    {
        var finding = Assert.Single(RuleVerifier.Run(new AdversarialImbalance(new()), Losses(Metric.GeneratorLoss, 0.5, level, 40).And(Losses(Metric.DiscriminatorLoss, 1, other, 40))));

        Assert.Equal(("The generator has won", Severity.Info, confidence), (finding.Title.ToString(), finding.Severity, finding.Confidence));
        Assert.Single(finding.Remedies);
    }

    /// <summary>A discriminator may be given a head start: what a fair game is, the very first losses tell where they are the highest.</summary>
    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.1, false)]
    public void TheFirstLossesTellWhatIsFair(double first, bool isFound)
    {
        var discriminator = Trace.Of(Metric.DiscriminatorLoss, StepCurve.Levels((5, first), (45, 0.1), (50, 0.024)));

        Assert.Equal(isFound, RuleVerifier.Run(new AdversarialImbalance(new()), discriminator.And(Losses(Metric.GeneratorLoss, 1, 2, 50))).Count == 1);
    }

    /// <summary>On its way down a loss passes through all levels; where it came to counts.</summary>
    [Theory]
    [InlineData(32, 0.004, Severity.Warning)]
    [InlineData(32, 0.006, Severity.Info)]
    public void TheLaterHalfOfTheLowTellsHowLowItIs(int first, double level, Severity expected)
    {
        var discriminator = Trace.Of(Metric.DiscriminatorLoss, StepCurve.Levels((40, 0.5), (first, 0.02), (60 - first, level)));

        var finding = Assert.Single(RuleVerifier.Run(new AdversarialImbalance(new()), discriminator.And(Losses(Metric.GeneratorLoss, 1, 2, 40))));

        Assert.Equal((expected, 0.02), (finding.Severity, finding.Evidence[0].Value));
    }

    [Theory]
    [InlineData(20, 20, RuleOutcome.Found)]
    [InlineData(20, 19, RuleOutcome.NotEvaluated)]
    public void TwentyLossesOfEachAreNeeded(int discriminators, int generators, RuleOutcome expected)
    {
        var trace = Trace.Of(Metric.DiscriminatorLoss, StepCurve.Change(discriminators, 8, 0.5, 0.0001)).And(Trace.Of(Metric.GeneratorLoss, StepCurve.Change(generators, 8, 1, 9)));

        Assert.Equal(expected, RuleVerifier.Status(new AdversarialImbalance(new()), trace).Outcome);
    }

    /// <summary>Of several pairs each is judged by itself, and the most serious is told; who has no partner of its name is held against the first.</summary>
    [Theory]
    [InlineData("the second pair", "b", 0.0001, Severity.Warning, 9)]
    [InlineData("one without a partner", "c", 0.0001, Severity.Warning, 2)]
    public void OfSeveralPairsTheMostSeriousIsTold(string name, string partner, double level, Severity expected, double other)
    {
        _ = name;
        var trace = Pair(Metric.DiscriminatorLoss, "a", 0.5, 0.02).And(Pair(Metric.GeneratorLoss, "a", 1, 2)).And(Pair(Metric.DiscriminatorLoss, "b", 0.5, level)).And(Pair(Metric.GeneratorLoss, partner, 1, 9));

        var finding = Assert.Single(RuleVerifier.Run(new AdversarialImbalance(new()), trace));

        Assert.Contains("one of several pairs", finding.Message.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(FormattableString.Invariant($"rose to {other}."), finding.Message.ToString(), StringComparison.Ordinal);
        Assert.Equal(expected, finding.Severity);
    }

    /// <summary>A pair of which too little is known is left out.</summary>
    [Theory]
    [InlineData(20, 8, 1)]
    [InlineData(19, 8, 0)]
    [InlineData(20, 7, 0)]
    public void AShortPairIsLeftOut(int discriminators, int generators, int findings)
    {
        var trace = Pair(Metric.DiscriminatorLoss, "a", 0.5, 0.5).And(Pair(Metric.GeneratorLoss, "a", 1, 1))
            .And(Trace.Of(Metric.DiscriminatorLoss, "b", StepCurve.Change(discriminators, 8, 0.5, 0.0001))).And(Trace.Of(Metric.GeneratorLoss, "b", StepCurve.Change(generators, 3, 1, 9)));

        Assert.Equal(findings, RuleVerifier.Run(new AdversarialImbalance(new()), trace).Count);
    }

    private static Trace Losses(Metric metric, double before, double after, int from) => Trace.Of(metric, StepCurve.Change(Count, from, before, after));

    private static Trace Pair(Metric metric, string name, double before, double after) => Trace.Of(metric, name, StepCurve.Change(Count, 50, before, after));
}
