using System.IO.Hashing;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Benchmarks.Overhead;

/// <summary>Whether training is bit-identical with a monitor, and leaves as many native tensors behind as without one.</summary>
internal static class Harmlessness
{
    private const int Steps = 20;

    /// <summary>Checks and prints one line.</summary>
    /// <returns>True when the monitor harms nothing.</returns>
    public static bool Check(Func<Workload> create, string mode, Func<Workload, TrainingMonitorOptions> options)
    {
        var off = Train(create, null);
        var on = Train(create, options);
        bool isIdentical = off.Weights.SequenceEqual(on.Weights);
        bool isClean = off.TensorsLeft == on.TensorsLeft;
        Console.WriteLine(
            $"{string.Empty,-52} {mode,-10} weights after each of {Steps} steps {(isIdentical ? "bit-identical" : "DIFFER")}; "
            + $"native tensors left by {Steps} steps: {off.TensorsLeft} off, {on.TensorsLeft} on{(isClean ? string.Empty : ", LEAK")}");
        return isIdentical && isClean;
    }

    private static (List<ulong> Weights, long TensorsLeft) Train(Func<Workload> create, Func<Workload, TrainingMonitorOptions>? options)
    {
        manual_seed(17);
        using var workload = create();
        using var monitor = options is null ? null : TrainingMonitor.Attach(workload.Model, options(workload));
        var weights = new List<ulong>();

        // The first steps make what is kept from step to step.
        for (int step = 0; step < Steps; step++)
        {
            workload.Step(monitor);
            weights.Add(Hash(workload.Model));
        }

        long before = LiveTensors();
        for (int step = 0; step < Steps; step++)
        {
            workload.Step(monitor);
        }

        return (weights, LiveTensors() - before);
    }

    private static ulong Hash(nn.Module model)
    {
        var hash = new XxHash3();
        foreach (var parameter in model.parameters())
        {
            hash.Append(parameter.bytes);
        }

        return hash.GetCurrentHashAsUInt64();
    }

    private static long LiveTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
