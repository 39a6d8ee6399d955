using System.Globalization;

namespace TrainingDoctor.Reports;

/// <summary>
/// Text that came from outside (names of runs, layers, columns and files, lines of logs, answers of hosts) on its way to where people read: everything that a terminal, a page or a build server would
/// obey instead of show is taken out here, for every sink.
/// </summary>
public static class UntrustedText
{
    /// <summary>Makes text fit for one line: line breaks and tabs become blanks, other control characters, and those that turn or hide the text around them, a mark that something was there.</summary>
    /// <param name="text">The text.</param>
    public static string Line(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 ? text : string.Concat(text.Select(Shown));
    }

    /// <summary>Tells whether a character is obeyed instead of shown: control characters, marks of direction and of invisible joins, separators of lines.</summary>
    /// <param name="character">The character.</param>
    public static bool IsObeyed(char character) => char.IsControl(character)
        || char.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static char Shown(char character) => character is '\n' or '\r' or '\t' or '\u0085' or '\u2028' or '\u2029' ? ' ' : IsObeyed(character) ? '\uFFFD' : character;
}
