using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Trials.Evidence;
using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Tests.Trials.Running;

/// <summary>What trials may cost, and how trainings are scored that are known by their curves alone.</summary>
public sealed class TrialBudgetTests
{
    [Theory]
    [InlineData("90s", "90 s")]
    [InlineData("1s", "1 s")]
    [InlineData("10m", "10 minutes")]
    [InlineData("2h", "2 hours")]
    [InlineData("6", "6 trainings")]
    [InlineData("2.5", "2.5 trainings")]
    public void ABudgetIsATimeOrANumberOfTrainings(string text, string told) => Assert.Equal(told, TrialBudget.Parse(text).ToString());

    [Theory]
    [InlineData("0")]
    [InlineData("0.5")]
    [InlineData("-3")]
    [InlineData("10 m")]
    [InlineData("m")]
    [InlineData("0s")]
    [InlineData("1e9h")]
    [InlineData("NaN")]
    public void AnythingElseIsWrongUsage(string text) => Assert.Throws<UsageException>(() => TrialBudget.Parse(text));

    [Fact]
    public void NothingIsBegunBeyondIt()
    {
        var budget = TrialBudget.Parse("2");
        budget.Settle(0, 1);

        Assert.True(budget.TryReserve(0.6, TimeSpan.Zero));
        Assert.False(budget.TryReserve(0.6, TimeSpan.Zero));
        budget.Settle(0.6, 0.2);
        Assert.True(budget.TryReserve(0.6, TimeSpan.Zero));
        Assert.False(budget.IsSpent);
        budget.Settle(0.6, 0.8);
        Assert.True(budget.IsSpent);
    }

    [Fact]
    public void TheMeasureOfTheTrainingAsItIsIsThatOfAll()
    {
        var asItIs = Curves((Metric.Loss, [4, 3, 2]), (Metric.ValidationLoss, [4, 2]));
        var score = new ForeignScore(asItIs);

        Assert.Equal(Metric.ValidationLoss, score.Judged);
        Assert.Equal(0.5, score.Of(asItIs).Value, 12);
        Assert.Equal(0.75, score.Of(Curves((Metric.ValidationLoss, [4, 1]), (Metric.ValidationAccuracy, [0.9]))).Value, 12);
        Assert.Equal(-10, score.Of(Curves((Metric.Loss, [1]))).Value);
        Assert.Equal(-10, score.Of(Curves((Metric.ValidationLoss, [double.NaN]))).Value);
        Assert.Equal(0, score.Of(asItIs, lastStep: 0).Value, 12);
    }

    [Fact]
    public void PercentAndShareOfAnAccuracyAreTheSame()
    {
        var score = new ForeignScore(Curves((Metric.ValidationAccuracy, [10, 55])));

        Assert.Equal((0.55, 0.55), (score.Of(Curves((Metric.ValidationAccuracy, [55]))).Value, score.Of(Curves((Metric.ValidationAccuracy, [0.55]))).Value));
    }

    [Fact]
    public void ASteadyRiseIsNoNoise()
    {
        double[] rise = [.. Enumerable.Range(0, 40).Select(i => 0.5 + (i / 100.0))];
        var random = new Random(1);
        double[] noisy = [.. rise.Select(value => value + (0.02 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)))];

        Assert.Equal(0, new ForeignScore(Curves((Metric.ValidationAccuracy, rise))).NoiseOf(Curves((Metric.ValidationAccuracy, rise))), 9);

        // The sum of three uniform numbers has a variance of a quarter.
        Assert.InRange(new ForeignScore(Curves((Metric.ValidationAccuracy, noisy))).NoiseOf(Curves((Metric.ValidationAccuracy, noisy))), 0.005, 0.02);
    }

    private static RunCurves Curves(params (Metric Metric, double[] Values)[] series)
    {
        var curves = new RunCurves();
        foreach (var (metric, values) in series)
        {
            for (int step = 0; step < values.Length; step++)
            {
                curves.Observe(new Measurement(step, metric, ScopeTable.Run, values[step]));
            }
        }

        return curves;
    }
}
