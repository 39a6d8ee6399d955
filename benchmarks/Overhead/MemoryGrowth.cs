using System.Diagnostics;

namespace TrainingDoctor.Benchmarks.Overhead;

/// <summary>Resident memory of a long run: a monitor that is left on for good must not grow.</summary>
internal static class MemoryGrowth
{
    private const double Allowed = 0.02;
    private static readonly int[] Readings = [2_000, 20_000, 200_000];

    /// <summary>Measures and prints.</summary>
    /// <param name="isMonitored">Whether a monitor is attached; what grows without one is the runtime's.</param>
    /// <returns>True when memory grew by no more than is allowed.</returns>
    public static bool Measure(bool isMonitored)
    {
        using var workload = Workload.Small();
        using var monitor = isMonitored
            ? TrainingMonitor.Attach(workload.Model, new TrainingMonitorOptions { Optimizer = workload.Optimizer, Loss = workload.Criterion })
            : null;
        Console.WriteLine($"{workload.Name}, {(isMonitored ? "defaults" : "no monitor")}");
        int step = 0;
        double first = 0;
        double growth = 0;
        foreach (int reading in Readings)
        {
            for (; step < reading; step++)
            {
                workload.Step(monitor);
            }

            var (resident, heap) = Resident();
            first = first == 0 ? resident : first;
            growth = (resident / first) - 1;
            Console.WriteLine($"after {step,7:N0} steps: resident {resident / 1e6:F1} MB ({growth:+0.0%;-0.0%;0.0%}), managed heap {heap / 1e6:F2} MB");
        }

        Console.WriteLine(growth <= Allowed ? $"within {Allowed:0%}" : $"MISSED: more than {Allowed:0%}");
        return growth <= Allowed;
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
