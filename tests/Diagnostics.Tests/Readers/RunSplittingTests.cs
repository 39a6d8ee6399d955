using System.Globalization;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Readers;

/// <summary>Steps that go up and down, or backwards: as many runs as there are, within bounds, or one clear refusal.</summary>
public sealed class RunSplittingTests
{
    [Fact]
    public void RefusesRowsThatNothingTellsApart()
    {
        string text = "epoch,loss\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(i % 2 == 0 ? 5 : 0)},{1 + (i % 7)}\n")));

        var exception = Assert.Throws<LogFormatException>(() => ReadRun.Of(text));

        Assert.Contains("by turns", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void ReadsNewestFirstFromTheEnd()
    {
        string text = "step,loss\n" + string.Concat(Enumerable.Range(0, 3000).Reverse().Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{3000 - i}\n")));

        var run = Assert.Single(ReadRun.Of(text));

        Assert.Equal(3000, run.Values(Metric.Loss).Length);
        Assert.Equal((0L, 2999L), (run.Steps(Metric.Loss)[0], run.Steps(Metric.Loss)[^1]));
        Assert.Contains("newest first", Assert.Single(run.Log.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void BoundsRunsOfAFewRowsAndCountsTheRest()
    {
        string text = "epoch,loss\n" + string.Concat(Enumerable.Range(0, 600).Select(i => string.Create(CultureInfo.InvariantCulture, $"{1 + (i % 3)},{3 - (i % 3)}\n")));

        var runs = ReadRun.Of(text);

        Assert.Equal(50, runs.Count);
        Assert.Contains("150 further runs", runs[^1].Log.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsAGridOfManyRuns()
    {
        string text = "epoch,loss,lr\n" + string.Concat(Enumerable.Range(0, 1200).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i % 10},{10 - (i % 10)},0.1\n")));

        Assert.Equal(120, ReadRun.Of(text).Count);
    }

    [Fact]
    public void KeepsARowOfAStartThatCameToNothing()
    {
        var runs = ReadRun.Of("step,loss\n10,5\n20,4\n30,3\n10,6\n10,5.5\n20,4.5\n");

        Assert.Equal([[5.0, 4, 3], [6, 5.5, 4.5]], runs.Select(run => run.Values(Metric.Loss)));
    }

    [Fact]
    public void TellsWhatTheRunsWereToldApartBy()
    {
        var runs = ReadRun.Of("seed,epoch,loss\n" + string.Concat(Enumerable.Range(0, 6).Select(i => string.Create(CultureInfo.InvariantCulture, $"1,{i},{9 - i}\n2,{i},{8 - i}\n"))));

        Assert.Equal([[9.0, 8, 7, 6, 5, 4], [8, 7, 6, 5, 4, 3]], runs.Select(run => run.Values(Metric.Loss)));
        Assert.Contains("'seed'", Assert.Single(runs[0].Log.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void NaNOfALossThatStaysIsNoGap()
    {
        var run = Assert.Single(ReadRun.Of("step,loss,val_loss\n1,5,5\n2,4,4\n3,nan,nan\n4,nan,nan\n5,nan,nan\n"));

        Assert.Equal(5, run.Values(Metric.Loss).Length);
        Assert.True(double.IsNaN(run.Values(Metric.ValidationLoss)[^1]));
    }
}
