using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using TrainingDoctor;
using TrainingDoctor.Benchmarks.Logs;
using TrainingDoctor.Readers;

// logbench [--mib N] [--folder PATH] [--only jsonl|csv|events|telemetry]
// Writes logs of N MiB (1024 by default) and, in one run, times our diagnosis, DuckDB's aggregation, plain reading and a search for the ends of lines in the same
// files, in turns; the middle of five counts.
// logbench --many N,... [--program PATH,...] [--rounds N]: folders of N logs of 40 rows, diagnosed by the command; --start [--program PATH,...]: its first report.
// Programs are taken in turns; without one it is that of src/Host as it was built.
// logbench measure WHAT FILE: one measurement in a process of its own, so that its peak memory is its own.
const int Rounds = 5;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["measure", var what, var file])
{
    var before = Environment.CpuUsage.TotalTime;
    var watch = Stopwatch.StartNew();
    string result = Measure(what, file);
    watch.Stop();
    Console.WriteLine($"{watch.Elapsed.TotalSeconds:F3}\t{PeakMemory() / 1048576.0:F0}\t{(Environment.CpuUsage.TotalTime - before).TotalSeconds:F3}\t{result}");
    return 0;
}

if (args is [CommandLine.Greeting])
{
    Console.WriteLine("Good day.");
    return 0;
}

long mib = long.Parse(Option("--mib") ?? "1024", CultureInfo.InvariantCulture);
string folder = Option("--folder") ?? Path.Combine(Path.GetTempPath(), "traindoctor-logbench");
Directory.CreateDirectory(folder);
string[] programs = Option("--program")?.Split(',') ?? [Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Host/bin/Release/net10.0/traindoctor"))];
if (Option("--many") is { } counts)
{
    return CommandLine.MeasureMany(folder, programs, counts.Split(',').Select(count => int.Parse(count, CultureInfo.InvariantCulture)), int.Parse(Option("--rounds") ?? "3", CultureInfo.InvariantCulture));
}

if (args.Contains("--start"))
{
    return CommandLine.MeasureStart(folder, programs);
}

foreach (var (kind, name) in new[] { ("jsonl", "log.jsonl"), ("csv", "log.csv"), ("events", "events.out.tfevents.1700000000.bench"), ("telemetry", "telemetry.jsonl") })
{
    if (Option("--only") is { } only && only != kind)
    {
        continue;
    }

    string path = Path.Combine(folder, $"{mib}-{name}");
    if (!File.Exists(path))
    {
        var generator = new LogGenerator(mib * 1048576, seed: 1);
        Action<string> write = kind switch { "jsonl" => generator.WriteJsonLines, "csv" => generator.WriteCsv, "events" => generator.WriteEvents, _ => generator.WriteTelemetry };
        write(path);
    }

    // The first reading fills the page cache, so that nobody profits from being later.
    _ = Run("read", path);
    string[] tasks = kind switch { "events" => ["read", "rows", "diagnose"], "telemetry" => ["read", "scan", "rows", "diagnose"], _ => ["read", "scan", "rows", "diagnose", "duckdb"] };

    // In turns, so that a machine that is busy at times is so for everybody.
    var rounds = Enumerable.Range(0, Rounds).Select(_ => tasks.Select(task => Run(task, path)).ToList()).ToList();
    var middle = tasks.Select((_, task) => rounds.Select(round => round[task]).OrderBy(run => run.Seconds).ElementAt(Rounds / 2)).ToList();
    Console.WriteLine($"{kind}, {new FileInfo(path).Length / 1048576} MiB");
    for (int task = 0; task < tasks.Length; task++)
    {
        string label = tasks[task] switch { "read" => "plain reading", "scan" => "ends of lines", "rows" => "our rows alone", "diagnose" => "our diagnosis", _ => "DuckDB" };
        Console.WriteLine($"  {label,-15} {middle[task].Seconds,7:F2} s  {middle[task].Processor / middle[task].Seconds:F2} of {Environment.ProcessorCount} processors  {rounds.Max(round => round[task].Peak),5} MiB  {middle[task].Result}");
    }

    if (tasks is [.., "diagnose", "duckdb"])
    {
        Console.WriteLine($"  ours / DuckDB   {middle[^2].Seconds / middle[^1].Seconds,7:F2}");
    }
}

return 0;

string? Option(string option)
{
    int index = Array.IndexOf(args, option);
    return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
}

(double Seconds, long Peak, double Processor, string Result) Run(string task, string path)
{
    string program = Environment.ProcessPath!;
    string[] first = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
    var start = new ProcessStartInfo(program, [.. first, "measure", task, path]) { RedirectStandardOutput = true };
    using var process = Process.Start(start)!;
    string[] parts = process.StandardOutput.ReadToEnd().Trim().Split('\t');
    process.WaitForExit();
    return process.ExitCode == 0 && parts.Length == 4
        ? (double.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture), double.Parse(parts[2], CultureInfo.InvariantCulture), parts[3])
        : throw new InvalidOperationException($"measuring {task} failed");
}

