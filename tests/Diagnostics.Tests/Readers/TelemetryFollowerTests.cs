using System.Text;
using TrainingDoctor.Readers;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Tests.Readers;

public sealed class TelemetryFollowerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    private string Log => Path.Combine(_folder, "run.jsonl");

    [Fact]
    public void ReadsEachLineOnceAndOnlyWhenItIsWhole()
    {
        var sink = new Collector();
        var follower = new TelemetryFollower(Log, (_, _) => sink);
        Assert.Equal(TelemetryProgress.Gone, follower.Read());

        Append("{\"telemetry\":\"1.0\",\"run\":{\"name\":\"a\"}}\n{\"step\":0,\"m\":[[\"loss\",\"\",0.4");
        Assert.Equal(TelemetryProgress.Grew, follower.Read());
        Assert.Empty(sink.Losses);
        Assert.Equal(TelemetryProgress.None, follower.Read());

        Append("5]]}\n");
        Assert.Equal(TelemetryProgress.Grew, follower.Read());
        Assert.Equal([(0L, 0.45)], sink.Losses);

        Append("{\"step\":1,\"m\":[[\"loss\",\"\",0.25]]}\n{\"complete\":true}\n");
        Assert.Equal(TelemetryProgress.Grew, follower.Read());
        Assert.Equal([(0L, 0.45), (1L, 0.25)], sink.Losses);
        Assert.True(follower.IsComplete && sink.IsComplete);
        Assert.Equal(TelemetryProgress.None, follower.Read());
    }

    [Fact]
    public void AWriterThatIsFasterThanTheReadingDoesNotKeepALookFromEnding()
    {
        var sink = new Collector();
        var follower = new TelemetryFollower(Log, (_, _) => sink);
        Append("{\"telemetry\":\"1.0\",\"run\":{\"name\":\"a\"}}\n{\"step\":0,\"m\":[[\"loss\",\"\",1]]}\n");
        sink.Observed = step => Append(step > 1000 ? string.Empty : FormattableString.Invariant($"{{\"step\":{step + 1},\"m\":[[\"loss\",\"\",1]]}}\n"));

        Assert.Equal(TelemetryProgress.Grew, follower.Read());
        Assert.Equal([0L], sink.Losses.Select(loss => loss.Step));
        Assert.Equal(TelemetryProgress.Grew, follower.Read());
        Assert.Equal([0L, 1L], sink.Losses.Select(loss => loss.Step));
    }

    [Fact]
    public void FollowsARecordingThroughItsParts()
    {
        const int Steps = 30_000;
        var scopes = new ScopeTable();
        var sink = new Collector();
        var follower = new TelemetryFollower(Log, (_, _) => sink);
        using (var recorder = new TelemetryRecorder(Log, 1_000_000, scopes))
        {
            recorder.Begin(new RunDescription { Name = "long" });
            for (int step = 0; step < Steps; step++)
            {
                recorder.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, step / 7.0));
                if (step % 997 == 0)
                {
                    follower.Read();
                }
            }

            recorder.Complete();
        }

        follower.Read();

        Assert.NotEmpty(RollingFile.FindParts(Log));
        Assert.Equal(Enumerable.Range(0, Steps).Select(step => (long)step), sink.Losses.Select(loss => loss.Step));
        Assert.True(sink.IsComplete);
    }

    [Fact]
    public void GoesOnWhenPartsWereDroppedBeforeTheyWereRead()
    {
        var sink = new Collector();
        var follower = new TelemetryFollower(Log, (_, _) => sink);
        using var recorder = new TelemetryRecorder(Log, 1_000_000, new ScopeTable());
        recorder.Begin(new RunDescription { Name = "long" });
        for (int step = 0; step < 60_000; step++)
        {
            recorder.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, step / 7.0));
            recorder.Observe(new Measurement(step, Metric.LearningRate, ScopeTable.Run, 0.1));
            if (step is 1000 or 8000)
            {
                follower.Read();
            }
        }

        recorder.Complete();
        for (int look = 0; look < 3; look++)
        {
            follower.Read();
        }

        Assert.Equal(59_999, sink.Losses[^1].Step);
        Assert.Equal(sink.Losses.Select(loss => loss.Step).Order(), sink.Losses.Select(loss => loss.Step));
        Assert.Contains("dropped", Assert.Single(sink.Run!.Log!.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void KnowsANewRecordingToTheSamePathHoweverLongItIs(int steps)
    {
        var follower = new TelemetryFollower(Log, (_, _) => new Collector());
        Append("{\"telemetry\":\"1.0\",\"run\":{\"name\":\"first\"}}\n");
        Append(string.Concat(Enumerable.Range(0, 100).Select(step => $"{{\"step\":{step},\"m\":[[\"loss\",\"\",1]]}}\n")));
        Assert.Equal(TelemetryProgress.Grew, follower.Read());

        File.WriteAllText(Log, "{\"telemetry\":\"1.0\",\"run\":{\"name\":\"second\"}}\n" + string.Concat(Enumerable.Range(0, steps).Select(step => $"{{\"step\":{step},\"m\":[[\"loss\",\"\",1]]}}\n")));

        Assert.Equal(TelemetryProgress.StartedOver, follower.Read());
    }

    [Fact]
    public void ADamagedLineCostsOnlyItself()
    {
        var sink = new Collector();
        var follower = new TelemetryFollower(Log, (_, _) => sink);
        Append("{\"telemetry\":\"1.0\",\"run\":{\"name\":\"a\"}}\n{\"step\":0,\"m\":[[\"loss\",\"\",0.5]]}\n{\"step\":1,\"m\":[[\"lo\n{\"step\":2,\"m\":[[\"loss\",\"\",0.3]]}\n{\"complete\":true}\n");

        follower.Read();

        Assert.Equal([0L, 2L], sink.Losses.Select(loss => loss.Step));
        Assert.EndsWith("run.jsonl(3)", Assert.Single(sink.Run!.Log!.Damage).Location, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Append(string text) => File.AppendAllText(Log, text, new UTF8Encoding(false));

    private sealed class Collector : IMeasurementSink
    {
        public List<(long Step, double Value)> Losses { get; } = [];

        public RunDescription? Run { get; private set; }

        public bool IsComplete { get; private set; }

        public Action<long>? Observed { get; set; }

        public void Begin(RunDescription run) => Run = run;

        public void Update(RunDescription run) => Run = run;

        public void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.Loss)
            {
                Losses.Add((measurement.Step, measurement.Value));
                Observed?.Invoke(measurement.Step);
            }
        }

        public void Complete() => IsComplete = true;
    }
}
