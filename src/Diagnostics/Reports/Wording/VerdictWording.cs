namespace TrainingDoctor.Reports.Wording;

/// <summary>Verdicts and severities in words, for people.</summary>
internal static class VerdictWording
{
    /// <summary>Returns a verdict in one or two words.</summary>
    /// <param name="verdict">The verdict.</param>
    public static Text Of(Verdict verdict) => verdict switch
    {
        Verdict.Healthy => $"healthy",
        Verdict.Warning => $"warning",
        Verdict.Ill => $"ill",
        Verdict.Inconclusive => $"inconclusive",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "The verdict has no wording."),
    };

    /// <summary>Returns what a verdict says about the run.</summary>
    /// <param name="verdict">The verdict.</param>
    public static Text Explain(Verdict verdict) => verdict switch
    {
        Verdict.Healthy => $"Nothing at warning or above was found, and enough was measured to say so.",
        Verdict.Warning => $"Something may be wrong; a person should look.",
        Verdict.Ill => $"Training is broken, or its result is worthless.",
        Verdict.Inconclusive => $"Too little was measured to judge.",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "The verdict has no wording."),
    };

    /// <summary>Returns a severity in one word.</summary>
    /// <param name="severity">The severity.</param>
    public static Text Of(Severity severity) => severity switch
    {
        Severity.Info => $"info",
        Severity.Warning => $"warning",
        Severity.Error => $"error",
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "The severity has no wording."),
    };

    /// <summary>Returns a severity in one word, as it stands behind a number of findings.</summary>
    /// <param name="severity">The severity.</param>
    /// <param name="count">How many there are.</param>
    public static Text Of(Severity severity, long count) => severity switch
    {
        Severity.Warning when count != 1 => $"warnings",
        Severity.Error when count != 1 => $"errors",
        _ => Of(severity),
    };
}
