using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Tests.Families;

namespace TrainingDoctor.Tests.Curves;

/// <summary>A loss as the rules look at it: when it is looked at, why it is not, where it began, and how exactly that is known.</summary>
public sealed class LossCurveTests
{
    /// <summary>At the least number first, then after every tenth part more, and after one more at least.</summary>
    [Theory]
    [InlineData(5, new[] { 5, 6, 7, 8, 9, 10, 11, 12 })]
    [InlineData(20, new[] { 20, 22, 24, 26, 28, 30 })]
    public void ItIsLookedAtMoreAndMoreSeldom(int minimum, int[] expected)
    {
        var facts = new RunFacts(new RunDescription(), new ScopeTable());
        var curve = new LossCurve(facts.Run, facts, minimum);
        var looks = new List<int>();
        for (int count = 1; count <= expected[^1]; count++)
        {
            var measurement = new Measurement(count, Metric.Loss, ScopeTable.Run, 1);
            facts.Add(measurement);
            if (curve.Add(measurement))
            {
                looks.Add(count);
            }
        }

        Assert.Equal(expected, looks);
        Assert.False(curve.Add(new Measurement(99, Metric.ValidationLoss, ScopeTable.Run, 1)));
        Assert.False(curve.Add(new Measurement(99, Metric.Loss, ScopeTable.Run + 1, 1)));
        Assert.False(curve.Add(new Measurement(99, Metric.Loss, ScopeTable.Run, double.NaN)));
    }

    [Theory]
    [InlineData(new[] { 1.0, 2, 3 })]
    [InlineData(new[] { 3.0, 2, 1 })]
    [InlineData(new[] { 2.0, 1, 3 })]
    [InlineData(new[] { 2.0, 3, 1 })]
    [InlineData(new[] { 1.0, 3, 2 })]
    [InlineData(new[] { 3.0, 1, 2 })]
    public void ItsOriginIsTheMiddleOfTheFirstThree(double[] first)
    {
        var curve = CurveOf.Loss([.. first, 9, 9]);

        Assert.Equal((2, 1, Math.Min(first[0], 2)), (curve.Origin, curve.Smallest, curve.Beginning));
        Assert.True(curve.IsPositive);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(0.5, true)]
    public void ALossIsPositiveWhileAllAre(double last, bool expected) => Assert.Equal(expected, CurveOf.Loss([3, 2, last]).IsPositive);

    /// <summary>The start is one block in forty; how exactly it is known comes of single losses and of blocks.</summary>
    [Fact]
    public void ItsStartAndItsErrorsAreThoseOfTheFirstBlocks()
    {
        var few = CurveOf.Loss(CurveOf.Bend(40, 10, 2, 1, 4, 0.15));
        var many = CurveOf.Loss(CurveOf.Bend(200, 100, 2, 1, 4, 0.3));

        Assert.Equal([1, 1.7, 1.9, 1, 1.7, 0.45395237, 0.45395237, 0.46988534], Told(few));
        Assert.Equal([2, 1.91, 1.99, 4, 1.91, 0.32099280, 0.32099280, 0.33029886], Told(many));

        static IEnumerable<double> Told(LossCurve curve) =>
            new[] { curve.StartBlocks, curve.Start, curve.Origin, curve.StartCount, curve.Beginning, curve.StartError, curve.BeginningError, curve.FallError }.Select(value => Math.Round(value, 8));
    }

    /// <summary>From forty blocks on, those of the first tenth tell how much the start itself is worth.</summary>
    [Theory]
    [InlineData(39, 0)]
    [InlineData(40, 4)]
    [InlineData(60, 4)]
    public void AStartThatVariesIsKnownLessExactly(int count, double difference)
    {
        var curve = CurveOf.Loss(Enumerable.Range(0, count).Select(step => step < 8 ? 5.0 + (2 * (step % 2)) : 5));

        Assert.Equal(difference / (0.6744897501960817 * Math.Sqrt(6)), curve.StartError, 9);
    }

    [Theory]
    [InlineData(39, 1)]
    [InlineData(79, 1)]
    [InlineData(80, 2)]
    [InlineData(120, 3)]
    public void OneBlockInFortyIsTheStart(int count, int blocks)
    {
        var curve = CurveOf.Loss(Enumerable.Range(1, count).Select(step => (double)step));

        Assert.Equal((blocks, blocks, (blocks + 1) / 2.0), (curve.StartBlocks, curve.StartCount, curve.Start));
    }

