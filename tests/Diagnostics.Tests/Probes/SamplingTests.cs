using System.Diagnostics;
using TrainingDoctor.Probes;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Which steps are measured: many at the start, few later, many again when something looks wrong, and after the dense start none while the monitor takes too much time.</summary>
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

    [Fact]
    public void EveryStepMeansEveryStepWhateverItCosts()
    {
        var clock = new SampleClock(SamplingSchedule.EveryStep, 0.02);
        clock.Spend(Stopwatch.GetTimestamp() - (100 * Stopwatch.Frequency));

        Assert.Equal(31, Wanted(clock, 0, 31).Length);
    }

    private static long[] Wanted(SampleClock clock, int from, int to) => [.. Enumerable.Range(from, to - from).Select(step => (long)step).Where(clock.Wants)];
}
