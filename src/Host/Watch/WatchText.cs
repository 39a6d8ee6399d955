namespace TrainingDoctor.Host.Watch;

/// <summary>A watched finding in one plain line.</summary>
internal static class WatchText
{
    /// <summary>Names a severity as reports do.</summary>
    public static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    /// <summary>Writes a finding as one line, with control characters of hostile names taken out.</summary>
    public static string Line(WatchedFinding found)
    {
        string line = FormattableString.Invariant($"{found.Source.Name}: {Word(found.Finding.Severity)} {found.Finding.Rule.Id} {found.Finding.Rule.Name}: {found.Finding.Message}");
        return string.Concat(line.Select(character => char.IsControl(character) ? ' ' : character));
    }
}
