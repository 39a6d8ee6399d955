using System.Globalization;
using TrainingDoctor.Readers;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Readers;

/// <summary>The time that rows tell, and what charts make of it.</summary>
public sealed class TimeTests
{
    [Theory]
    [InlineData("_runtime", 0)]
    [InlineData("time/time_elapsed", 0)]
    [InlineData("time_total_s", 0)]
    [InlineData("_timestamp", 1.7e9)]
    [InlineData("wall_time", 1.7e9)]
    public void SecondsSinceTheRunBeganAndClocksAreTheTimeOfTheirRows(string column, double offset)
    {
        var run = Assert.Single(ReadRun.Of(Lines(column, row => offset + (2.5 * row)), "log.jsonl"));

        Assert.Equal([0, 2.5, 5, 7.5], run.Values(Metric.Elapsed));
        Assert.Equal([0, 10, 20, 30], run.Steps(Metric.Elapsed));
        Assert.Equal("elapsed", run.Log.MappedColumns[column]);
        Assert.Equal(4, run.Values(Metric.Loss).Length);
    }

    /// <summary>Names of times that may be of a step, of an epoch or of what is left tell none.</summary>
    [Theory]
    [InlineData("time")]
    [InlineData("step_time")]
    [InlineData("elapsed")]
    [InlineData("eta_seconds")]
    [InlineData("train_runtime_per_step")]
    public void OtherTimesAreNotTakenForIt(string column) => Assert.Empty(Assert.Single(ReadRun.Of(Lines(column, row => 2.5 * row), "log.jsonl")).Values(Metric.Elapsed));

    [Fact]
    public void AnyColumnIsTakenWhenSomebodySaysSo()
    {
        var options = new LogReadOptions { Roles = new Dictionary<string, string> { ["elapsed"] = "t" } };

        Assert.Equal([0, 2.5, 5, 7.5], Assert.Single(ReadRun.Of(Lines("t", row => 2.5 * row), "log.jsonl", options)).Values(Metric.Elapsed));
    }

    /// <summary>Two handlers of one logger write each row twice, a moment apart: it is one row.</summary>
    [Fact]
    public void ARowWrittenTwiceAMomentApartIsOneRow()
    {
        string lines = string.Concat(Enumerable.Range(0, 12).Select(row => string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{row / 2},\"loss\":{3 - (row / 2 * 0.25):R},\"_timestamp\":{1.7e9 + row:R}}}\n")));

        var run = Assert.Single(ReadRun.Of(lines, "log.jsonl"));

        Assert.Equal([0, 1, 2, 3, 4, 5], run.Steps(Metric.Loss));
        Assert.Equal([0, 2, 4, 6, 8, 10], run.Values(Metric.Elapsed));
    }

    [Fact]
    public void ARunBegunAnewGoesOnFromWhereItsTimeStood()
    {
        var clock = RunClock.Of(Series([10, 20, 30, 5, 15, 25, 35, 45, 55, 65, 75]))!;

        Assert.Equal([10, 20, 30, 35, 45, 55, 65, 75, 85, 95, 105], clock.Values);
    }

    /// <summary>What falls again and again is the time of an epoch, and one time alone makes no axis.</summary>
    [Fact]
    public void WhatIsNoTimeOfARunMakesNoAxis()
    {
        Assert.Null(RunClock.Of(null));
        Assert.Null(RunClock.Of(Series([3])));
        Assert.Null(RunClock.Of(Series([3, double.NaN])));
        Assert.Null(RunClock.Of(Series([3, 2.9, 3.1, 3, 3.2, 2.8, 3])));
    }

    private static SeriesDocument Series(double[] values) => new() { Scope = null, Steps = [.. Enumerable.Range(0, values.Length).Select(index => (long)index)], Values = values };

    private static string Lines(string column, Func<int, double> time) => string.Concat(Enumerable.Range(0, 4).Select(row => string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{10 * row},\"loss\":{3 - (0.5 * row)},\"{column}\":{time(row):R}}}\n")));
}
