using System.Runtime.CompilerServices;
using TorchSharp;

namespace TrainingDoctor;

/// <summary>Attaches monitors with the options of the host: <c>services.AddTrainingDoctor(configuration)</c> registers it.</summary>
public interface ITrainingMonitorFactory
{
    /// <summary>Attaches a monitor to a model. Its findings go to the host's log.</summary>
    /// <param name="model">The model, of any nesting.</param>
    /// <param name="configure">Adds what configuration cannot know (optimizer, loss) and overrides the rest; null for nothing.</param>
    /// <param name="callerFile">The file of the call, which the compiler fills in; null for a run whose findings name no line.</param>
    /// <param name="callerLine">The line of the call, which the compiler fills in.</param>
    /// <returns>The monitor; dispose it to take the hooks off.</returns>
    /// <exception cref="ArgumentException">An option is wrong; the message names it.</exception>
    TrainingMonitor Attach(torch.nn.Module model, Action<TrainingMonitorOptions>? configure = null, [CallerFilePath] string? callerFile = null, [CallerLineNumber] int callerLine = 0);
}
