using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

public sealed class LabelCountsTests
{
    [Fact]
    public void CountsIndices() => AssertShares(counts => counts.MeasureIndices, 0.5, 0.25);

    [Fact]
    public void CountsAColumnOfZerosAndOnes()
    {
        var (counts, seen) = (new LabelCounts(), new Dictionary<Metric, double>());
        using var target = tensor(new float[] { 1, 1, 1, 0 }).reshape(4, 1);

        counts.MeasureNumbers(target, (metric, _, value) => seen[metric] = value);

        Assert.Equal((2.0, 0.75, 0.25), (seen[Metric.TargetClassCount], seen[Metric.TargetMajorityFraction], seen[Metric.TargetMinorityFraction]));
    }

    [Fact]
    public void CountsRowsWithASingleOne()
    {
        var (counts, seen) = (new LabelCounts(), new Dictionary<Metric, double>());
        using var target = tensor(new float[,] { { 0, 0, 1 }, { 0, 0, 1 }, { 1, 0, 0 }, { 0, 1, 0 } });

        counts.MeasureNumbers(target, (metric, _, value) => seen[metric] = value);

        Assert.Equal((3.0, 0.5, 0.25), (seen[Metric.TargetClassCount], seen[Metric.TargetMajorityFraction], seen[Metric.TargetMinorityFraction]));
    }

    [Theory]
    [InlineData(new float[] { 0.5f, 1, 0, 1 }, 1)]
    [InlineData(new float[] { 1, 1, 0, 1 }, 2)]
    [InlineData(new float[] { 0, 0, 0, 1 }, 2)]
    public void StaysSilentForNumbersAndForSeveralLabelsPerRow(float[] values, int width)
    {
        var counts = new LabelCounts();
        using var target = tensor(values).reshape(-1, width);
        using var labels = tensor(new float[] { 1, 0 }).reshape(2, 1);
        bool silent = true;

        counts.MeasureNumbers(target, (metric, _, _) => silent &= metric == Metric.TargetMultipleFraction);
        counts.MeasureNumbers(labels, (_, _, _) => silent = false);

        Assert.True(silent);
    }

    private static void AssertShares(Func<LabelCounts, Action<Tensor, long, Action<Metric, int, double>>> measure, double majority, double minority)
    {
        var seen = new Dictionary<Metric, double>();
        using var target = tensor(new long[] { 2, 2, 0, 7 });

        measure(new LabelCounts())(target, 3, (metric, _, value) => seen[metric] = value);

        Assert.Equal((3.0, majority, minority, 1.0), (seen[Metric.TargetClassCount], seen[Metric.TargetMajorityFraction], seen[Metric.TargetMinorityFraction], seen[Metric.TargetInvalidCount]));
    }
}