    /// <summary>Where the very first losses lie lower than the first blocks, three single losses tell of the beginning, and less exactly.</summary>
    [Fact]
    public void ABeginningOfThreeLossesIsKnownLessExactly()
    {
        var curve = CurveOf.Loss(Enumerable.Range(0, 200).Select(step => 2.0 + (step % 2)));
        double noise = Math.Sqrt(0.5 / Math.Pow(8 / 9.0, 3));

        Assert.Equal((2, 2.5, 2), (curve.Origin, curve.Start, curve.Beginning));
        Assert.Equal(noise / 2, curve.StartError, 9);
        Assert.Equal(1.25 * noise / Math.Sqrt(3), curve.BeginningError, 9);
    }

    [Theory]
    [InlineData("a task whose loss is no measure", TrainingTask.Reinforcement, false, 30, "the loss of reinforcement learning is not a measure of progress")]
    [InlineData("a log of last values", null, true, 30, "the log holds last values only, no curve")]
    [InlineData("too few losses", null, false, 19, "needs 20 losses, had 19")]
    [InlineData("enough losses", TrainingTask.Regression, false, 20, null)]
    public void ItIsNotJudgedWithoutACurve(string name, TrainingTask? task, bool summary, int count, string? why)
    {
        _ = name;
        var run = new RunDescription { Task = task, Log = summary ? new LogDescription { Format = "csv", IsSummaryOnly = true } : null };

        Assert.Equal(why, CurveOf.Loss(Enumerable.Repeat(1.0, count), run).WhyNotJudged?.ToString());
        Assert.Equal(count < 20 ? null : why, LossCurve.WhyNotMeasurable(run)?.ToString());
    }

    [Fact]
    public void MeansOfAllSoFarAreNotJudged()
    {
        var dice = new Dice(3);
        double sum = 0;
        double[] means = [.. Enumerable.Range(1, 400).Select(i => (sum += 0.3 * Math.Exp(0.4 * dice.Normal())) / i)];

        Assert.StartsWith("each logged loss is the mean of all so far", CurveOf.Loss(means).WhyNotJudged!.ToString(), StringComparison.Ordinal);
        Assert.Null(CurveOf.Loss(means[..100]).WhyNotJudged);
    }

    [Theory]
    [InlineData("a large noise", 0.8, 0, 1, true)]
    [InlineData("a large noise on losses that are not all above zero", 0.8, 0, 0.4, false)]
    [InlineData("a small noise", 0.01, 0, 1, false)]
    [InlineData("a large noise on a clear fall", 0.3, 4, 5, false)]
    public void NothingShowsWhereTheNoiseIsLarge(string name, double noise, double fall, double level, bool hidden)
    {
        _ = name;
        string? why = CurveOf.Loss(Enumerable.Range(0, 40).Select(step => level - (fall * step / 40) + ((((step * 7) % 5) - 2) * noise / 2))).WhyNothingShows?.ToString();

        Assert.Equal(hidden, why is not null);
        Assert.True(why is null || (why.StartsWith("the loss varies by", StringComparison.Ordinal) && why.Contains("too much for 40 losses", StringComparison.Ordinal)));
    }

    /// <summary>A fall beyond the noise shows, and so does one within it that goes on all the time.</summary>
    [Theory]
    [InlineData("a first loss far above the rest", 10, 1, 0, 0.25)]
    [InlineData("a small fall all along", 0.8, 1, 0.012, 0.1)]
    public void AFallShowsInItsSizeOrInItsTrend(string name, double first, double level, double slope, double noise)
    {
        _ = name;
        Assert.Null(CurveOf.Loss([first, .. Enumerable.Range(1, 38).Select(step => level - (slope * step) + ((((step * 7) % 5) - 2) * noise))]).WhyNothingShows);
    }

    [Theory]
    [InlineData("one and a half steps late", "csv", 16, 10, 10, false)]
    [InlineData("more than that", "csv", 17, 10, 10, true)]
    [InlineData("more than that, of a run that was measured", "telemetry", 17, 10, 10, false)]
    [InlineData("more than that, of a live run", null, 17, 10, 10, false)]
    [InlineData("a tenth of the last step", "csv", 20, 1, 181, false)]
    [InlineData("more than a tenth of the last step", "csv", 21, 1, 180, true)]
    [InlineData("a single loss", "csv", 21, 1, 1, false)]
    public void ALogMayBeginLate(string name, string? format, long first, long every, int count, bool expected)
    {
        _ = name;
        var run = new RunDescription { Log = format is null ? null : new LogDescription { Format = format } };

        Assert.Equal(expected, CurveOf.Loss(Enumerable.Repeat(1.0, count), run, first: first, every: every).BeginsLate);
    }

