// What it costs to write the state of a run and to take it up again, beside the replay of its lines.
// dotnet run -c Release --project benchmarks/Snapshots -- [--layers 50] [--steps 10000] [--all] [--keep FILE]; --keep: the telemetry, for hosts to start on; --all: every metric of a monitor for each layer and parameter, else one metric of each layer and the loss
using System.Diagnostics;
using System.Globalization;
using TrainingDoctor;
using TrainingDoctor.Benchmarks.Engine;
using TrainingDoctor.Benchmarks.Snapshots;
using TrainingDoctor.Snapshots;
using TrainingDoctor.Telemetry;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int layers = int.Parse(Option("--layers", "50"), CultureInfo.InvariantCulture);
int steps = int.Parse(Option("--steps", "10000"), CultureInfo.InvariantCulture);
string path = Path.Combine(Path.GetTempPath(), $"traindoctor-snapshot-{Environment.ProcessId}.jsonl");
try
{
    long measurements = Record(path);
    long length = new FileInfo(path).Length;
    var rules = RuleSet.Default;
    Console.WriteLine($"{layers} layers x {steps} steps: {measurements} measurements, {length / 1e6:F1} MB of telemetry; {Environment.ProcessorCount} processors");

    var clock = Stopwatch.StartNew();
    var state = new State(rules);
    foreach (string line in File.ReadLines(path))
    {
        state.Replay.Add(line);
    }

    Console.WriteLine($"  replay {clock.Elapsed.TotalMilliseconds:F0} ms");
    for (int round = 0; round < 6; round++)
    {
        clock.Restart();
        byte[] snapshot = EngineSnapshot.Write(state, rules);
        double written = clock.Elapsed.TotalMilliseconds;
        clock.Restart();
        var read = EngineSnapshot.Read<State>(snapshot, rules, out string? refusal) ?? throw new InvalidOperationException(refusal);
        double taken = clock.Elapsed.TotalMilliseconds;
        bool isSame = read.Diagnosis!.Snapshot().ToJson() == state.Diagnosis!.Snapshot().ToJson();
        Console.WriteLine($"  {(round == 0 ? "first" : "later"),-5} write {written:F1} ms, {snapshot.Length / 1e3:F0} kB, read {taken:F1} ms, the report is {(isSame ? "the same" : "ANOTHER")}");
    }
}
finally
{
    if (Option("--keep", string.Empty) is { Length: > 0 } kept)
    {
        File.Copy(path, kept, overwrite: true);
    }

    File.Delete(path);
}

return 0;

long Record(string to)
{
    var scopes = new ScopeTable();
    using var recorder = new TelemetryRecorder(to, 1L << 40, scopes);
    long count = 0;
    if (args.Contains("--all"))
    {
        var run = new SyntheticRun(layers, scopes);
        var block = new Measurement[run.MeasurementsPerStep];
        recorder.Begin(run.Description);
        for (int step = 0; step < steps; step++)
        {
            run.Fill(step, block);
            foreach (var measurement in block)
            {
                recorder.Observe(measurement);
            }
        }

        count = (long)steps * block.Length;
    }
    else
    {
        int[] ids = [.. Enumerable.Range(0, layers).Select(layer => scopes.Intern(ScopeKind.Layer, $"encoder.{layer}"))];
        recorder.Begin(new RunDescription());
        for (int step = 0; step < steps; step++)
        {
            recorder.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, 2.3 / (1 + (0.01 * step))));
            foreach (int layer in ids)
            {
                recorder.Observe(new Measurement(step, Metric.OutputMean, layer, Math.Sin((step * 0.1) + layer)));
            }
        }

        count = (long)steps * (layers + 1);
    }

    return count;
}

string Option(string name, string otherwise)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
}
