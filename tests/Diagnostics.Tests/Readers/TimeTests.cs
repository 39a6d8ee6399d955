using System.Globalization;
using TrainingDoctor.Readers;
using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Html.Charts;

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

    /// <summary>Names of times that may be of a step, of an epoch or of what is left tell none, unless the values show it.</summary>
    [Theory]
    [InlineData("step_time")]
    [InlineData("eta_seconds")]
    [InlineData("remaining_time")]
    [InlineData("train_runtime_per_step")]
    [InlineData("eval_time")]
    public void OtherTimesAreNotTakenForIt(string column) => Assert.Empty(Run(column, row => 2.5 * (row + 1)).Values(Metric.Elapsed));

    [Theory]
    [InlineData("time")]
    [InlineData("elapsed")]
    [InlineData("total_time")]
    [InlineData("Time (s)")]
    [InlineData("train/seconds")]
    public void ATimeThatAddsUpIsThatOfItsRows(string column)
    {
        Assert.Equal([2.5, 5, 7.5, 10, 12.5, 15, 17.5, 20], Run(column, row => 2.5 * (row + 1)).Values(Metric.Elapsed));
        Assert.Equal([0, 60, 120, 180, 240, 300, 360, 420], Run(column, row => 1.7e9 + (60 * row)).Values(Metric.Elapsed));

        // Of an epoch that takes as long as the others, or a little longer each time.
        Assert.Empty(Run(column, row => 12.5 + (row % 3)).Values(Metric.Elapsed));
        Assert.Empty(Run(column, row => 12.5 + (0.3 * row)).Values(Metric.Elapsed));
    }

    [Theory]
    [InlineData("elapsed_ms", 1e-3)]
    [InlineData("elapsed_min", 60)]
    [InlineData("time_hours", 3600)]
    public void UnitsThatANameTellsAreTurnedIntoSeconds(string column, double unit)
    {
        double[] seconds = Run(column, row => 100 * (row + 1)).Values(Metric.Elapsed);

        Assert.Equal(8, seconds.Length);
        Assert.All(seconds.Index(), second => Assert.Equal(100 * (second.Index + 1) * unit, second.Item, 6));
    }

    [Theory]
    [InlineData(1e3)]
    [InlineData(1e6)]
    [InlineData(1e9)]
    public void ClocksMayCountFinerThanSeconds(double parts) =>
        Assert.Equal([0, 2, 4, 6, 8, 10, 12, 14], Run("timestamp", row => Math.Round((1.7e9 + (2 * row)) * parts)).Values(Metric.Elapsed).Select(second => Math.Round(second, 3)));

    [Theory]
    [InlineData("\"2024-03-01T23:59:{0:00}Z\"")]
    [InlineData("\"2024-03-01 23:59:{0:00}.000\"")]
    [InlineData("\"2024/03/01 23:59:{0:00}\"")]
    public void DatesAreTimes(string form)
    {
        string lines = string.Concat(Enumerable.Range(0, 6).Select(row => string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{row},\"loss\":{3 - (0.25 * row):R},\"when\":0,\"time\":{string.Format(CultureInfo.InvariantCulture, form, 10 * row)}}}\n")));
        string table = "step,loss,time\n" + string.Concat(Enumerable.Range(0, 6).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row},{3 - (0.25 * row):R},{string.Format(CultureInfo.InvariantCulture, form, 10 * row).Trim('"')}\n")));

        Assert.Equal([0, 10, 20, 30, 40, 50], Assert.Single(ReadRun.Of(lines, "log.jsonl")).Values(Metric.Elapsed));
        Assert.Equal([0, 10, 20, 30, 40, 50], Assert.Single(ReadRun.Of(table, "log.csv")).Values(Metric.Elapsed));
    }

    [Theory]
    [InlineData("2024-03-01 23:59:{0:00},123 - trainer - INFO - step {1} loss: {2}")]
    [InlineData("[23:59:{0:00}] step {1}, loss = {2}")]
    [InlineData("INFO 03-01 23:59:{0:00} step {1} | loss {2}")]
    [InlineData("I0301 23:59:{0:00}.123456 1234 solver.cpp:228] Iteration {1}, loss = {2}")]
    [InlineData("Mar  1 23:59:{0:00} host python[12]: step {1} loss {2}")]
    [InlineData("[03/01 23:59:{0:00} d2.utils.events]: iter: {1}  total_loss: {2}")]
    [InlineData("2024-03-01T23:59:{0:00}+09:00 step={1} loss={2}")]
    public void PrintedLinesTellTheTimeThatTheirLoggerPutBeforeThem(string form)
    {
        string lines = string.Concat(Enumerable.Range(0, 6).Select(row => string.Format(CultureInfo.InvariantCulture, form + "\n", 10 * row, 100 * row, 3 - (0.25 * row))));

        var run = Assert.Single(ReadRun.Of(lines, "log.txt"));

        Assert.Equal([3, 2.75, 2.5, 2.25, 2, 1.75], run.Values(Metric.Loss));
        Assert.Equal([0, 10, 20, 30, 40, 50], run.Values(Metric.Elapsed).Select(second => Math.Round(second, 3)));
    }

    /// <summary>Clocks without a date begin again at midnight.</summary>
    [Fact]
    public void ALogGoesOnBeyondMidnight()
    {
        string lines = string.Concat(Enumerable.Range(0, 6).Select(row => string.Create(CultureInfo.InvariantCulture, $"[{new TimeOnly(23, 50).AddMinutes(4 * row):HH:mm:ss}] step {row} loss: {3 - (0.25 * row):R}\n")));

        Assert.Equal([0, 240, 480, 720, 960, 1200], Assert.Single(ReadRun.Of(lines, "log.txt")).Values(Metric.Elapsed));
    }

    /// <summary>MMEngine and detectron2 log how long a step took beside how long its data did: <c>time</c> is then no time of the row.</summary>
    [Fact]
    public void TheTimeOfAStepIsTakenBesideThatOfItsData()
    {
        string lines = string.Concat(Enumerable.Range(0, 8).Select(row => string.Create(CultureInfo.InvariantCulture, $"{{\"iter\":{50 * (row + 1)},\"loss\":{3 - (0.25 * row):R},\"time\":{0.5 + (0.01 * (row % 2)):R},\"data_time\":0.3}}\n")));

        var run = Assert.Single(ReadRun.Of(lines, "log.json"));

        Assert.Equal([0.5, 0.51, 0.5, 0.51, 0.5, 0.51, 0.5, 0.51], run.Values(Metric.StepTime));
        Assert.All(run.Values(Metric.DataTime), value => Assert.Equal(0.3, value));
        Assert.Empty(run.Values(Metric.Elapsed));
    }

    [Theory]
    [InlineData("iter {0}: loss {1}, iter time: 51.20 ms", 0.0512)]
    [InlineData("step: {0} | loss: {1} | step_time: 2.5", 2.5)]
    [InlineData("iteration {0} | elapsed time per iteration (ms): 900.0 | lm loss: {1}", 0.9)]
    public void PrintedTimesOfStepsAreTakenWithTheirUnit(string form, double seconds)
    {
        string lines = string.Concat(Enumerable.Range(0, 8).Select(row => string.Format(CultureInfo.InvariantCulture, form + "\n", 10 * row, 3 - (0.25 * row))));

        var run = Assert.Single(ReadRun.Of(lines, "log.txt"));

        Assert.Equal(8, run.Values(Metric.StepTime).Length);
        Assert.All(run.Values(Metric.StepTime), value => Assert.Equal(seconds, value, 6));
        Assert.Equal(8, run.Values(Metric.Loss).Length);
    }

    /// <summary>What an evaluation took is no time of training.</summary>
    [Fact]
    public void TimesOfEvaluationsAreNotTaken()
    {
        string lines = string.Concat(Enumerable.Range(0, 8).Select(row => string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{10 * row},\"loss\":{3 - (0.25 * row):R},\"val_step_time\":0.5,\"val_data_time\":0.3}}\n")));

        Assert.Empty(Assert.Single(ReadRun.Of(lines, "log.jsonl")).Values(Metric.StepTime));
    }

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

    private static ReadRun Run(string column, Func<int, double> time) =>
        Assert.Single(ReadRun.Of(string.Concat(Enumerable.Range(0, 8).Select(row => string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{10 * row},\"loss\":{3 - (0.25 * row):R},\"{column}\":{time(row):R}}}\n"))), "log.jsonl"));

    private static SeriesDocument Series(double[] values) => new() { Scope = null, Steps = [.. Enumerable.Range(0, values.Length).Select(index => (long)index)], Values = values };

    private static string Lines(string column, Func<int, double> time) => string.Concat(Enumerable.Range(0, 4).Select(row => string.Create(CultureInfo.InvariantCulture, $"{{\"step\":{10 * row},\"loss\":{3 - (0.5 * row)},\"{column}\":{time(row):R}}}\n")));
}
