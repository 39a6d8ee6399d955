using System.Diagnostics;

namespace TrainingDoctor.Benchmarks.Overhead;

/// <summary>
/// What the first steps under a monitor cost where everything is compiled already: two networks alike in turns, with a new monitor for each beginning. What compiling adds in a process that has just started, <see cref="ShortRuns"/> tells.
/// </summary>
internal static class Beginnings
{
    private const double Target = 1.05;
    private static readonly int[] Lengths = [100, 300];

    /// <summary>Measures and prints a line for each network and length.</summary>
    /// <param name="networks">The names of the networks.</param>
    /// <param name="pairs">How many pairs of beginnings each line is of.</param>
    public static void Measure(IEnumerable<string> networks, int pairs)
    {
        Console.WriteLine($"medians of {pairs} pairs of beginnings in one process, on over off, processor time (wall time); target {Target:F2} for the steps");
        foreach (string network in networks)
        {
            using var plain = Workload.All[network]();
            using var watched = Workload.All[network]();
            foreach (int steps in Lengths)
            {
                _ = Begin(watched, steps, isOn: true);
                _ = Begin(plain, steps, isOn: false);
                var (stepRatios, stepWalls, wholeRatios, off, measured) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
                for (int pair = 0; pair < pairs; pair++)
                {
                    bool isOffFirst = pair % 2 == 0;
                    var first = Begin(isOffFirst ? plain : watched, steps, !isOffFirst);
                    var second = Begin(isOffFirst ? watched : plain, steps, isOffFirst);
                    var (without, with) = isOffFirst ? (first, second) : (second, first);
                    stepRatios.Add(with.Processor / without.Processor);
                    stepWalls.Add(with.Wall / without.Wall);
                    wholeRatios.Add(with.Whole / without.Whole);
                    off.Add(without.Processor);
                    measured.Add(with.Measured);
                }

                double ratio = Median(stepRatios);
                Console.WriteLine(
                    $"{network,-12} {steps,5} steps: {ratio:F3} ({Median(stepWalls):F3}){(ratio <= Target ? string.Empty : " missed")}; with attaching and report {Median(wholeRatios):F3}; "
                    + $"off {1000 * Median(off) / steps:F2} ms of a processor per step; {Median(measured):F0} steps measured in full");
            }
        }
    }

    private static (double Processor, double Wall, double Whole, int Measured) Begin(Workload workload, int steps, bool isOn)
    {
        // What was left behind is nobody's debt.
        GC.Collect();
        double begun = ProcessorTime;
        var counter = new MeasuredSteps();
        using var monitor = isOn ? TrainingMonitor.Attach(workload.Model, new TrainingMonitorOptions { Optimizer = workload.Optimizer, Loss = workload.Criterion, Tap = _ => counter }) : null;
        long started = Stopwatch.GetTimestamp();
        double stepping = ProcessorTime;
        for (int step = 0; step < steps; step++)
        {
            workload.Step(monitor);
        }

        double processor = ProcessorTime - stepping;
        double wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        _ = monitor?.Complete();
        return (processor, wall, ProcessorTime - begun, counter.Count);
    }

    private static double ProcessorTime => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Counts the steps of which all was measured.</summary>
    private sealed class MeasuredSteps : IMeasurementSink
    {
        public int Count { get; private set; }

        public void Begin(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement) => Count += measurement.Metric == Metric.GlobalWeightNorm ? 1 : 0;

        public void Update(RunDescription run)
        {
        }

        public void Complete()
        {
        }
    }
}
