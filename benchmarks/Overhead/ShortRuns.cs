using System.Diagnostics;
using System.Globalization;
using TorchSharp;

namespace TrainingDoctor.Benchmarks.Overhead;

/// <summary>
/// What a monitor costs a program that is over soon: whole processes with and without one in turns, from the start of the runtime to a written report. Nothing is warmed up: a tutorial is not either.
/// </summary>
internal static class ShortRuns
{
    /// <summary>The option that makes the program one such run.</summary>
    public const string Option = "--short-run";

    private const double Target = 1.05;
    private static readonly int[] Lengths = [100, 300, 1_000];

    /// <summary>Gets how many seconds this program has had a processor.</summary>
    private static double ProcessorTime => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Measures and prints a line for each network and length.</summary>
    /// <param name="networks">The names of the networks.</param>
    /// <param name="pairs">How many pairs of processes each line is of.</param>
    /// <param name="longest">The most steps of a run.</param>
    /// <param name="threads">The threads of torch; null for as many as it takes.</param>
    public static void Measure(IEnumerable<string> networks, int pairs, int longest, double? threads)
    {
        Console.WriteLine($"medians of {pairs} pairs of processes, on over off, processor time (wall time); target {Target:F2}");
        foreach (string network in networks)
        {
            foreach (int steps in Lengths.Where(length => length <= longest))
            {
                _ = Start(network, steps, true, threads);
                var runs = Enumerable.Range(0, pairs).Select(pair => Pair(network, steps, pair % 2 == 0, threads)).ToList();
                string training = Ratio(runs, run => run.TrainingProcessor, run => run.TrainingWall);
                string program = Ratio(runs, run => run.ProgramProcessor, run => run.ProgramWall);
                Console.WriteLine(
                    $"{network,-12} {steps,5} steps: training {training}; whole program {program}; off {Median(runs.Select(run => run.Off.TrainingProcessor)):F2} s of {Median(runs.Select(run => run.Off.ProgramProcessor)):F2} s; "
                    + $"attaching {1000 * Median(runs.Select(run => run.On.Attach)):F0} ms, report {1000 * Median(runs.Select(run => run.On.Report)):F0} ms of a processor");
            }
        }
    }

    /// <summary>Is one run: trains, and prints what that took.</summary>
    /// <param name="arguments">The network, the number of steps, and <c>on</c> or <c>off</c>.</param>
    public static void Run(string[] arguments)
    {
        int steps = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        torch.manual_seed(1);
        using var workload = Workload.All[arguments[0]]();
        long started = Stopwatch.GetTimestamp();
        double begun = ProcessorTime;
        using var monitor = arguments[2] == "on" ? TrainingMonitor.Attach(workload.Model, new TrainingMonitorOptions { Optimizer = workload.Optimizer, Loss = workload.Criterion }) : null;
        double attached = ProcessorTime - begun;
        for (int step = 0; step < steps; step++)
        {
            workload.Step(monitor);
        }

        var (wall, processor) = (Stopwatch.GetElapsedTime(started).TotalSeconds, ProcessorTime - begun);
        begun = ProcessorTime;
        if (monitor?.Complete() is { } report)
        {
            string path = Path.Combine(Path.GetTempPath(), $"overhead-{Environment.ProcessId}.json");
            report.Write(path);
            File.Delete(path);
        }

        double reported = ProcessorTime - begun;
        using var self = Process.GetCurrentProcess();
        double[] figures = [processor, wall, attached, reported, ProcessorTime, (DateTime.Now - self.StartTime).TotalSeconds];
        Console.WriteLine(string.Join(' ', figures.Select(figure => figure.ToString("R", CultureInfo.InvariantCulture))));
    }

    private static (Figures Off, Figures On) Pair(string network, int steps, bool isOffFirst, double? threads)
    {
        var first = Start(network, steps, !isOffFirst, threads);
        var second = Start(network, steps, isOffFirst, threads);
        return isOffFirst ? (first, second) : (second, first);
    }

    private static Figures Start(string network, int steps, bool isOn, double? threads)
    {
        string program = typeof(ShortRuns).Assembly.Location;
        string[] arguments = ["exec", program, Option, network, steps.ToString(CultureInfo.InvariantCulture), isOn ? "on" : "off"];
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", arguments) { RedirectStandardOutput = true };
        if (threads is { } number)
        {
            start.ArgumentList.Add("--threads");
            start.ArgumentList.Add(number.ToString(CultureInfo.InvariantCulture));
        }

        using var process = Process.Start(start)!;
        double[] figures = [.. process.StandardOutput.ReadToEnd().Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        process.WaitForExit();
        return new Figures(figures[0], figures[1], figures[2], figures[3], figures[4], figures[5]);
    }

    private static string Ratio(List<(Figures Off, Figures On)> runs, Func<Figures, double> processor, Func<Figures, double> wall)
    {
        double ratio = Median(runs.Select(run => processor(run.On) / processor(run.Off)));
        return $"{ratio:F3} ({Median(runs.Select(run => wall(run.On) / wall(run.Off))):F3}){(ratio <= Target ? string.Empty : " missed")}";
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>What one run took, in seconds.</summary>
    private sealed record Figures(double TrainingProcessor, double TrainingWall, double Attach, double Report, double ProgramProcessor, double ProgramWall);
}
