// How fast the rule engine takes measurements with the whole catalogue on, beside a loop that only adds them up.
// dotnet run -c Release --project benchmarks/Engine
using System.Diagnostics;
using System.Globalization;
using TrainingDoctor;
using TrainingDoctor.Benchmarks.Engine;

const int Depth = 20;
const int WarmUpSteps = 2_000;
const int Blocks = 64;
const int Rounds = 7;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var scopes = new ScopeTable();
var run = new SyntheticRun(Depth, scopes);
var engine = new RuleEngine(RuleSet.Default, scopes);
engine.Begin(run.Description);
var block = new Measurement[run.MeasurementsPerStep * Blocks];
long step = 0;

void Fill()
{
    for (int i = 0; i < Blocks; i++)
    {
        run.Fill(step++, block.AsSpan(i * run.MeasurementsPerStep, run.MeasurementsPerStep));
    }
}

double sum = 0;
for (int i = 0; i < WarmUpSteps / Blocks; i++)
{
    Fill();
    foreach (var measurement in block)
    {
        engine.Observe(measurement);
        sum += measurement.Value;
    }
}

var engineRates = new List<double>();
var loopRates = new List<double>();
long allocated = 0;
long observed = 0;
for (int round = 0; round < Rounds; round++)
{
    var engineTime = TimeSpan.Zero;
    var loopTime = TimeSpan.Zero;
    long count = 0;
    while (engineTime < TimeSpan.FromMilliseconds(500))
    {
        Fill();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        foreach (var measurement in block)
        {
            engine.Observe(measurement);
        }

        engineTime += Stopwatch.GetElapsedTime(start);
        allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        start = Stopwatch.GetTimestamp();
        foreach (var measurement in block)
        {
            sum += measurement.Value;
        }

        loopTime += Stopwatch.GetElapsedTime(start);
        count += block.Length;
    }

    observed += count;
    engineRates.Add(count / engineTime.TotalSeconds);
    loopRates.Add(count / loopTime.TotalSeconds);
}

engineRates.Sort();
loopRates.Sort();
var diagnosis = engine.Diagnose();
Console.WriteLine($"rules: {RuleCatalog.All.Count}, layers: {Depth}, measurements per step: {run.MeasurementsPerStep}, steps: {step} (checksum {sum:G3})");
Console.WriteLine($"engine, median of {Rounds}: {engineRates[Rounds / 2] / 1e6:F2} million measurements/s on one core");
Console.WriteLine($"adding them up:          {loopRates[Rounds / 2] / 1e6:F2} million measurements/s; the engine takes {loopRates[Rounds / 2] / engineRates[Rounds / 2]:F1} times as long");
Console.WriteLine($"allocated while observing: {allocated} bytes for {observed} measurements = {(double)allocated / observed:F4} bytes each");
Console.WriteLine($"findings at warning or above on this healthy stream: {diagnosis.Findings.Count(finding => finding.Severity >= Severity.Warning)}");
foreach (var finding in diagnosis.Findings.Where(finding => finding.Severity >= Severity.Warning))
{
    Console.WriteLine($"  {finding.Rule.Id} {finding.Title}");
}

// Each rule alone, beside an engine without rules: where the time and the bytes go.
var costs = RuleCatalog.CreateDefault().Select(rule => (Name: $"{rule.Descriptor.Id} {rule.Descriptor.Name}", Cost: Alone([rule]))).ToList();
var none = Alone([]);
Console.WriteLine($"no rule: {none.Nanoseconds:F1} ns and {none.Bytes:F4} bytes per measurement; each rule more than that:");
foreach (var (name, cost) in costs.OrderByDescending(cost => cost.Cost.Nanoseconds))
{
    Console.WriteLine($"  {name,-34} {cost.Nanoseconds - none.Nanoseconds,6:F2} ns {cost.Bytes - none.Bytes,10:F4} bytes");
}

(double Nanoseconds, double Bytes) Alone(IEnumerable<Rule> rules)
{
    var single = new RuleEngine(RuleSet.Of(rules), scopes);
    single.Begin(run.Description);
    step = 0;
    var time = TimeSpan.Zero;
    long bytes = 0;
    const int Measured = 10;
    for (int i = 0; i < 2 * Measured; i++)
    {
        Fill();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        foreach (var measurement in block)
        {
            single.Observe(measurement);
        }

        // The first half makes evaluators and warms the code up.
        if (i >= Measured)
        {
            time += Stopwatch.GetElapsedTime(start);
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    return (time.TotalNanoseconds / Measured / block.Length, (double)bytes / Measured / block.Length);
}
