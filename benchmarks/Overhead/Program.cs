// What a monitor costs: the same network trained with and without it, block after block in turn, in one process.
// dotnet run -c Release --project benchmarks/Overhead -- [mlp|cnn|deep|transformer]... [--seconds N]
using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using TrainingDoctor;
using TrainingDoctor.Benchmarks.Overhead;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int at = Array.IndexOf(args, "--seconds");
double seconds = at >= 0 ? double.Parse(args[at + 1], CultureInfo.InvariantCulture) : 20;
string[] chosen = [.. args.Where(Workload.All.ContainsKey)];
var modes = new (string Name, double Target, Func<Workload, TrainingMonitorOptions> Options)[]
{
    ("defaults", 1.02, w => new() { Optimizer = w.Optimizer, Loss = w.Criterion }),
    ("every step", 1.10, w => new() { Optimizer = w.Optimizer, Loss = w.Criterion, Sampling = SamplingSchedule.EveryStep }),
};

Console.WriteLine($"{Environment.ProcessorCount} processors, {torch.get_num_threads()} threads of torch; paired medians, monitor on over monitor off");
foreach (string name in chosen.Length > 0 ? chosen : [.. Workload.All.Keys])
{
    foreach (var (mode, target, options) in modes)
    {
        Measure(Workload.All[name], mode, target, options);
    }
}

void Measure(Func<Workload> create, string mode, double target, Func<Workload, TrainingMonitorOptions> options)
{
    // Two networks alike: hooks that are there but idle would be a cost of "off" too.
    using var plain = create();
    using var watched = create();
    using var monitor = TrainingMonitor.Attach(watched.Model, options(watched));
    var off = new Side(plain, null);
    var on = new Side(watched, monitor);
    off.Run(20);
    on.Run(20);
    int block = Math.Max(1, (int)(0.05 / off.Run(20)));

    // The first second of measuring is the monitor's grace (short runs are seen throughout); what is asked for is the price for good.
    long start = Stopwatch.GetTimestamp();
    while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds / 2)
    {
        on.Run(block);
    }

    var (ratios, offTimes, onTimes) = (new List<double>(), new List<double>(), new List<double>());
    long allocatedOff = 0;
    long allocatedOn = 0;
    start = Stopwatch.GetTimestamp();
    for (int pair = 0; pair < 5 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; pair++)
    {
        var (first, second) = pair % 2 == 0 ? (off, on) : (on, off);
        (double a, double b) = (first.Run(block), second.Run(block));
        (double offTime, double onTime) = pair % 2 == 0 ? (a, b) : (b, a);
        ratios.Add(onTime / offTime);
        offTimes.Add(offTime);
        onTimes.Add(onTime);
        allocatedOff = off.Allocated;
        allocatedOn = on.Allocated;
    }

    double ratio = Median(ratios);
    Console.WriteLine(
        $"{plain.Name,-52} {mode,-10} {ratio:F3} (target {target:F2}{(ratio <= target ? string.Empty : ", missed")}) "
        + $"off {1000 * Median(offTimes):F3} ms, on {1000 * Median(onTimes):F3} ms per step; {ratios.Count} pairs of {block} steps; "
        + $"allocated per step {allocatedOff} B off, {allocatedOn} B on");
}

static double Median(List<double> values)
{
    var sorted = values.Order().ToList();
    return sorted[sorted.Count / 2];
}

internal sealed class Side(Workload workload, TrainingMonitor? monitor)
{
    public long Allocated { get; private set; }

    /// <summary>Runs steps and returns the seconds of one.</summary>
    public double Run(int steps)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++)
        {
            workload.Step(monitor);
        }

        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / steps;
        return elapsed / steps;
    }
}
