using System.Diagnostics;
using System.Globalization;
using TrainingDoctor.Benchmarks.Hostile;
using TrainingDoctor.Reports;
using TrainingDoctor.Tests.Hostile;

// Changed logs of every format through every kind of report, for as long as one likes. The same seed makes the same inputs, one after the other.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (HostileOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine("usage: benchmarks/Hostile [--minutes N] [--inputs N] [--seed N] [--logs FOLDER] [--only NAME] [--save FOLDER]");
    return 2;
}

var logs = SmallLogs.All.ToList();
if (options.Logs is { } folder)
{
    logs.AddRange(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => new FileInfo(path).Length is > 0 and < 1_000_000)
        .Order(StringComparer.Ordinal)
        .Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))));
}

logs.RemoveAll(log => !log.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase));
if (logs.Count == 0)
{
    Console.Error.WriteLine($"--only: no log has '{options.Only}' in its name");
    return 2;
}

var all = Enum.GetValues<ReportFormat>();
var tally = new HostileTally(options.Save);
long begun = Stopwatch.GetTimestamp();
long next = 0;
var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
{
    long index;
    while ((index = Interlocked.Increment(ref next) - 1) < options.Inputs && Stopwatch.GetElapsedTime(begun) < options.Time)
    {
        // Each input has its own generator, so that it can be made again without those before it.
        var random = new Random(unchecked((options.Seed * 1_000_003) + (int)index));
        var (name, log) = logs[(int)(index % logs.Count)];
        byte[] changed = Mutations.Of(log, random);
        tally.Add(index, name, changed, HostileTrial.Try(name, changed, index % 32 == 0 ? all : [all[index % all.Length]]));
    }
})).ToList();
threads.ForEach(thread => thread.Start());
threads.ForEach(thread => thread.Join());
tally.Write(Console.Out, options.Seed, Stopwatch.GetElapsedTime(begun));
return tally.HasFailed ? 1 : 0;
