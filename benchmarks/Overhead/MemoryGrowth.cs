using System.Diagnostics;

namespace TrainingDoctor.Benchmarks.Overhead;

/// <summary>Resident memory of a long run: a monitor that is left on for good must not grow.</summary>
internal static class MemoryGrowth
{
    private const int EarlySteps = 2_000;
    private const int LateSteps = 200_000;
    private const double Allowed = 0.02;

    /// <summary>Measures and prints.</summary>
    /// <returns>True when memory grew by no more than is allowed.</returns>
    public static bool Measure()
    {
        using var workload = Workload.Small();
        using var monitor = TrainingMonitor.Attach(workload.Model, new TrainingMonitorOptions { Optimizer = workload.Optimizer, Loss = workload.Criterion });
        long start = Stopwatch.GetTimestamp();
        Run(EarlySteps);
        var (early, earlyHeap) = Resident();
        Run(LateSteps - EarlySteps);
        var (late, lateHeap) = Resident();
        double growth = ((double)late / early) - 1;
        Console.WriteLine(
            $"{workload.Name}, defaults: resident {early / 1e6:F1} MB after {EarlySteps:N0} steps, {late / 1e6:F1} MB after {LateSteps:N0} ({growth:+0.0%;-0.0%}, allowed {Allowed:+0%}"
            + $"{(growth <= Allowed ? string.Empty : ", MISSED")}); managed heap {earlyHeap / 1e6:F1} and {lateHeap / 1e6:F1} MB; {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        return growth <= Allowed;

        void Run(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                workload.Step(monitor);
            }
        }
    }

    /// <summary>What is held, not what waits for a collection: that depends on when the collector last ran.</summary>
    private static (long Resident, long Heap) Resident()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return (process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false));
    }
}
