using System.Globalization;

namespace TrainingDoctor.Host.Trials.Running;

/// <summary>Times as people write them on a command line: <c>90s</c>, <c>10m</c>, <c>2h</c>.</summary>
internal static class Duration
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Reads a time.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Null when it is none, not above zero, or above thirty days.</returns>
    public static TimeSpan? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        double? unit = text.Length < 2 ? null : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => null };
        return unit is { } seconds && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number > 0 && number * seconds <= Longest.TotalSeconds
            ? TimeSpan.FromSeconds(number * seconds)
            : null;
    }

    /// <summary>Writes a time in words.</summary>
    /// <param name="time">The time.</param>
    public static string Tell(TimeSpan time) => time.TotalSeconds < 1 ? "less than a second"
        : time.TotalSeconds <= 90 ? FormattableString.Invariant($"{time.TotalSeconds:0} s")
        : time.TotalMinutes < 90 ? FormattableString.Invariant($"{time.TotalMinutes:0.#} minutes")
        : FormattableString.Invariant($"{time.TotalHours:0.#} hours");
}
