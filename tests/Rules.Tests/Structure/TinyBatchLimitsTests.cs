using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7007 at its limits: how many batches, how many of them tiny, in which mode, and what size is prescribed.</summary>
public sealed class TinyBatchLimitsTests
{
    [Theory]
    [InlineData("five tiny", new[] { 4.0, 4, 4, 4, 4 }, 4, 4)]
    [InlineData("four tiny", new[] { 4.0, 4, 4, 4 }, null, null)]
    [InlineData("five of five", new[] { 5.0, 5, 5, 5, 5 }, null, null)]
    [InlineData("every other, beginning with a large one", new[] { 32.0, 2, 32, 2, 32, 2, 32, 2 }, null, null)]
    [InlineData("every other, beginning with a tiny one", new[] { 2.0, 32, 2, 32, 2, 32, 2 }, 4, 6)]
    [InlineData("one more at the end", new[] { 32.0, 2, 32, 2, 32, 2, 2 }, 6, 6)]
    [InlineData("a large one at the end", new[] { 2.0, 2, 2, 2, 32 }, null, null)]
    [InlineData("a large one before the last", new[] { 2.0, 2, 2, 2, 32, 2, 32 }, 5, 5)]
    public void MostBatchesMustBeTiny(string name, double[] sizes, int? first, int? last)
    {
        var finding = RuleVerifier.Run(new BatchNormTinyBatch(new()), Trace.Of(Metric.NormalizationBatchSize, "bn", sizes)).SingleOrDefault();

        Assert.True((first, last) == ((int?)finding?.FirstStep, (int?)finding?.LastStep), $"{name}: {finding}");
    }

    /// <summary>In evaluation running averages are used, whatever the batch; the order within a step means nothing.</summary>
    [Theory]
    [InlineData("tiny in evaluation alone", 2, 32, false)]
    [InlineData("tiny in training alone", 32, 2, true)]
    public void BatchesOfEvaluationDoNotCount(string name, double evaluation, double training, bool isFound)
    {
        var sizes = Trace.Of(Metric.NormalizationBatchSize, "bn", Enumerable.Range(0, 12).Select(step => step % 2 == 0 ? evaluation : training));
        var modes = Trace.Of(Metric.TrainingMode, "bn", Enumerable.Range(0, 12).Select(step => step % 2 == 0 ? 0.0 : 1));

        Assert.True(isFound == (RuleVerifier.Run(new BatchNormTinyBatch(new()), sizes.And(modes)).Count == 1), name);
        Assert.True(isFound == (RuleVerifier.Run(new BatchNormTinyBatch(new()), modes.And(sizes)).Count == 1), name);
    }

    [Theory]
    [InlineData(null, 2, 16)]
    [InlineData(3.0, 2, 16)]
    [InlineData(8.0, 2, 32)]
    [InlineData(null, 6, 24)]
    public void ABatchFourTimesAsLargeIsPrescribed(double? batch, double size, double better)
    {
        var trace = Trace.Of(Metric.NormalizationBatchSize, "bn", Enumerable.Repeat(size, 8)).And(Trace.Of(Metric.BatchSize, batch is { } known ? [known, 1, known] : []));
        var finding = Assert.Single(RuleVerifier.Run(new BatchNormTinyBatch(new BatchNormTinyBatchOptions { MinimumValues = 6 }), trace));

        Assert.Equal(better, finding.Remedies[1].Actions[0].Value);
    }

    /// <summary>Layers are told together, with the smallest batch.</summary>
    [Fact]
    public void TheSmallestBatchIsTold()
    {
        var trace = Trace.Of(Metric.NormalizationBatchSize, "first", Enumerable.Repeat(3.0, 8)).And(Trace.Of(Metric.NormalizationBatchSize, "second", Enumerable.Repeat(2.0, 8)));
        var finding = Assert.Single(RuleVerifier.Run(new BatchNormTinyBatch(new()), trace));

        Assert.Equal("Batch normalisation over 2 values", finding.Title.ToString());
        Assert.Contains("2 batch normalisations averaged over at most 4 values per channel in most batches, second over 2 at step", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void FiveBatchesAreEnough() =>
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(new BatchNormTinyBatch(new()), Trace.Of(Metric.NormalizationBatchSize, "bn", Enumerable.Repeat(32.0, 5))).Outcome);
}
