using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Readers;

/// <summary>Event files of more rows than are handed on at a time, and of records longer than what is looked at at once.</summary>
public sealed class LongEventFileTests : IDisposable
{
    private const int Steps = 9_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void EveryNumberComesInItsPlace(int parallelism)
    {
        var run = Assert.Single(ReadRun.Of(Written(0, Steps).ToArray(), options: new LogReadOptions { Parallelism = parallelism }));

        AssertWhole(run);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void AFileThatComesInDribletsIsReadAllTheSame(int parallelism)
    {
        using var stream = new DribblingStream(Written(0, Steps).ToArray());

        AssertWhole(Assert.Single(ReadRun.Of(LogOpener.OpenStream(stream, "log", new LogReadOptions { Parallelism = parallelism }))));
    }

    [Fact]
    public void ARecordLongerThanTheWindowStandsBetweenOthers()
    {
        var writer = Written(0, 100).Note(700_000);
        for (int step = 100; step < Steps; step++)
        {
            Write(writer, step);
        }

        AssertWhole(Assert.Single(ReadRun.Of(writer.Note(300_000).ToArray())));
    }

    [Fact]
    public void SeveralFilesOfWhichSomeAreDamagedReadAlikeOnOneThreadAndOnTwo()
    {
        byte[] second = Written(3_000, 6_000).ToArray();
        second[second.Length / 2] ^= 0x55;
        byte[] third = Written(6_000, Steps).ToArray();
        File.WriteAllBytes(Path.Combine(_folder, "events.out.tfevents.1"), Written(0, 3_000).ToArray());
        File.WriteAllBytes(Path.Combine(_folder, "events.out.tfevents.2"), second);
        File.WriteAllBytes(Path.Combine(_folder, "events.out.tfevents.3"), third[..^7]);

        var alone = Assert.Single(ReadRun.OfPath(_folder, new LogReadOptions { Parallelism = 1 }));
        var ahead = Assert.Single(ReadRun.OfPath(_folder, new LogReadOptions { Parallelism = 4 }));

        Assert.InRange(alone.Log.Damage.Count, 2, 3);
        Assert.Equal(alone.Log.Damage, ahead.Log.Damage);
        Assert.Equal(alone.Run.StartedAt, ahead.Run.StartedAt);
        Assert.Equal(alone.Series.Keys, ahead.Series.Keys);
        Assert.All(alone.Series, series => Assert.Equal(series.Value, ahead.Series[series.Key]));
    }

    [Fact]
    public void WhoeverFailsWhileALongFileIsReadIsToldOfItsOwnFault()
    {
        string path = Path.Combine(_folder, "events.out.tfevents.1");
        File.WriteAllBytes(path, Written(0, Steps).ToArray());

        Assert.Equal("enough", Assert.Throws<InvalidOperationException>(() => LogOpener.Open(path, new LogReadOptions { Parallelism = 4 })[0].Read((_, _) => new TiringSink())).Message);
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => LogOpener.Open(path, new LogReadOptions { Parallelism = 4 })[0].Read((_, _) => null, stopped.Token));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static EventFileWriter Written(int from, int to)
    {
        var writer = new EventFileWriter();
        for (int step = from; step < to; step++)
        {
            Write(writer, step);
        }

        return writer;
    }

    private static void Write(EventFileWriter writer, int step)
    {
        writer.Scalar(step, "train/loss", Loss(step)).Scalar(step, "train/lr", 1f / (1 + step));
        if (step % 500 == 499)
        {
            writer.Scalar(step, "val/loss", Loss(step) + 1);
        }
    }

    private static float Loss(int step) => 2f / (1 + (step / 100f));

    private static void AssertWhole(ReadRun run)
    {
        var steps = Enumerable.Range(0, Steps).ToList();
        Assert.Equal(steps.Select(step => (double)Loss(step)), run.Values(Metric.Loss));
        Assert.Equal(steps.Select(step => (long)step), run.Steps(Metric.Loss));
        Assert.Equal(steps.Select(step => (double)(1f / (1 + step))), run.Values(Metric.LearningRate));
        Assert.Equal(steps.Where(step => step % 500 == 499).Select(step => (double)(Loss(step) + 1)), run.Values(Metric.ValidationLoss));
        Assert.Empty(run.Log.Damage);
    }

    private sealed class DribblingStream(byte[] bytes) : MemoryStream(bytes)
    {
        private int _count;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1 + (_count++ * 37 % 1000))]);
    }

    private sealed class TiringSink : IMeasurementSink
    {
        private int _count;

        public void Begin(RunDescription run)
        {
        }

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement)
        {
            if (++_count > 15_000)
            {
                throw new InvalidOperationException("enough");
            }
        }

        public void Complete()
        {
        }
    }
}
