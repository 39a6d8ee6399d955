using System.Diagnostics;

namespace TrainingDoctor.Benchmarks.Overhead;

/// <summary>The time of a step with a monitor over that without one, from blocks of steps that take turns so that both meet the same disturbances.</summary>
internal static class PairedTiming
{
    private const int WarmUpSteps = 20;
    private const int FewestPairs = 5;
    private const double BlockSeconds = 0.05;

    /// <summary>Measures and prints one line.</summary>
    public static void Measure(Func<Workload> create, string mode, double target, Func<Workload, TrainingMonitorOptions> options, double seconds)
    {
        // Two networks alike: hooks that are there but idle would be a cost of "off" too.
        using var plain = create();
        using var watched = create();
        using var monitor = TrainingMonitor.Attach(watched.Model, options(watched));
        var off = new Side(plain, null);
        var on = new Side(watched, monitor);
        off.Run(WarmUpSteps);
        on.Run(WarmUpSteps);
        int block = Math.Max(1, (int)(BlockSeconds / off.Run(WarmUpSteps)));

        // The first second of measuring is the monitor's grace (short runs are seen throughout); what is asked for is the price for good.
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds / 2)
        {
            on.Run(block);
        }

        var (ratios, offTimes, onTimes) = (new List<double>(), new List<double>(), new List<double>());
        start = Stopwatch.GetTimestamp();
        for (int pair = 0; pair < FewestPairs || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; pair++)
        {
            var (first, second) = pair % 2 == 0 ? (off, on) : (on, off);
            (double a, double b) = (first.Run(block), second.Run(block));
            (double offTime, double onTime) = pair % 2 == 0 ? (a, b) : (b, a);
            ratios.Add(onTime / offTime);
            offTimes.Add(offTime);
            onTimes.Add(onTime);
        }

        double ratio = Quantile(ratios, 0.5);
        Console.WriteLine(
            $"{plain.Name,-52} {mode,-10} {ratio:F3} (target {target:F2}{(ratio <= target ? string.Empty : ", missed")}; quartiles {Quantile(ratios, 0.25):F3} to {Quantile(ratios, 0.75):F3}) "
            + $"off {1000 * Quantile(offTimes, 0.5):F3} ms, on {1000 * Quantile(onTimes, 0.5):F3} ms per step; {ratios.Count} pairs of {block} steps; "
            + $"allocated per step {off.Allocated} B off, {on.Allocated} B on");
    }

    private static double Quantile(List<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)(share * (sorted.Count - 1))];
    }

    private sealed class Side(Workload workload, TrainingMonitor? monitor)
    {
        private long _bytes;
        private long _steps;

        /// <summary>Gets the managed bytes allocated per step.</summary>
        public long Allocated => _bytes / _steps;

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
            _bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            _steps += steps;
            return elapsed / steps;
        }
    }
}
