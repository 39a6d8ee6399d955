using System.Globalization;
using System.IO.Compression;
using System.Text;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Readers;

public sealed class FolderTests : IDisposable
{
    private const string Table = "epoch,loss\n0,3\n1,2\n2,1\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("logs");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void FindsOneLogPerRun()
    {
        Write("a/version_0/metrics.csv", Table);
        Write("a/version_0/hparams.yaml", "lr: 0.1");
        Write("a/version_0/events.out.tfevents.1.host", new EventFileWriter().Scalar(1, "loss", 1).ToArray());
        Write("a/version_1/metrics.csv", Table);
        Write("b/checkpoint-10/trainer_state.json", """{"log_history": [{"loss": 2.0, "step": 10}]}""");
        Write("b/checkpoint-20/trainer_state.json", """{"log_history": [{"loss": 2.0, "step": 10}, {"loss": 1.0, "step": 20}]}""");
        Write("data/prices.csv", "city,price\nA,1\nB,2\n");
        Write("readme.md", "Train with lr 0.1 for 10 epochs.");
        Write(".hidden/metrics.csv", Table);

        var found = LogOpener.Open(_folder.FullName);

        Assert.Equal(["checkpoint-20", "version_0", "version_1"], found.Select(log => log.Name).Order());
        Assert.All(found.Where(log => log.Name.StartsWith("version", StringComparison.Ordinal)), log => Assert.EndsWith("metrics.csv", log.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void JoinsTheFilesOfMLflow()
    {
        Write("mlruns/0/run1/meta.yaml", "status: 3");
        Write("mlruns/0/run1/metrics/train_loss", "1617110664967 3 0\n1617110664968 1 2\n1617110664969 2 1\n");
        Write("mlruns/0/run1/metrics/val/loss", "1617110664967 4 0\n1617110664968 nan 2\n");
        Write("mlruns/0/run1/metrics/system/cpu", "1617110664967 99 0\n");

        var run = Assert.Single(ReadRun.OfPath(_folder.FullName));

        Assert.Equal("mlflow", run.Run.Source);
        Assert.Equal([3.0, 2.0, 1.0], run.Values(Metric.Loss));
        Assert.Equal([4.0, double.NaN], run.Values(Metric.ValidationLoss));
        Assert.Equal([0L, 2], run.Steps(Metric.ValidationLoss));
    }

    [Fact]
    public void JoinsTheFilesOfDvcLive()
    {
        Write("dvclive/plots/metrics/train/loss.tsv", "step\tloss\n0\t3\n1\t2\n");
        Write("dvclive/plots/metrics/eval/loss.tsv", "timestamp\tstep\tloss\n1700000000\t0\t4\n1700000001\t1\t3.5\n");
        Write("dvclive/metrics.json", """{"train": {"loss": 2}}""");

        var run = Assert.Single(ReadRun.OfPath(_folder.FullName));

        Assert.Equal("dvclive", run.Run.Source);
        Assert.Equal([3.0, 2.0], run.Values(Metric.Loss));
        Assert.Equal([4.0, 3.5], run.Values(Metric.ValidationLoss));
    }

    [Fact]
    public void JoinsTrainAndValidationOfKerasAndTheFoldersOfAddScalars()
    {
        Write("keras/train/events.out.tfevents.1.h", new EventFileWriter().Tensor(0, "epoch_loss", 3, "scalars").Tensor(1, "epoch_loss", 2, null).ToArray());
        Write("keras/validation/events.out.tfevents.2.h", new EventFileWriter().Tensor(0, "epoch_loss", 4, "scalars").Tensor(1, "epoch_loss", 3.5f, null).ToArray());
        Write("torch/events.out.tfevents.1.h", new EventFileWriter().Scalar(0, "lr", 0.5f).ToArray());
        Write("torch/loss_train/events.out.tfevents.1.h", new EventFileWriter().Scalar(0, "loss", 6).Scalar(1, "loss", 5).ToArray());
        Write("torch/loss_val/events.out.tfevents.1.h", new EventFileWriter().Scalar(0, "loss", 7).Scalar(1, "loss", 8).ToArray());

        var runs = ReadRun.OfPath(_folder.FullName).ToDictionary(run => run.Run.Name);

        Assert.Equal([3.0, 2.0], runs["keras"].Values(Metric.Loss));
        Assert.Equal([4.0, 3.5], runs["keras"].Values(Metric.ValidationLoss));
        Assert.Equal([6.0, 5.0], runs["torch"].Values(Metric.Loss));
        Assert.Equal([7.0, 8.0], runs["torch"].Values(Metric.ValidationLoss));
        Assert.Equal([0.5], runs["torch"].Values(Metric.LearningRate));
    }

    [Fact]
    public void JoinsEventFilesThatContinueAndKeepsALaterEvaluationApart()
    {
        Write("run/events.out.tfevents.1.h", new EventFileWriter().Scalar(1, "loss", 4).Scalar(1, "val_loss", 5).Scalar(2, "loss", 3).ToArray());
        Write("run/events.out.tfevents.2.h", new EventFileWriter().Scalar(3, "loss", 2).Scalar(3, "val_loss", 4).ToArray());
        Write("run/events.out.tfevents.3.h", new EventFileWriter().Scalar(4, "val_loss", 0.5f).ToArray());
        Write("run/events.out.tfevents.4.h", new EventFileWriter().Scalar(1, "loss", 9).Scalar(2, "loss", 8).ToArray());

        var runs = ReadRun.OfPath(_folder.FullName);

        Assert.Equal([[4.0, 3, 2], [], [9.0, 8]], runs.Select(run => run.Values(Metric.Loss)));
        Assert.Equal([[5.0, 4], [0.5], []], runs.Select(run => run.Values(Metric.ValidationLoss)));
    }

    [Fact]
    public void ReadsCompressedLogsAndKeepsWhatIsBeforeACut()
    {
        var table = new StringBuilder("step,loss\n");
        var random = new Random(1);
        for (int i = 0; i < 30_000; i++)
        {
            table.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{i},{random.NextDouble():R}");
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(table.ToString()));
        }

        var whole = Assert.Single(ReadRun.Of(packed.ToArray(), "log.csv.gz"));
        var cut = Assert.Single(ReadRun.Of(packed.ToArray()[..(int)(packed.Length / 2)], "log.csv.gz"));

        Assert.Equal(30_000, whole.Values(Metric.Loss).Length);
        Assert.InRange(cut.Values(Metric.Loss).Length, 12_000, 18_000);
        Assert.NotEmpty(cut.Log.Damage);
    }

    [Fact]
    public void DiagnosesManyLogsAndIsolatesTheUnreadable()
    {
        for (int i = 0; i < 1000; i++)
        {
            Write($"run{i:000}/metrics.csv", Table);
        }

        string bad = Path.Combine(_folder.FullName, "bad.csv");
        File.WriteAllText(bad, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
        var logs = LogOpener.Open(_folder.FullName).Append(LogOpener.Open(bad)[0]).ToList();
        int told = 0;

        var outcomes = LogDiagnosis.DiagnoseAll(logs, RuleSet.Default, _ => told++);

        Assert.Equal(1001, told);
        Assert.Equal(logs, outcomes.Select(outcome => outcome.Source), (a, b) => a.Path == b.Path);
        Assert.All(outcomes.SkipLast(1), outcome => Assert.Single(outcome.Runs));
        Assert.Contains("Git-LFS", outcomes[^1].Error!.Message, StringComparison.Ordinal);
    }

    /// <summary>Four logs, each of which waits at its first value until all four have come so far.</summary>
    [Fact]
    public void ReadsAsManyLogsAtATimeAsItIsTold()
    {
        const int Logs = 4;
        for (int i = 0; i < Logs; i++)
        {
            Write($"run{i}.csv", Table);
        }

        using var meeting = new Barrier(Logs);
        var outcomes = LogDiagnosis.DiagnoseAll(LogOpener.Open(_folder.FullName), RuleSet.Of([new MeetingRule(meeting)]), parallelism: Logs);

        Assert.Equal(Logs, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.Equal(RuleOutcome.Passed, Assert.Single(outcome.Runs).Rules.Single(rule => rule.Rule.Name == "meeting").Outcome));
    }

    [Fact]
    public void OffersTheRunsOfALogAsSources()
    {
        Write("metrics.csv", "epoch,loss,eval_b_loss,eval_loss\n0,3,1,2\n1,2,1,2\n0,9,5,6\n1,8,5,6\n");

        var runs = LogOpener.Open(Path.Combine(_folder.FullName, "metrics.csv"))[0].FindRuns();

        Assert.Equal(2, runs.Count);
        var second = new ReadRun(new RunDescription(), runs[1].Scopes);
        runs[1].CopyTo(second);
        Assert.Equal([9.0, 8.0], second.Values(Metric.Loss));
        Assert.Equal([5.0, 5.0], second.Values(Metric.ValidationLoss, "b"));
    }

    [Fact]
    public void ManyLogsStandInTheOrderOfTheirNames()
    {
        string[] names = [.. Enumerable.Range(0, 300).Select(log => string.Create(CultureInfo.InvariantCulture, $"{log:D3}"))];
        foreach (string name in names.Reverse())
        {
            Write($"{name}.csv", Table);
            Write($"{name}.txt", "Once upon a time.");
        }

        Assert.Equal(names, LogOpener.Open(_folder.FullName).Select(log => log.Name));
    }

    [Fact]
    public void WhoeverForbidsALookIsHeardAmongManyLogsToo()
    {
        Write("a.csv", Table);
        Write("b.csv", Table);
        var options = new LogReadOptions { MayRead = _ => throw new InvalidOperationException("not here") };

        Assert.Equal("not here", Assert.Throws<InvalidOperationException>(() => LogOpener.Open(_folder.FullName, options)).Message);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "Git-LFS")]
    [InlineData("", "empty")]
    [InlineData("PK\u0003\u0004rest", "ZIP")]
    [InlineData("a\0b\0c", "binary")]
    [InlineData("Once upon a time.\n", "no number")]
    public void SaysWhatIsWrong(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<LogFormatException>(() => ReadRun.Of(text, "x.log")).Message, StringComparison.Ordinal);

    [Fact]
    public void NamesAMissingFile() =>
        Assert.Contains("no such file", Assert.Throws<LogFormatException>(() => LogOpener.Open(Path.Combine(_folder.FullName, "none"))).Message, StringComparison.Ordinal);

    private void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    private void Write(string path, byte[] bytes)
    {
        string full = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }
}
