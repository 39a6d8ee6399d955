using CsCheck;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Tests.Statistics;

/// <summary>Each statistic against a second, plain computation.</summary>
public sealed class StatisticsTests
{
    private static readonly Gen<double[]> Series = Gen.Double[-10, 10].Array[3, 400];

    /// <summary>From the tables of the distribution: the values beyond which 5 %, 1 % and 0.1 % lie, to both sides together.</summary>
    [Theory]
    [InlineData(1, 12.706, 0.05)]
    [InlineData(4, 2.776, 0.05)]
    [InlineData(6, 3.707, 0.01)]
    [InlineData(6, 5.959, 0.001)]
    [InlineData(30, 3.646, 0.001)]
    [InlineData(6, 0, 1)]
    [InlineData(6, double.PositiveInfinity, 0)]
    [InlineData(6, double.NaN, 1)]
    public void TheTailsOfStudentsDistributionAreThoseOfTheTables(int degrees, double t, double probability)
    {
        Assert.Equal(probability, StudentDistribution.TwoSided(t, degrees), 4);
        Assert.Equal(probability, StudentDistribution.TwoSided(-t, degrees), 4);
    }

    /// <summary>Far out the density falls like a power of the distance, so that the tail keeps its relative accuracy.</summary>
    [Fact]
    public void FarOutTheTailIsThatOfThePowerLaw() => Assert.Equal(1e-6, StudentDistribution.TwoSided(1000, 6) / StudentDistribution.TwoSided(100, 6), 8);

    [Fact]
    public void FalseDiscoveriesAreRatedAsBenjaminiAndHochbergDo() => Gen.Double[0, 1].Array[1, 60].Sample(probabilities =>
    {
        double[] adjusted = FalseDiscovery.Adjust(probabilities);
        foreach (double level in new[] { 0.01, 0.05, 0.2, 0.7 })
        {
            // The step-up procedure as they state it: the largest k whose k-th smallest probability is at most level k / n.
            double[] sorted = [.. probabilities.Order()];
            int k = Enumerable.Range(1, sorted.Length).LastOrDefault(i => sorted[i - 1] * sorted.Length / i <= level);
            Assert.Equal(probabilities.Select(probability => k > 0 && probability <= sorted[k - 1]), adjusted.Select(rate => rate <= level));
        }
    });

    [Fact]
    public void TheExponentialMeanEqualsTheWeightedSum() => Series.Sample(values =>
    {
        var mean = new ExponentialMean(0.2);
        foreach (double value in values)
        {
            mean.Add(value);
        }

        double weights = values.Select((_, i) => Math.Pow(0.8, values.Length - 1 - i)).Sum();
        Assert.Equal(values.Select((value, i) => value * Math.Pow(0.8, values.Length - 1 - i)).Sum() / weights, mean.Value, 9);
    });

    [Fact]
    public void RollingMedianEqualsSortingTheWindow() => Series.Sample(values =>
    {
        var rolling = new RollingMedian(9);
        for (int i = 0; i < values.Length; i++)
        {
            rolling.Add(values[i]);
            double[] window = [.. values[Math.Max(0, i - 8)..(i + 1)].Order()];
            double median = Middle(window);
            Assert.Equal(median, rolling.Median, 1e-9);
            Assert.Equal((window[0], window[^1]), (rolling.Minimum, rolling.Maximum));
            Assert.Equal(Middle([.. window.Select(value => Math.Abs(value - median)).Order()]) / 0.67448975, rolling.ComputeDeviation(), 1e-4);
        }
    });

    [Fact]
    public void BlocksHoldTheMeansOfTheirSamples() => Gen.Double[-10, 10].Array[1, 2000].Sample(values =>
    {
        var series = new CompactedSeries();
        for (int i = 0; i < values.Length; i++)
        {
            series.Add(i, values[i]);
        }

        for (int block = 0; block < series.BlockCount; block++)
        {
            double[] members = [.. values.Skip(block * (int)series.Stride).Take((int)series.Stride)];
            Assert.Equal(members.Average(), series.Means[block], tolerance: 1e-9);
            Assert.Equal((members.Min(), members.Max()), (series.Lowests[block], series.Highests[block]));
            Assert.Equal(block * series.Stride, series.Steps[block]);
        }

        Assert.True(values.Length - (series.BlockCount * series.Stride) < series.Stride);
        Assert.InRange(series.BlockCount, values.Length < 64 ? values.Length : 64, CompactedSeries.Capacity);
    });

    [Theory]
    [InlineData(30)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void NoiseIsThatOfSingleSamplesWhateverTheTrend(int samples)
    {
        var series = new CompactedSeries();
        var random = new Random(1);
        for (int i = 0; i < samples; i++)
        {
            series.Add(i, (1e6 * Math.Exp(-3 * i)) + (0.01 * i) + (0.5 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
        }

        // Thirty samples tell a deviation of 0.5 within a factor of two only.
        Assert.InRange(series.Noise, 0.25, samples < 100 ? 1.0 : 0.75);
    }

    [Fact]
    public void MannKendallCountsPairs() => Gen.Int[0, 5].Array[3, 40].Sample(ints =>
    {
        double[] values = [.. ints.Select(i => (double)i)];
        int sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            for (int j = i + 1; j < values.Length; j++)
            {
                sum += Math.Sign(values[j] - values[i]);
            }
        }

        double n = values.Length;
        double variance = ((n * (n - 1) * ((2 * n) + 5)) - values.GroupBy(value => value).Sum(group => group.Count() * (group.Count() - 1.0) * ((2 * group.Count()) + 5))) / 18;
        var (tau, z) = TrendTest.MannKendall(values);
        Assert.Equal(sum / (n * (n - 1) / 2), tau, 12);
        Assert.Equal(variance > 0 ? (sum - Math.Sign(sum)) / Math.Sqrt(variance) : 0, z, 9);
    });

    [Fact]
    public void TheilSenFindsTheSlopeDespiteOutliers()
    {
        double[] values = [.. Enumerable.Range(0, 21).Select(i => 3 + (0.5 * i))];
        values[4] = 1000;
        values[15] = -1000;
        Assert.Equal(0.5, TrendTest.TheilSen(values, new double[210]), 9);
        Assert.Throws<ArgumentException>(() => TrendTest.TheilSen(values, new double[20]));
    }

    [Fact]
    public void RankSumIsAntisymmetric() => Gen.Select(Gen.Double[0, 1].Array[1, 20], Gen.Double[0, 1].Array[1, 20]).Sample((first, second) =>
        Assert.Equal(TrendTest.RankSum(first, second), -TrendTest.RankSum(second, first), 9));

    [Fact]
    public void AddingAllocatesNothing()
    {
        var series = new CompactedSeries();
        var rolling = new RollingMedian(32);
        for (int i = 0; i < 1000; i++)
        {
            series.Add(i, i);
            rolling.Add(i);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10000; i++)
        {
            series.Add(i, i % 17);
            rolling.Add(i % 17);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static double Middle(double[] sorted) => sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
}
