using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6010 on how much of the start values is too much, what harm must come of it, and which layers are named.</summary>
public sealed class UnsettledStatisticsTests
{
    [Theory]
    [InlineData("a share at its limit", 0.25, 1.75, 3, false)]
    [InlineData("a harm at its limit", 0.5, 1.5, 3, false)]
    [InlineData("two validations", 0.5, 1.75, 2, false)]
    public void BothMustLieBeyondTheirLimitsForAWhile(string name, double share, double validation, int count, bool isTold)
    {
        _ = name;
        Assert.Equal(isTold, Find(Shares("norm", Enumerable.Repeat(share, count)).And(Losses(count, validation))) is not null);
    }

    /// <summary>The worst layer is told, of equal ones the first by name; those within the limit are not listed.</summary>
    [Theory]
    [InlineData(0.5, 0.5, "a", "a,b")]
    [InlineData(0.25, 0.75, "b", "b")]
    public void TheWorstLayerIsTold(double first, double second, string worst, string layers)
    {
        var found = Find(Shares("b", Enumerable.Repeat(second, 4)).And(Shares("a", Enumerable.Repeat(first, 4))).And(Losses(4, 2)))!;

        Assert.Equal((worst, layers, 3L), (found.Evidence[0].Layer, string.Join(',', found.Layers), found.LastStep));
    }

    [Fact]
    public void ASettledStatisticIsNoFaultAnyMore()
    {
        var found = Find(Shares("norm", [0.9, 0.8, 0.7, 0.6, 0.2, 0.1]).And(Losses(6, 2)))!;

        Assert.Equal((2L, 3L, 4L, 0.6), (found.FirstStep, found.LastStep, found.RecoveredAt, found.Evidence[0].Value));
    }

    [Fact]
    public void OneThatComesBackIsOneAgain() => Assert.Null(Find(Shares("norm", [0.9, 0.9, 0.9, 0.1, 0.9, 0.9, 0.9]).And(Losses(7, 2)))!.RecoveredAt);

    /// <summary>Without a validation, or a training to hold it against, no harm is known.</summary>
    [Fact]
    public void HarmMustBeKnown()
    {
        var shares = Shares("norm", Enumerable.Repeat(0.9, 6));

        Assert.Null(Find(shares.And(Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 6))).And(Trace.Of(Metric.ValidationLoss, 2, 2).Every(3))));
        Assert.Null(Find(shares.And(Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(2.0, 6)))));
        Assert.Null(Find(shares.And(Losses(6, 1)).And(Trace.Of(Metric.ValidationLoss, "other", Enumerable.Repeat(2.0, 6)))));
    }

    private static Trace Shares(string layer, IEnumerable<double> shares) => Trace.Of(Metric.NormalizationStartShare, layer, shares);

    private static Trace Losses(int count, double validation) => Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, count)).And(Trace.Of(Metric.ValidationLoss, Enumerable.Repeat(validation, count)));

    private static Finding? Find(Trace trace) => RuleVerifier.Run(new UnsettledStatistics(new() { MaximumShare = 0.25 }), trace) is [var finding] ? finding : null;
}
