using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace TrainingDoctor.Hosting;

/// <summary>Attaches monitors with the options of a host.</summary>
/// <param name="settings">The host's options.</param>
/// <param name="loggers">Makes the log that findings go to; null for none.</param>
internal sealed class TrainingMonitorFactory(MonitorSettings settings, ILoggerFactory? loggers = null) : ITrainingMonitorFactory
{
    /// <inheritdoc/>
    public TrainingMonitor Attach(torch.nn.Module model, Action<TrainingMonitorOptions>? configure = null, [CallerFilePath] string? callerFile = null, [CallerLineNumber] int callerLine = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        var options = new TrainingMonitorOptions { Logger = loggers?.CreateLogger<TrainingMonitor>() };
        settings.ApplyTo(options);
        configure?.Invoke(options);
        return TrainingMonitor.Attach(model, options, callerFile, callerLine);
    }
}
