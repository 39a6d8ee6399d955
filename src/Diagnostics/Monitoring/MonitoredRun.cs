using TrainingDoctor.Models;
using TrainingDoctor.Names;
using TrainingDoctor.Probes.Devices;
using TrainingDoctor.Telemetry;
using TrainingDoctor.Telemetry.Push;
using static TorchSharp.torch;

namespace TrainingDoctor.Monitoring;

/// <summary>What is known of a monitored run before its first step.</summary>
internal static class MonitoredRun
{
    /// <summary>Describes a run by its model, loss and optimizer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What the user asked for.</param>
    public static RunDescription Describe(nn.Module model, TrainingMonitorOptions options) => new()
    {
        Name = options.Name ?? RunName.Of(options.RecordTo, model.GetType().Name, TimeProvider.System.GetLocalNow()),
        Source = "live",
        Framework = "torchsharp",
        Path = options.RecordTo is { } path && !PushAddress.IsAddress(path) ? path : null,
        Task = options.Task,
        Commit = GitCommit.Of(Environment.CurrentDirectory),
        Device = model.parameters().FirstOrDefault()?.device.ToString(),
        StartedAt = DateTimeOffset.UtcNow,
        Model = ModelInspector.Describe(model, options.Optimizer),
        Optimizer = options.Optimizer is { } optimizer ? OptimizerInspector.Describe(optimizer, model) : null,
        Loss = options.Loss is { } loss ? LossInspector.Describe(loss) is var described && options.WeighsClasses ? described with { HasClassWeights = true } : described : null,
    };

    /// <summary>Finds what tells of the device of a model. Devices of NVIDIA alone tell of themselves, and their driver is not asked for a model in main memory.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Null where nothing tells.</returns>
    public static Func<NvidiaDevice?>? DeviceOf(nn.Module model) =>
        model.parameters().FirstOrDefault()?.device is { type: TorchSharp.DeviceType.CUDA } device ? () => NvidiaDevice.Find(Math.Max(0, device.index)) : null;
}
