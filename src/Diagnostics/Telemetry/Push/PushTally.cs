using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using TrainingDoctor.Configuration;

namespace TrainingDoctor.Telemetry.Push;

/// <summary>Counts what became of a run's lines, publishes it through <c>System.Diagnostics.Metrics</c>, and says once of each kind of trouble.</summary>
/// <param name="address">The host.</param>
/// <param name="logger">Is told of trouble; null for nobody.</param>
internal sealed class PushTally(PushAddress address, ILogger? logger)
{
    private static readonly Meter Meter = new(DoctorMeter.Name);
    private static readonly Counter<long> Lines =
        Meter.CreateCounter<long>("training_doctor.push.lines", "{line}", "Lines of telemetry: delivered, dropped for want of room, rejected by the host, or not acknowledged at the end.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("training_doctor.push.bytes", "By", "Telemetry that was delivered, uncompressed.");
    private readonly HashSet<string> _said = [];
    private long _delivered;
    private long _rejected;

    /// <summary>Gets the name of the run, the tag of all its figures.</summary>
    public string Run { get; set; } = string.Empty;

    /// <summary>Gets how many lines were acknowledged.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Gets how many lines the host would not take.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Counts lines that were acknowledged.</summary>
    public void Deliver(long lines, long bytes)
    {
        Interlocked.Add(ref _delivered, lines);
        Add(lines, "delivered");
        Bytes.Add(bytes, new KeyValuePair<string, object?>("run", Run));
    }

    /// <summary>Counts lines that the host would not take.</summary>
    public void Reject(long lines, string reason)
    {
        Interlocked.Add(ref _rejected, lines);
        Add(lines, "rejected");
        Say(reason);
    }

    /// <summary>Counts a line that found no room.</summary>
    public void Drop()
    {
        Add(1, "dropped");
        Say("the queue is full; lines are dropped");
    }

    /// <summary>Counts lines that were not acknowledged when the run ended.</summary>
    public void Lose(long lines) => Add(lines, "lost");

    /// <summary>Logs a kind of trouble, the first time that it comes.</summary>
    public void Say(string trouble)
    {
        bool isNew;
        lock (_said)
        {
            isNew = _said.Add(trouble);
        }

        if (isNew && logger is not null)
        {
            try
            {
                PushLog.Trouble(logger, address.ToString(), trouble);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // A log that fails must harm neither the training nor the delivery.
            }
        }
    }

    private void Add(long lines, string outcome)
    {
        if (lines > 0)
        {
            Lines.Add(lines, new KeyValuePair<string, object?>("run", Run), new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}
