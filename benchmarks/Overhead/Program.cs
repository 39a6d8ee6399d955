// What a monitor costs, and whether it harms: the same network trained with and without it, block after block in turn, in one process.
// dotnet run -c Release --project benchmarks/Overhead -- [mlp|cnn|deep|transformer]... [--seconds N] [--threads N] [--profile], or --short [--pairs N] [--longest STEPS], --beginning [--pairs N], --preflight, --memory [off], or --layers
using System.Globalization;
using TorchSharp;
using TrainingDoctor;
using TrainingDoctor.Benchmarks.Overhead;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Number("--threads") is { } threads)
{
    torch.set_num_threads((int)threads);
}

if (Array.IndexOf(args, ShortRuns.Option) is >= 0 and var place)
{
    ShortRuns.Run(args[(place + 1)..]);
    return 0;
}

if (args.Contains("--memory"))
{
    return MemoryGrowth.Measure(isMonitored: !args.Contains("off")) ? 0 : 1;
}

if (args.Contains("--layers"))
{
    return LayerScaling.Measure() ? 0 : 1;
}

if (args.Contains("--preflight"))
{
    foreach (var (name, create) in Workload.All)
    {
        using var workload = create();
        var (taken, verdict) = workload.Preflight();
        Console.WriteLine($"{workload.Name}: preflight {taken:F2} s, {verdict}");
    }

    return 0;
}

double seconds = Number("--seconds") ?? 20;
string[] chosen = args.Where(Workload.All.ContainsKey).ToArray() is { Length: > 0 } named ? named : [.. Workload.All.Keys];
if (args.Contains("--short"))
{
    ShortRuns.Measure(chosen, (int)(Number("--pairs") ?? 7), (int)(Number("--longest") ?? int.MaxValue), Number("--threads"));
    return 0;
}

if (args.Contains("--beginning"))
{
    Beginnings.Measure(chosen, (int)(Number("--pairs") ?? 15));
    return 0;
}

var modes = new List<(string Name, double Target, Func<Workload, TrainingMonitorOptions> Options)>
{
    ("defaults", 1.02, w => new() { Optimizer = w.Optimizer, Loss = w.Criterion }),
    ("every step", 1.10, w => new() { Optimizer = w.Optimizer, Loss = w.Criterion, Sampling = SamplingSchedule.EveryStep }),
};

if (args.Contains("--profile"))
{
    // What is left without rules is measuring alone; what is left without measuring is hooks, the loss and the learning rate.
    modes.Clear();
    modes.Add(("every step", 1.10, w => new() { Optimizer = w.Optimizer, Loss = w.Criterion, Sampling = SamplingSchedule.EveryStep }));
    modes.Add(("no rules", 1.10, w => new() { Optimizer = w.Optimizer, Loss = w.Criterion, Sampling = SamplingSchedule.EveryStep, Rules = new RuleSet([]) }));
    modes.Add(("unsampled", 1.02, w => new() { Optimizer = w.Optimizer, Loss = w.Criterion, Sampling = new() { DenseSteps = 0, AlarmedSteps = 0, Interval = long.MaxValue } }));
}

bool isHarmless = true;
Console.WriteLine($"{Environment.ProcessorCount} processors, {torch.get_num_threads()} threads of torch; paired medians, monitor on over monitor off");
foreach (string name in chosen)
{
    foreach (var (mode, target, options) in modes)
    {
        PairedTiming.Measure(Workload.All[name], mode, target, options, seconds);
        isHarmless &= Harmlessness.Check(Workload.All[name], mode, options);
    }
}

return isHarmless ? 0 : 1;

double? Number(string option)
{
    int at = Array.IndexOf(args, option);
    return at >= 0 ? double.Parse(args[at + 1], CultureInfo.InvariantCulture) : null;
}
