using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Benchmarks.Overhead;

/// <summary>
/// What attaching to a model of many layers costs, and a step that is measured in full: a model of ten thousand layers is attached to within three seconds, and four times the layers cost about four times.
/// Counted is the time of a processor, which on a machine at rest is what one waits for, and on a busy one is all that can be told.
/// </summary>
internal static class LayerScaling
{
    private const double MostSeconds = 3;
    private const double MostGrowth = 6.5;
    private const int Most = 10_000;

    /// <summary>Gets how many seconds this program has had a processor.</summary>
    private static double ProcessorTime => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>Measures and prints.</summary>
    /// <returns>True when the bounds were kept.</returns>
    public static bool Measure()
    {
        _ = Cost(100);
        var quarter = Cost(Most / 4);
        var all = Cost(Most);
        double growth = all.Step / Math.Max(0.001, quarter.Step);
        bool isKept = all.Attach <= MostSeconds && growth <= MostGrowth;
        Console.WriteLine(isKept ? $"within {MostSeconds} s; a measured step of four times the layers costs {growth:F1} times" : $"MISSED: {all.Attach:F1} s of a processor to attach, {growth:F1} times for four times the layers");
        return isKept;
    }

    private static (double Attach, double Step, double Plain) Cost(int layers)
    {
        manual_seed(1);
        using var model = nn.Sequential(Enumerable.Range(0, layers).Select(index => ($"layer{index}", (nn.Module<Tensor, Tensor>)(index % 2 == 0 ? nn.Linear(2, 2) : nn.Tanh()))).ToArray());
        double plain = Step(model, null);
        long waited = Stopwatch.GetTimestamp();
        double begun = ProcessorTime;
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Sampling = SamplingSchedule.EveryStep });
        double attach = ProcessorTime - begun;
        double waiting = Stopwatch.GetElapsedTime(waited).TotalSeconds;
        double step = Enumerable.Range(0, 3).Min(_ => Step(model, monitor));
        begun = ProcessorTime;
        _ = monitor.Complete();
        Console.WriteLine($"{layers,6:N0} layers: attaching {attach:F2} s ({waiting:F2} s by the clock), a step {plain:F2} s without and {step:F2} s measured in full, the end {ProcessorTime - begun:F2} s");
        return (attach, step, plain);
    }

    private static double Step(nn.Module<Tensor, Tensor> model, TrainingMonitor? monitor)
    {
        double begun = ProcessorTime;
        using var scope = NewDisposeScope();
        model.zero_grad();
        var loss = model.call(ones(4, 2)).mean();
        loss.backward();
        monitor?.Step(loss);
        return ProcessorTime - begun;
    }
}
