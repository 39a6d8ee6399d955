namespace TrainingDoctor.Host.Receiving;

/// <summary>Takes the telemetry of runs, wherever they are kept and judged. Safe for concurrent use.</summary>
internal interface ITelemetryIntake
{
    /// <summary>Tells which line of a run is wanted next.</summary>
    /// <param name="id">What the sender calls the run.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The index within the run; null when the run is not known.</returns>
    /// <exception cref="IntakeAwayException">It cannot be known at present.</exception>
    Task<long?> NextLineAsync(string id, CancellationToken cancellation);

    /// <summary>Takes whole lines. When it returns, what was taken outlives whatever the record is meant to outlive.</summary>
    /// <param name="id">What the sender calls the run; valid.</param>
    /// <param name="firstLine">The index of the first of them within the run.</param>
    /// <param name="lines">The lines, each with its end.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IntakeAwayException">They cannot be kept at present.</exception>
    Task<Intake> TakeAsync(string id, long firstLine, ReadOnlyMemory<byte> lines, CancellationToken cancellation);
}

/// <summary>What came of lines that were sent.</summary>
/// <param name="Outcome">Whether they were looked at.</param>
/// <param name="NextLine">The index of the line that is wanted next; 0 where none was looked at.</param>
/// <param name="Lines">What became of them; nothing where none was looked at.</param>
internal readonly record struct Intake(IntakeOutcome Outcome, long NextLine = 0, ReceivedLines Lines = default);

/// <summary>Whether lines were looked at.</summary>
internal enum IntakeOutcome
{
    /// <summary>They were, and taken as far as <see cref="ReceivedLines.Fault"/> says.</summary>
    Taken,

    /// <summary>The run is not known, and these are not its first lines.</summary>
    Unknown,

    /// <summary>A run is known whose name differs by the case of its letters alone, and both would have one record.</summary>
    Twin,

    /// <summary>There is no room for a further run.</summary>
    NoRoom,

    /// <summary>More is waiting for this run than is worth waiting for.</summary>
    Busy,
}

/// <summary>Telemetry can be neither taken nor found at present: its store or its host is away. Senders keep it and come again.</summary>
/// <param name="reason">What is away, for people.</param>
/// <param name="cause">What was thrown.</param>
internal sealed class IntakeAwayException(string reason, Exception? cause = null) : Exception(reason, cause);
