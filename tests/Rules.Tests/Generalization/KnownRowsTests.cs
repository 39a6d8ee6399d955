using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

public sealed class KnownRowsTests
{
    /// <summary>The nodes of one graph all go in, some for training and others for validation: that the rows are known is no leak.</summary>
    [Theory]
    [InlineData("rows of the training set", 64, 64, 1)]
    [InlineData("targets that are no classes", 64, null, 1)]
    [InlineData("tokens of the training set", 64, 2048, 1)]
    [InlineData("some nodes of a graph", 300, 136, 0)]
    public void RowsThatWereTrainedOnAreALeakUnlessOnlySomeOfThemAreCompared(string name, double rows, int? labels, int findings)
    {
        _ = name;
        var trace = Trace.Of(Metric.BatchSize, Enumerable.Repeat(rows, 40)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, 40).Select(step => 0.5 + Math.Exp(-step / 9.0))))
            .And(Trace.Of(Metric.ValidationOverlap, 1, 1, 1).Every(10).From(10));
        trace = labels is { } count ? trace.And(Trace.Of(Metric.TargetLabelCount, Enumerable.Repeat((double)count, 40))) : trace;

        Assert.Equal(findings, RuleVerifier.Run(new SuspiciousValidation(new()), trace).Count);
    }
}
