using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
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

        var runs = ReadRun.Of(text);
        Assert.Equal(50, runs.Count);
        Assert.Contains("70 further runs", runs[^1].Log.Notes[^1], StringComparison.Ordinal);
        Assert.Equal(120, ReadRun.Of(text, options: new LogReadOptions { MaximumRuns = 200 }).Count);
    }

    [Fact]
    public void SettingsThatArePrintedAnewHeadAnotherRun()
    {
        static string Training(double from) => string.Concat(Enumerable.Range(1, 6).Select(i => FormattableString.Invariant($"Valid Loss: {from / i:f4}\n")));
        const string Settings = "Training parameters Namespace(batch_size=16, lr=0.1, num_steps=100, rank=0)\n";

        // Two processes print the same settings before anything is measured.
        var runs = ReadRun.Of(Settings + Settings + Training(3) + Settings + Settings + Training(2), "train.log");

        Assert.Equal(2, runs.Count);
        Assert.All(runs, run => Assert.Equal(6, run.Values(Metric.ValidationLoss).Length));
    }

    [Fact]
    public void SettingsOverSeveralLinesMeasureNothing()
    {
        const string Settings = "Namespace(batch_size=16,\n  device=device(type='cuda'),\n  learning_rate=0.1, loss_scale=0,\n  seed=3)\n";

        var run = Assert.Single(ReadRun.Of(Settings + Settings + "epoch 1 loss 2.5\nepoch 2 loss 2.25\n", "train.log"));

        Assert.Equal([2.5, 2.25], run.Values(Metric.Loss));
        Assert.Empty(run.Values(Metric.LearningRate));
        Assert.Empty(run.Values(Metric.LossScale));
    }

    [Fact]
    public void SettingsBeforeARunThatGoesOnSplitNothing()
    {
        static string Training(int from) => string.Concat(Enumerable.Range(from, 6).Select(i => FormattableString.Invariant($"epoch {i} loss {3.0 / i:f4}\n")));

        Assert.Equal(12, Assert.Single(ReadRun.Of($"Namespace(lr=0.1)\n{Training(1)}Namespace(lr=0.1)\n{Training(7)}", "train.log")).Values(Metric.Loss).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EachTrialOfASearchIsARun(bool lowest)
    {
        double[] values = [0.3, 0.5, 0.2, 0.4];
        string text = string.Concat(Enumerable.Range(0, 4).Select(trial =>
        {
            double value = values[trial];
            double best = lowest ? values.Take(trial + 1).Min() : values.Take(trial + 1).Max();
            return string.Concat(Enumerable.Range(1, 5).Select(epoch => FormattableString.Invariant($"epoch {epoch} loss {2.0 / epoch:f3}\n")))
                + FormattableString.Invariant($"[I 2021-05-01 10:00:0{trial},100] Trial {trial} finished with value: {value:f3} and parameters: {{'lr': 0.00{trial + 1}}}. Best is trial {Array.IndexOf(values, best)} with value: {best:f3}.\n");
        }));
        var runs = ReadRun.Of(text, "search.log");

        Assert.Equal(4, runs.Count);
        Assert.All(runs, run => Assert.Equal(5, run.Values(Metric.Loss).Length));
        Assert.All(runs, run => Assert.Empty(run.Values(Metric.LearningRate)));
        Assert.All(runs, run => Assert.Single(run.Values(lowest ? Metric.ValidationLoss : Metric.ValidationAccuracy)));
    }

    [Theory]
    [InlineData("rank,step,loss\n", "{0},{1},{2}\n")]
    [InlineData("", "[rank{0}]: step {1} loss {2}\n")]
    public void ComparesRanksThatStandOneAfterAnother(string head, string line)
    {
        string text = head + string.Concat(Enumerable.Range(0, 3).SelectMany(rank => Enumerable.Range(1, 20).Select(step => string.Format(CultureInfo.InvariantCulture, line, rank, step, 1.0 / step + rank))));

        var run = Assert.Single(ReadRun.Of(text, "ranks.log"));

        Assert.Equal(20, run.Values(Metric.Loss).Length);
        Assert.All(["0", "1", "2"], rank => Assert.Equal(20, run.Values(Metric.RankLoss, rank).Length));
        Assert.Equal(3.0, run.Values(Metric.RankLoss, "2")[0]);
    }

    [Fact]
    public void HandsOnWhatEachRankOfOneFileMeasured()
    {
        string text = string.Concat(Enumerable.Range(1, 20).SelectMany(step => Enumerable.Range(0, 3).Select(rank => string.Create(CultureInfo.InvariantCulture, $"[rank{rank}]: step {step} loss {(1.0 / step) + rank:f4}\n"))));

        var run = Assert.Single(ReadRun.Of(text));

        Assert.Equal(20, run.Values(Metric.Loss).Length);
        Assert.All(Enumerable.Range(0, 3), rank =>
        {
            var points = run.Series[(Metric.RankLoss, rank.ToString(CultureInfo.InvariantCulture))];
            Assert.Equal(Enumerable.Range(1, 20).Select(step => (long)step), points.Select(point => point.Step));
            Assert.Equal(1 + rank, points[0].Value, 4);
        });
    }

    [Fact]
    public void TakesAFoldOfOneRowForARun()
    {
        string text = string.Concat(Enumerable.Range(1, 5).Select(fold => string.Create(CultureInfo.InvariantCulture, $"Fold {fold}/5\nEpoch 1/1 - Loss: 0.{fold}1, Accuracy: 0.6{fold}\nValidation Loss: 0.{fold}2\n")));

        Assert.Equal([[0.11], [0.21], [0.31], [0.41], [0.51]], ReadRun.Of(text).Select(run => run.Values(Metric.Loss)));
    }

    [Fact]
    public void LetsGoOfTheRulesOfARunThatIsOver()
    {
        var (ending, engine) = Ended();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.False(engine.IsAlive);
        Assert.NotNull(ending.Outcome);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (EndingDiagnosis Ending, WeakReference Engine) Ended()
    {
        var engine = new RuleEngine(RuleSet.Default, new ScopeTable());
        var ending = new EndingDiagnosis(engine);
        ending.Begin(new RunDescription { Name = "over" });
        for (int step = 0; step < 100; step++)
        {
            ending.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, 1.0 / (1 + step)));
        }

        ending.Complete();
        return (ending, new WeakReference(engine));
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

    [Fact]
    public void FoldsAreToldApartByEpochsThatOnlyEvaluationsTell()
    {
        var writer = new WandbFileWriter();
        double[] losses = [0.55, 0.44, 0.42, 0.41, 0.405];
        for (int fold = 0; fold < 3; fold++)
        {
            for (int epoch = 0; epoch < losses.Length; epoch++)
            {
                int step = (2 * losses.Length * fold) + (2 * epoch);
                writer.Row(step, ("train_loss", FormattableString.Invariant($"{losses[epoch] + (0.001 * fold)}"))).Row(step + 1, ("val_accuracy", FormattableString.Invariant($"{0.9 + (0.01 * epoch)}")), ("epoch", $"{epoch + 1}"));
            }
        }

        var runs = ReadRun.Of(writer.ToArray(), "run-1.wandb");

        Assert.Equal(3, runs.Count);
        Assert.All(runs, run => Assert.Equal(losses.Length, run.Values(Metric.Loss).Length));
        Assert.All(runs, run => Assert.Equal(losses.Length, run.Values(Metric.ValidationAccuracy).Length));
    }

    [Fact]
    public void EvaluationsBehindTheSettingsOfAnotherStartAreOfThatStart()
    {
        var log = new StringBuilder();
        for (int start = 0; start < 3; start++)
        {
            log.Append("Training parameters Namespace(\ndata='birds',\n learning_rate=0.1, loss_scale=0,\n weight_decay=0.03)\n");
            for (int step = 1; step < 5; step++)
            {
                log.Append(CultureInfo.InvariantCulture, $"\nValidation Results\nGlobal Steps: {100 * step}\nValid Loss: {5.3 - (0.1 * step)}\nValid Accuracy: {0.1 * step}\ntrain accuracy so far: {0.11 * step}\n");
            }
        }

        var runs = ReadRun.Of(log.ToString());

        Assert.Equal(3, runs.Count);
        Assert.All(runs, run => Assert.Equal(4, run.Values(Metric.ValidationLoss).Length));
        Assert.All(runs, run => Assert.Empty(run.Values(Metric.LearningRate)));
    }
}
