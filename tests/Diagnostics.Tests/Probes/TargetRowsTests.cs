using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

public sealed class TargetRowsTests
{
    [Theory]
    [InlineData(new float[] { 0.92f, 0.02f, 0.06f, 0.1f, 0.2f, 0.7f }, 1.0)]
    [InlineData(new float[] { 1.0f, 0.1f, 0.1f, 0.1f, 1.0f, 0.1f }, 1.2)]
    [InlineData(new float[] { 1, 0, 0, 0, 1, 0 }, null)]
    [InlineData(new float[] { 0.5f, 0.5f, 0, 0.5f, 0.5f, 0.5f }, null)]
    [InlineData(new float[] { -0.5f, 1, 0.5f, 0.25f, 0.5f, 0.25f }, null)]
    public void SumsRowsThatAllSumToTheSame(float[] values, double? expected)
    {
        using var target = tensor(values).reshape(2, 3);
        double? sum = null;
        TargetRows.Measure(target, (metric, _, value) => sum = metric == Metric.TargetRowSum ? value : sum);

        Assert.Equal(expected, sum is { } told ? Math.Round(told, 5) : null);
    }

    /// <summary>Labels that the loss leaves out do not count.</summary>
    [Fact]
    public void LabelsAreCountedPlaceByPlace()
    {
        using var target = tensor(new long[] { 1, 2, 3, 0, 4, 0 }).reshape(2, 3);
        double count = double.NaN;
        new LabelCounts(0).MeasureIndices(target, 5, (metric, _, value) => count = metric == Metric.TargetLabelCount ? value : count);

        Assert.Equal(4, count);
    }
}
