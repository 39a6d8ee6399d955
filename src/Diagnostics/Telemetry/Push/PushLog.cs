using Microsoft.Extensions.Logging;

namespace TrainingDoctor.Telemetry.Push;

/// <summary>What pushing logs.</summary>
internal static partial class PushLog
{
    [LoggerMessage(5, LogLevel.Warning, "Pushing telemetry to {Address}: {Trouble}.")]
    public static partial void Trouble(ILogger logger, string address, string trouble);
}
