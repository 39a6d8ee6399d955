namespace TrainingDoctor.Telemetry.Push;

/// <summary>What came of a request.</summary>
/// <param name="Outcome">The kind of the answer.</param>
/// <param name="NextLine">The first line that the host still wants, where it said so.</param>
/// <param name="Pause">How long the host asks to wait; null where it does not.</param>
/// <param name="Reason">The answer in a few words, without secrets.</param>
internal readonly record struct PushAnswer(PushOutcome Outcome, long NextLine = 0, TimeSpan? Pause = null, string Reason = "");

/// <summary>The kinds of answers.</summary>
internal enum PushOutcome
{
    /// <summary>The host took the lines, or knows the run.</summary>
    Taken,

    /// <summary>The host does not know the run.</summary>
    Unknown,

    /// <summary>The body is too large.</summary>
    TooLarge,

    /// <summary>The host could not read the lines.</summary>
    Malformed,

    /// <summary>The host does not take the token.</summary>
    Refused,

    /// <summary>The host cannot be reached, does not answer, is busy, or is something else than a host of this product.</summary>
    Failed,
}
