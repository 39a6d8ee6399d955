using Microsoft.Extensions.Logging;

namespace TrainingDoctor.Probes;

/// <summary>What a monitor logs.</summary>
internal static partial class MonitorLog
{
    [LoggerMessage(1, LogLevel.Error, "{Rule}, step {Step}: {Headline}")]
    public static partial void ErrorAt(ILogger logger, string rule, long step, Text headline);

    [LoggerMessage(2, LogLevel.Warning, "{Rule}, step {Step}: {Headline}")]
    public static partial void WarningAt(ILogger logger, string rule, long step, Text headline);

    [LoggerMessage(3, LogLevel.Information, "{Rule}, step {Step}: {Headline}")]
    public static partial void InfoAt(ILogger logger, string rule, long step, Text headline);

    [LoggerMessage(4, LogLevel.Warning, "The monitor's part for {What} failed; it is tried again after growing pauses.")]
    public static partial void Fault(ILogger logger, string what, Exception exception);

    [LoggerMessage(6, LogLevel.Error, "{Rule}: {Headline}")]
    public static partial void Error(ILogger logger, string rule, Text headline);

    [LoggerMessage(7, LogLevel.Warning, "{Rule}: {Headline}")]
    public static partial void Warning(ILogger logger, string rule, Text headline);

    [LoggerMessage(8, LogLevel.Information, "{Rule}: {Headline}")]
    public static partial void Info(ILogger logger, string rule, Text headline);
}
