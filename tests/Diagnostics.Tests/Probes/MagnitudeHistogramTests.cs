using CsCheck;
using TrainingDoctor.Probes;

namespace TrainingDoctor.Tests.Probes;

public sealed class MagnitudeHistogramTests
{
    [Fact]
    public void EveryNumberStandsBelowItsEdgeAndAboveTheOneBefore() => Gen.Double[-60000, 60000].Array[1, 40].Sample(values =>
    {
        var histogram = new MagnitudeHistogram();
        histogram.Add<double>(values);

        double below = double.NegativeInfinity;
        foreach (var (edge, count) in histogram.Buckets)
        {
            // A negative power of two is its bucket's upper edge and belongs to it.
            Assert.Equal(values.Count(value => IsBelow(value, edge) && !IsBelow(value, below)), count);
            below = edge;
        }

        Assert.Equal(values.Length, histogram.Buckets.Sum(bucket => bucket.Count));
    });

    [Fact]
    public void PowersOfTwoZerosAndExtremesHaveTheirBuckets()
    {
        var histogram = new MagnitudeHistogram();
        histogram.Add<float>([0f, -0f, 1f, 1.5f, -1f, 1e-30f, 3e38f, float.NaN, float.PositiveInfinity]);

        var buckets = histogram.Buckets.Where(bucket => bucket.Count > 0).ToList();

        Assert.Equal([(-1.0, 1L), (Math.ScaleB(1, -24), 3L), (2.0, 2L), (Math.ScaleB(1, 17), 1L)], buckets);
        Assert.Equal(7, histogram.Count);
        Assert.Equal((-1.0, (double)3e38f), (histogram.Minimum, histogram.Maximum));
    }

    [Fact]
    public void NothingHasNoBuckets() => Assert.Empty(new MagnitudeHistogram().Buckets);

    private static bool IsBelow(double value, double edge) => edge < 0 ? value <= edge : value < edge;
}