    [Theory]
    [InlineData("two scores", Metric.Accuracy, new[] { 0.25, 0.75 }, false)]
    [InlineData("percents that hardly rise", Metric.Accuracy, new[] { 0.25, 0.25, 5.25 }, false)]
    [InlineData("a share that rises enough", Metric.Accuracy, new[] { 0, 0.5, 1.0, 1, 1, 1, 1 }, true)]
    [InlineData("percents that rise by as many", Metric.Accuracy, new[] { 10, 10.5, 11.0, 11, 11, 11, 11 }, false)]
    [InlineData("percents that rise enough", Metric.ValidationAccuracy, new[] { 0, 90.0, 90, 90, 90, 90 }, true)]
    [InlineData("a score that stays", Metric.ValidationAccuracy, new[] { 0.5, 0.5, 0.5, 0.5 }, false)]
    public void AScoreMayTellThatSomethingIsLearnt(string name, Metric metric, double[] values, bool expected)
    {
        _ = name;
        Assert.Equal(expected, CurveOf.Loss([1, 1, 1], others: [(metric, values)]).LearnsAnyway(0.25, 0.25));
    }

    /// <summary>Up to one and a half a score is a share, beyond it is told in percents.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(1.5, true)]
    [InlineData(1.75, false)]
    public void AScoreMayRiseByJustEnough(double last, bool expected) => Assert.Equal(expected, CurveOf.Loss([1, 1, 1], others: [(Metric.Accuracy, [0, 0, last])]).LearnsAnyway(0.1, 1));

    [Theory]
    [InlineData("a fall by a third", new[] { 3.0, 2.9, 2.8, 2.7, 2.6, 2.5, 2.4, 2.3, 2.2, 2 }, true)]
    [InlineData("a fall by a third that was over early", new[] { 3, 2.0, 2, 2, 2, 2, 2, 2, 2, 2 }, false)]
    [InlineData("a fall by less", new[] { 3.0, 2.95, 2.9, 2.85, 2.8, 2.75, 2.7, 2.65, 2.6, 2.55 }, false)]
    [InlineData("a fall by a third within the noise", new[] { 3.0, 1, 3, 1, 3, 1, 3, 1.4, 3, 1.4 }, false)]
    [InlineData("a fall that ends in no number", new[] { 3.0, 2.9, 2.8, 2.7, 2.6, 2.5, 2.4, 2.3, 2.2, 2, double.NaN }, false)]
    [InlineData("two losses", new[] { 3.0, 1 }, false)]
    [InlineData("three losses", new[] { 3.0, 2, 1 }, true)]
    [InlineData("losses below zero", new[] { -1.0, -1.1, -1.2, -1.3, -1.4, -1.5, -1.6, -1.7 }, false)]
    public void AValidationMayTellThatSomethingIsLearnt(string name, double[] values, bool expected)
    {
        _ = name;
        Assert.Equal(expected, CurveOf.Loss([1, 1, 1], others: [(Metric.ValidationLoss, values)]).LearnsAnyway(0.25, 0.2));
    }

    [Fact]
    public void MeansAreToldAsMeansAndSingleLossesAsThemselves()
    {
        var curve = CurveOf.Loss([8, 6, 4, 2], first: 10, every: 5);

        Assert.Equal(new Evidence("loss", null, 15, 7, 6.5, ">") { MeanOf = 2, FromStep = 10 }, curve.MeanOver(0, 0.5, 6.5));
        Assert.Equal(new Evidence("loss", null, 15, 7, null, ">") { MeanOf = 2, FromStep = 10 }, curve.MeanOver(0, 0.5, 7));
        Assert.Equal(new Evidence("loss", null, 25, 2, 1, ">"), curve.MeanOver(0.75, 1, 1));
        Assert.Equal(new Evidence("loss", null, 25, 2, null, ">"), curve.Newest(2));
        Assert.Equal(new Evidence("loss", null, 25, 2, 1.5, ">"), curve.Newest(1.5));
    }

    [Theory]
    [InlineData(new double[0], 1)]
    [InlineData(new[] { 0.0, 0 }, 1)]
    [InlineData(new[] { 0.5, 2, 0.5 }, 0.25)]
    [InlineData(new[] { 2, -1.0 }, 0)]
    public void WhatIsLeftOfTheRateIsAShareOfItsHighest(double[] rates, double expected) =>
        Assert.Equal(expected, CurveOf.Loss([1], others: [(Metric.LearningRate, rates)]).LearningRateLeft());
}
