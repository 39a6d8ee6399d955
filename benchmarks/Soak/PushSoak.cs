using System.Diagnostics;
using TrainingDoctor.Telemetry;
using TrainingDoctor.Telemetry.Push;

namespace TrainingDoctor.Benchmarks.Soak;

/// <summary>Runs of fifty layers, each measured twenty times a second, all pushed from this process to one host.</summary>
internal static class PushSoak
{
    private const int Layers = 50;
    private const int StepsPerSecond = 20;

    /// <summary>Soaks, prints a table, and tells by its result whether memory stayed bounded and every line is accounted for.</summary>
    public static async Task<int> RunAsync(int runs, TimeSpan time, string receiver)
    {
        using var host = HostProcess.Start(receiver);
        string address = await host.AddressAsync;
        var scopes = new ScopeTable();
        int[] layers = [.. Enumerable.Range(0, Layers).Select(layer => scopes.Intern(ScopeKind.Layer, $"encoder.{layer}"))];
        var pushes = Enumerable.Range(0, runs).Select(_ => new TelemetryPush(PushAddress.Parse(address), new PushSettings())).ToList();
        var recorders = pushes.ConvertAll(push => new TelemetryRecorder(push, scopes));
        for (int run = 0; run < runs; run++)
        {
            recorders[run].Begin(new RunDescription { Name = $"soak {run}" });
        }

        Console.WriteLine($"{runs} runs x {Layers} layers x {StepsPerSecond}/s for {time.TotalMinutes:G3} min to {receiver}; {Environment.ProcessorCount} processors");
        Console.WriteLine($"{"second",8} {"host MB",9} {"this MB",9} {"managed MB",11} {"steps/s",9} {"lines",12} {"delivered",12} {"dropped",9} {"late ms",9}");
        var samples = new List<(TimeSpan At, long Host, long Here)>();
        var clock = Stopwatch.StartNew();
        var sample = TimeSpan.FromSeconds(Math.Min(10, time.TotalSeconds / 12));
        long steps = 0;
        for (var next = sample; clock.Elapsed < time; steps++)
        {
            Step(recorders, layers, steps);
            if (clock.Elapsed >= next)
            {
                next += sample;
                samples.Add((clock.Elapsed, host.Resident, Environment.WorkingSet));
                Print(samples[^1], steps + 1, pushes, clock.Elapsed - TimeSpan.FromSeconds((double)steps / StepsPerSecond));
            }

            var wait = TimeSpan.FromSeconds((double)(steps + 1) / StepsPerSecond) - clock.Elapsed;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }
        }

        await Parallel.ForEachAsync(recorders, new ParallelOptions { MaxDegreeOfParallelism = 16 }, (recorder, _) =>
        {
            recorder.Complete();
            return ValueTask.CompletedTask;
        });
        return await JudgeAsync(host, steps * runs * Layers, pushes, samples);
    }

    private static void Step(List<TelemetryRecorder> recorders, int[] layers, long step)
    {
        for (int run = 0; run < recorders.Count; run++)
        {
            for (int layer = 0; layer < layers.Length; layer++)
            {
                recorders[run].Observe(new Measurement(step, Metric.OutputMean, layers[layer], Math.Sin((step * 0.1) + run + layer)));
            }
        }
    }

    private static void Print((TimeSpan At, long Host, long Here) sample, long steps, List<TelemetryPush> pushes, TimeSpan late) =>
        Console.WriteLine(
            $"{sample.At.TotalSeconds,8:F0} {Megabytes(sample.Host),9:F1} {Megabytes(sample.Here),9:F1} {Megabytes(GC.GetTotalMemory(false)),11:F1} {steps / sample.At.TotalSeconds,9:F1} "
            + $"{pushes.Sum(push => push.Lines),12} {pushes.Sum(push => push.Delivered),12} {pushes.Sum(push => push.Dropped),9} {Math.Max(0, late.TotalMilliseconds),9:F0}");

    private static async Task<int> JudgeAsync(HostProcess receiver, long sent, List<TelemetryPush> pushes, List<(TimeSpan At, long Host, long Here)> samples)
    {
        long lines = pushes.Sum(push => push.Lines);
        long delivered = pushes.Sum(push => push.Delivered);
        long dropped = pushes.Sum(push => push.Dropped);
        long rejected = pushes.Sum(push => push.Rejected);
        long lost = lines - delivered - dropped - rejected;
        Console.WriteLine($"lines {lines} = delivered {delivered} + dropped {dropped} + rejected {rejected} + not acknowledged {lost}; measurements sent {sent}");
        var counts = await receiver.CountsAsync();

        // All lines but the first and the last of a run hold a step.
        long missing = (lines - counts.Lines) * Layers;
        bool isWhole = counts.Lines >= delivered && counts.Lines <= delivered + lost && (counts.Measurements is not { } received || sent <= received + missing);
        Console.WriteLine($"the host counted {counts.Lines} lines{(counts.Measurements is { } known ? $" and {known} measurements" : string.Empty)}; {(isWhole ? "nothing is missing beyond what is counted" : "LINES ARE MISSING UNCOUNTED")}");
        int third = Math.Max(1, samples.Count / 3);
        var (first, last) = (samples.Take(third).ToList(), samples.TakeLast(third).ToList());
        double host = last.Max(item => item.Host) / (double)first.Max(item => item.Host);
        double here = last.Max(item => item.Here) / (double)first.Max(item => item.Here);
        bool isBounded = Math.Max(here, host) <= 1.5;
        Console.WriteLine($"highest resident memory, last third of the time over first third: host {host:F2}, this process {here:F2}{(isBounded ? string.Empty : " GROWS")}");
        return isWhole && isBounded ? 0 : 1;
    }

    private static double Megabytes(long bytes) => bytes / 1048576.0;
}