static long PeakMemory()
{
    using var process = Process.GetCurrentProcess();
    return process.PeakWorkingSet64;
}

static string Measure(string task, string path) => task switch
{
    "read" => Read(path, _ => 0, "bytes"),
    "scan" => Read(path, block => block.Count((byte)'\n'), "lines"),
    "rows" => Rows(path),
    "diagnose" => Diagnose(path),
    "duckdb" => Duck(path),
    _ => throw new ArgumentException($"no measurement is called '{task}'", nameof(task)),
};

static string Read(string path, Func<ReadOnlySpan<byte>, int> look, string unit)
{
    using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
    byte[] buffer = new byte[1 << 20];
    var (total, found) = (0L, 0L);
    while (stream.Read(buffer) is > 0 and var count)
    {
        total += count;
        found += look(buffer.AsSpan(0, count));
    }

    return $"{(unit == "lines" ? found : total)} {unit}";
}

static string Rows(string path)
{
    var counter = new CountingSink();
    LogOpener.Open(path)[0].Read((_, _) => counter);
    return $"{counter.Count} measurements, {GC.GetTotalAllocatedBytes() / 1048576} MiB allocated, {GC.CollectionCount(0)} collections";
}

static string Diagnose(string path)
{
    var runs = LogDiagnosis.Diagnose(LogOpener.Open(path)[0], RuleSet.Default);
    return string.Join("; ", runs.Select(run => $"{run.Verdict}, up to step {run.Facts.LastStep}, last loss {run.Facts.Of(Metric.Loss)?.Last:G6}"));
}

static string Duck(string path)
{
    using var connection = new DuckDBConnection("DataSource=:memory:");
    connection.Open();
    using var command = connection.CreateCommand();
    bool json = path.EndsWith(".jsonl", StringComparison.Ordinal);
    string source = json ? $"read_json_auto('{path}', format='newline_delimited')" : $"read_csv('{path}')";
    string validation = json ? "eval_loss" : "val_loss";
    string aggregates = string.Join(", ", new[] { "loss", "learning_rate", "grad_norm", validation }.Select(column => $"count({column}), min({column}), max({column}), avg({column}), stddev({column})"));
    command.CommandText = $"select {aggregates}, max(step), max(epoch) from {source}";
    using var reader = command.ExecuteReader();
    reader.Read();
    return $"{reader.GetInt64(0)} rows, mean loss {reader.GetDouble(3):G6}";
}

/// <summary>Takes measurements without judging them.</summary>
internal sealed class CountingSink : IMeasurementSink
{
    public long Count { get; private set; }

    public void Begin(RunDescription run)
    {
    }

    public void Update(RunDescription run)
    {
    }

    public void Observe(in Measurement measurement) => Count++;

    public void Complete()
    {
    }
}
