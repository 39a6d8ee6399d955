using System.Diagnostics;
using TrainingDoctor.Probes;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Which steps are measured where the schedule says how many at the start: all of those, few later, many again when something looks wrong, and none while the monitor takes too much time.</summary>
public sealed class SamplingTests
{
    private static readonly SamplingSchedule Schedule = new() { DenseSteps = 5, Interval = 10, AlarmedSteps = 7 };

    [Fact]
    public void IsDenseAtTheStartAndSparseLater() => Assert.Equal([0, 1, 2, 3, 4, 10, 20, 30], Wanted(new SampleClock(Schedule, 0.02), 0, 31));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(50)]
    public void ALossThatJumpsMakesItDenseAgain(double jump)
    {
        var clock = new SampleClock(Schedule, 0.02);
        for (int step = 0; step < 41; step++)
        {
            clock.Observe(step, 1 + (0.1 * (step % 3)));
        }

        clock.Observe(41, jump);

        Assert.Equal([42, 43, 44, 45, 46, 47, 48, 50], Wanted(clock, 42, 51));
    }

    [Fact]
    public void AFindingMakesItDenseAgain()
    {
        var clock = new SampleClock(Schedule, 0.02);

        clock.Alarm(41);

        Assert.Equal([42, 43, 44, 45, 46, 47, 48, 50], Wanted(clock, 42, 51));
    }

    [Fact]
    public void OverItsBudgetItMeasuresNothing()
    {
        var clock = new SampleClock(Schedule, 0.02);
        Assert.Equal([0, 1, 2, 3, 4], Wanted(clock, 0, 6));
        clock.Spend(Stopwatch.GetTimestamp() - (100 * Stopwatch.Frequency));

        Assert.Empty(Wanted(clock, 6, 31));
    }

    [Fact]
    public void WhatTheDenseStepsTookIsNoDebt()
    {
        var clock = new SampleClock(Schedule, 0.02);
        clock.Spend(Stopwatch.GetTimestamp() - (100 * Stopwatch.Frequency));

        Assert.Equal([0, 1, 2, 3, 4, 10, 20, 30], Wanted(clock, 0, 31));
    }

    [Theory]
    [InlineData(10, 60, true)]
    [InlineData(10, 150, false)]
    [InlineData(3_600_000, 60, true)]
    [InlineData(3_600_000, 150, false)]
    public void APauseBetweenStepsEarnsNoTimeToMeasureIn(int longest, int spent, bool isMeasured)
    {
        // 1,000 steps of 10 ms earn 200 ms.
        var time = new SetTime();
        var clock = new SampleClock(Schedule, 0.02, time);
        for (int step = 0; step < 1000; step++)
        {
            time.Now += step == 500 ? longest : 10;
            clock.Wants(step);
        }

        time.Now += spent;
        clock.Spend(time.GetTimestamp() - spent);

        Assert.Equal(isMeasured, clock.Wants(1000));
    }

    [Fact]
    public void EveryStepMeansEveryStepWhateverItCosts()
    {
        var clock = new SampleClock(SamplingSchedule.EveryStep, 0.02);
        clock.Spend(Stopwatch.GetTimestamp() - (100 * Stopwatch.Frequency));

        Assert.Equal(31, Wanted(clock, 0, 31).Length);
    }

    private static long[] Wanted(SampleClock clock, int from, int to) => [.. Enumerable.Range(from, to - from).Select(step => (long)step).Where(clock.Wants)];

    /// <summary>A clock that stands until it is set, in milliseconds.</summary>
    private sealed class SetTime : TimeProvider
    {
        public long Now { get; set; } = 1;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Now;
    }
}
