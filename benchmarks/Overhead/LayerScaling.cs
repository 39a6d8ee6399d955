using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Benchmarks.Overhead;

/// <summary>What attaching to a model of many layers costs, and a step that is measured in full: a model of ten thousand layers is attached to within three seconds, and four times the layers cost about four times.</summary>
internal static class LayerScaling
{
    private const double MostSeconds = 3;
    private const double MostGrowth = 6.5;
    private const int Most = 10_000;

    /// <summary>Measures and prints.</summary>
    /// <returns>True when the bounds were kept.</returns>
    public static bool Measure()
    {
        _ = Cost(100);
        var quarter = Cost(Most / 4);
        var all = Cost(Most);
        double growth = (all.Step - all.Plain) / Math.Max(0.001, quarter.Step - quarter.Plain);
        bool isKept = all.Attach <= MostSeconds && growth <= MostGrowth;
        Console.WriteLine(isKept ? $"within {MostSeconds} s; a measured step of four times the layers costs {growth:F1} times" : $"MISSED: {all.Attach:F1} s to attach, {growth:F1} times for four times the layers");
        return isKept;
    }

    private static (double Attach, double Step, double Plain) Cost(int layers)
    {
        manual_seed(1);
        using var model = nn.Sequential(Enumerable.Range(0, layers).Select(index => ($"layer{index}", (nn.Module<Tensor, Tensor>)(index % 2 == 0 ? nn.Linear(2, 2) : nn.Tanh()))).ToArray());
        double plain = Step(model, null);
        long begun = Stopwatch.GetTimestamp();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Sampling = SamplingSchedule.EveryStep });
        double attach = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        double step = Enumerable.Range(0, 3).Min(_ => Step(model, monitor));
        begun = Stopwatch.GetTimestamp();
        _ = monitor.Complete();
        Console.WriteLine($"{layers,6:N0} layers: attaching {attach:F2} s, a step {plain:F2} s without and {step:F2} s measured in full, the end {Stopwatch.GetElapsedTime(begun).TotalSeconds:F2} s");
        return (attach, step, plain);
    }

    private static double Step(nn.Module<Tensor, Tensor> model, TrainingMonitor? monitor)
    {
        long begun = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        model.zero_grad();
        var loss = model.call(ones(4, 2)).mean();
        loss.backward();
        monitor?.Step(loss);
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
