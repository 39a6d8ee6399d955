using System.Globalization;
using TrainingDoctor.Readers.Runs;

namespace TrainingDoctor.Tests.Readers.Runs;

/// <summary>Very long logs: rows become fewer, and nothing that stands out is lost or moved.</summary>
public sealed class RowMergerTests
{
    private const int Rows = 100_000;

    [Fact]
    public void MergesRowsOfLongRunsAndPassesWhatStandsOut()
    {
        var passed = new List<(long Step, double Value)>();
        var merger = new RowMerger((place, values) => passed.AddRange(values.Select(item => (place.Step, item.Value))));
        for (int i = 0; i < 200_000; i++)
        {
            double value = i switch { 150_000 => double.NaN, 150_001 => 50, _ => 2 + (i % 2) };
            merger.Add(new RowPlace(i, double.NaN, double.NaN), [(Metric.Loss, 0, value)]);
        }

        Assert.InRange(passed.Count, 10_000, 50_000);
        Assert.Equal(150_000, Assert.Single(passed, item => double.IsNaN(item.Value)).Step);
        Assert.Equal(150_001, Assert.Single(passed, item => item.Value == 50).Step);
        Assert.All(passed.Where(item => double.IsFinite(item.Value)), item => Assert.True(item.Value is >= 2 and <= 3 or 50));
        Assert.Equal(32, merger.GroupSize);
    }

    [Fact]
    public void TellsOfAValueThatIsNotFiniteAtOnce()
    {
        var passed = new List<double>();
        var merger = new RowMerger((_, values) => passed.AddRange(values.Select(item => item.Value)));
        for (int i = 0; i < 20_003; i++)
        {
            merger.Add(new RowPlace(i, double.NaN, double.NaN), [(Metric.Loss, 0, i < 20_002 ? 1 : double.NaN)]);
        }

        Assert.True(double.IsNaN(passed[^1]));
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(-7)]
    [InlineData(2.6)]
    [InlineData(9)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [Trait("Speed", "Slow")]
    public void ASpikeInEitherDirectionKeepsItsValueAndItsStep(double spike)
    {
        // Around 1 with noise, once far above what comes later, and once far below: no record for the whole run is needed to stand out.
        var run = Read(i => i switch { 3 => 20, 4 => -20, 77_777 => spike, _ => 1 + (0.1 * Noise(i)) });

        var (step, value) = Assert.Single(run.Series[(Metric.Loss, string.Empty)], point => point.Value.Equals(spike));
        Assert.Equal((77_777, spike), (step, value));
    }

    [Fact]
    public void TheBestValueAndItsStepSurviveInASeriesThatGoesBelowZero()
    {
        double[] values = [.. Enumerable.Range(0, Rows).Select(i => -50 + (Math.Abs(i - 70_000) / 5_000.0) + (0.2 * Noise(i)))];
        var run = Read(i => values[i]);
        var series = run.Series[(Metric.Loss, string.Empty)];

        int best = Array.IndexOf(values, values.Min());
        int worst = Array.IndexOf(values, values.Max());
        Assert.Contains(series, point => point.Step == best && Math.Abs(point.Value - values[best]) < 1e-12);
        Assert.Contains(series, point => point.Step == worst && Math.Abs(point.Value - values[worst]) < 1e-12);
        Assert.InRange(series.Count, 32_769, 60_000);
    }

    [Fact]
    public void EveryRowCountsOnceAndTheLastIsToldAsItWas()
    {
        var run = Read(i => i == Rows - 1 ? 1.2345 : 1 + (0.1 * Noise(i)));
        var series = run.Series[(Metric.Loss, string.Empty)];

        Assert.Equal((Rows - 1, 1.2345), series[^1]);
        Assert.Equal(1, series.Skip(32_768).Average(point => point.Value), 0.01);
    }

    [Fact]
    public void KeepsTheMeanOfLongLogs()
    {
        string text = "step,loss\n" + string.Concat(Enumerable.Range(0, 150_000).Select(i => $"{i},{i % 7}\n"));

        var run = Assert.Single(ReadRun.Of(text));

        Assert.InRange(run.Values(Metric.Loss).Length, 32_769, 50_000);
        Assert.Equal(3, run.Values(Metric.Loss).Skip(32_768).Average(), 0.05);
        Assert.Contains("averaged", Assert.Single(run.Log.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void OrdinaryNoisePassesAsItsMeanAlone()
    {
        var run = Read(i => 1 + (0.1 * Noise(i)));

        // 67,232 rows in groups of eight and of sixteen.
        Assert.InRange(run.Values(Metric.Loss).Length - 32_768, 4_000, 8_800);
    }

    [Fact]
    public void EvaluationsBetweenStandWhereTheyStood()
    {
        string text = "step,loss,val_loss\n" + string.Concat(Enumerable.Range(0, Rows).Select(i => Line(i)));
        var run = Assert.Single(ReadRun.Of(text));

        Assert.Equal(Enumerable.Range(1, (Rows - 1) / 1_000).Select(i => 1_000L * i), run.Steps(Metric.ValidationLoss).Where(step => step > 0));

        static string Line(int i) => string.Create(CultureInfo.InvariantCulture, $"{i},{1 + (0.1 * Noise(i)):R},\n") + (i % 1_000 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{i},,{2 + (0.001 * i):R}\n") : string.Empty);
    }

    private static ReadRun Read(Func<int, double> loss) =>
        Assert.Single(ReadRun.Of("step,loss\n" + string.Concat(Enumerable.Range(0, Rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{loss(i):R}\n")))));

    /// <summary>Noise about as wide as that of a normal distribution, the same in every run.</summary>
    private static double Noise(int i)
    {
        var random = new Random(i);
        return random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2;
    }
}
