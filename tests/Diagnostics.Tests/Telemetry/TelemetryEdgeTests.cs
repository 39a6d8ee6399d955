using System.Text;
using TrainingDoctor.Readers;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Tests.Telemetry;

/// <summary>Nothing of telemetry is believed before it was checked: a line that is none is damage, named by its place, and the run goes on.</summary>
public sealed class TelemetryEdgeTests
{
    private const string Head = """{"telemetry":"1.0","run":{"name":"x"}}""";

    public static TheoryData<string, string> BadDescriptions => new()
    {
        { """{"model":{}}""", "run.model.typeName" },
        { """{"model":{"typeName":"M","layers":null,"parameters":[]}}""", "run.model.layers" },
        { """{"model":{"typeName":"M","layers":[null],"parameters":[]}}""", "run.model.layers[0]" },
        { """{"model":{"typeName":"M","layers":[{}],"parameters":[]}}""", "run.model.layers[0].path" },
        { """{"model":{"typeName":"M","layers":[{"path":"a","typeName":"L","kind":3}],"parameters":[]}}""", "model.layers[0].kind" },
        { """{"model":{"typeName":"M","layers":[{"path":"a","typeName":"L"},{"path":"a","typeName":"L"}],"parameters":[]}}""", "run.model.layers" },
        { """{"model":{"typeName":"M","layers":[],"parameters":[null]}}""", "run.model.parameters[0]" },
        { """{"model":{"typeName":"M","layers":[],"parameters":[{"name":"p","layerPath":"","shape":[-1]}]}}""", "run.model.parameters[0].shape" },
        { """{"model":{"typeName":"M","layers":[],"parameters":[{"name":"p","layerPath":"","shape":[],"count":9223372036854775807}]}}""", "run.model.parameters[0].count" },
        { """{"model":{"typeName":"M","layers":[],"parameters":[{"name":"p","layerPath":"","shape":[],"count":9007199254740991},{"name":"q","layerPath":"","shape":[],"count":1}]}}""", "together" },
        { """{"log":{"format":"x","damage":[null]}}""", "run.log.damage[0]" },
        { """{"log":{"format":"x","notes":[null]}}""", "run.log.notes[0]" },
        { """{"log":{}}""", "run.log.format" },
        { """{"optimizer":{}}""", "run.optimizer.typeName" },
        { """{"optimizer":{"typeName":"SGD","parameterCount":-1}}""", "run.optimizer.parameterCount" },
        { """{"loss":{}}""", "run.loss.typeName" },
        { """{"task":99}""", "task" },
        { """{"startedAt":"yesterday"}""", "startedAt" },
        { """{"name":{}}""", "name" },
        { """{"plannedSteps":-5}""", "run.plannedSteps" },
        { "[]", "run" },
        { "null", "run" },
    };

    [Theory]
    [MemberData(nameof(BadDescriptions))]
    public void ADescriptionIsRefusedByThePlaceThatIsWrong(string run, string place)
    {
        var replay = new TelemetryReplay((_, _) => null);

        string message = Assert.Throws<FormatException>(() => replay.Add($$"""{"telemetry":"1.0","run":{{run}}}""")).Message;

        Assert.Contains(place, message, StringComparison.Ordinal);
        Assert.Contains("expected", message, StringComparison.Ordinal);
        Assert.DoesNotContain("deserialize", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Null(replay.Run);
    }

    [Theory]
    [InlineData("""{"step":-1,"m":[]}""")]
    [InlineData("""{"step":9007199254740992,"m":[]}""")]
    [InlineData("""{"step":1.5,"m":[]}""")]
    [InlineData("""{"step":"3","m":[]}""")]
    [InlineData("""{"m":[]}""")]
    [InlineData("""{"step":3,"m":{}}""")]
    [InlineData("""{"step":3,"m":[["loss","",null]]}""")]
    [InlineData("""{"step":3,"m":[["loss","","much"]]}""")]
    [InlineData("""{"step":3,"m":[["loss",null,1]]}""")]
    [InlineData("""{"step":3,"m":[["loss",1]]}""")]
    [InlineData("""{"step":3,"m":[null]}""")]
    [InlineData("""{"step":3,"m":[["loss","",1]]} {}""")]
    [InlineData("""{"step":3,"step":4,"m":[]}""")]
    [InlineData("""{"step":""")]
    [InlineData("""[1]""")]
    [InlineData("""{"lost":[5,4]}""")]
    [InlineData("""{"lost":[null,4]}""")]
    [InlineData("""{"telemetry":"2.0","run":{}}""")]
    public void ALineIsTakenAsAWholeOrNotAtAll(string line)
    {
        var sink = new Taken();
        var replay = new TelemetryReplay((_, _) => sink);
        replay.Add(Head);
        replay.Add("""{"step":2,"m":[["loss","",1]]}""");

        Assert.Throws<FormatException>(() => replay.Add(line));
        replay.Add("""{"step":3,"m":[["loss","","NaN"]]}""");

        Assert.Equal([2, 3], sink.Steps);
    }

    [Fact]
    public void AStepThatGoesBackIsDamageOfItsLine()
    {
        var run = Read([Head, """{"step":9,"m":[["loss","",1]]}""", """{"step":1,"m":[["loss","",1]]}""", """{"step":9,"m":[["learning_rate","",1]]}""", """{"step":10,"m":[["loss","",1]]}"""]);

        Assert.Equal(2, run.Diagnosis.Facts.StepCount);
        Assert.Contains("steps never decrease", Assert.Single(run.Run.Log!.Damage).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesBeyondTheBoundAreLeftOutAndCounted()
    {
        string names = string.Join(",", Enumerable.Range(0, TelemetryLimits.MostNames + 10).Select(i => FormattableString.Invariant($"[\"gradient_norm\",\"p{i}\",1]")));

        var run = Read([Head, $$"""{"step":0,"m":[{{names}}]}""", """{"step":1,"m":[["loss","",1]]}""", """{"complete":true}"""]);

        Assert.Contains(run.Run.Log!.Notes, note => note.Contains("11 measurements were left out", StringComparison.Ordinal));
        Assert.Equal(1, run.Diagnosis.Facts.Of(Metric.Loss)?.Last);
    }

    [Fact]
    public void DamageBeyondTheBoundIsCounted()
    {
        var run = Read([Head, .. Enumerable.Repeat("no telemetry", TelemetryLimits.MostDamage + 7), """{"complete":true}"""]);

        Assert.Equal(TelemetryLimits.MostDamage, run.Run.Log!.Damage.Count);
        Assert.Contains(run.Run.Log.Notes, note => note.StartsWith("7 further places", StringComparison.Ordinal));
    }

    private static DiagnosisReport Read(string[] lines)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        SupervisedDiagnosis? run = null;
        LogOpener.OpenStream(stream, "run.jsonl").Read((_, scopes) => run = new SupervisedDiagnosis(RuleSet.Default, scopes));
        return run!.Finish();
    }

    private sealed class Taken : IMeasurementSink
    {
        public List<long> Steps { get; } = [];

        public void Begin(RunDescription run)
        {
        }

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement) => Steps.Add(measurement.Step);

        public void Complete()
        {
        }
    }
}
