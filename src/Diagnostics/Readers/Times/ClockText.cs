using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers.Times;

/// <summary>Reads dates with a time of the day, and times of the day alone, as programs and loggers write them.</summary>
/// <remarks>Only distances between times of one log are used, so that a year or a day which is not told may be any.</remarks>
internal static partial class ClockText
{
    /// <summary>The day on which times without a date are put, in seconds since 1970: no training ran then.</summary>
    public const double DayOfNoDate = 86_400.0 * 10_000;

    /// <summary>The year of dates without one: a leap year, so that it has every day.</summary>
    private const int YearOfNoDate = 1996;

    private const int Longest = 48;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Finds the time that a line begins with, behind the marks and words that loggers put before it.</summary>
    /// <param name="line">The line.</param>
    /// <returns>Seconds since 1970, in the zone of the log; NaN where the line tells none.</returns>
    public static double Find(ReadOnlySpan<char> line)
    {
        var head = line[..Math.Min(line.Length, Longest)];
        foreach (var match in Times().EnumerateMatches(head))
        {
            return Read(head.Slice(match.Index, match.Length).ToString());
        }

        return double.NaN;
    }

    /// <summary>Reads a cell that holds a date with a time of the day, and nothing else: <c>2024-03-01T10:00:00Z</c>.</summary>
    /// <param name="cell">The cell, in UTF-8.</param>
    /// <param name="seconds">Seconds since 1970.</param>
    public static bool TryReadDate(ReadOnlySpan<byte> cell, out double seconds)
    {
        seconds = double.NaN;
        if (cell.Length is < 14 or > Longest || !cell.Contains((byte)':') || !cell.ContainsAnyInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        string text = Encoding.UTF8.GetString(cell).Trim();
        var match = Times().Match(text);
        if (match.Length != text.Length || !match.Groups["d"].Success)
        {
            return false;
        }

        seconds = Read(text);
        return double.IsFinite(seconds);
    }

    /// <summary>Reads a cell that holds hours, minutes and seconds, and nothing else: <c>1:23:45</c>.</summary>
    /// <param name="cell">The cell, in UTF-8.</param>
    /// <param name="seconds">The seconds.</param>
    public static bool TryReadSpan(ReadOnlySpan<byte> cell, out double seconds)
    {
        seconds = double.NaN;
        if (cell.Length is < 7 or > 20 || cell.Count((byte)':') != 2 || Spans().Match(Encoding.UTF8.GetString(cell)) is not { Success: true } match)
        {
            return false;
        }

        seconds = SecondsOf(match);
        return true;
    }

    private static double Read(string text)
    {
        var match = Times().Match(text);
        if (!match.Success)
        {
            return double.NaN;
        }

        double time = SecondsOf(match);
        if (match.Groups["half"] is { Success: true } half)
        {
            time += (half.ValueSpan[0] is 'p' or 'P', time < 43_200, time >= 43_200) switch { (true, true, _) => 43_200, (false, _, true) => -43_200, _ => 0 };
        }

        if (!match.Groups["d"].Success)
        {
            return DayOfNoDate + time;
        }

        int year = match.Groups["y"] is { Success: true } y ? int.Parse(y.ValueSpan, CultureInfo.InvariantCulture) : YearOfNoDate;
        int month = match.Groups["name"] is { Success: true } name ? Array.IndexOf(Months, name.Value.ToLowerInvariant()) + 1 : int.Parse(match.Groups["mo"].ValueSpan, CultureInfo.InvariantCulture);
        int day = int.Parse(match.Groups["d"].ValueSpan, CultureInfo.InvariantCulture);
        (month, day) = month > 12 ? (day, month) : (month, day);
        year += year < 100 ? 2000 : 0;
        if (year is < 1970 or > 2200 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return double.NaN;
        }

        double date = (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).TotalSeconds;
        return date + time - ZoneOf(match.Groups["zone"]);
    }

    private static double SecondsOf(Match match) =>
        (3600 * double.Parse(match.Groups["h"].ValueSpan, CultureInfo.InvariantCulture)) + (60 * double.Parse(match.Groups["mi"].ValueSpan, CultureInfo.InvariantCulture))
        + double.Parse(match.Groups["s"].Value.Replace(',', '.'), CultureInfo.InvariantCulture);

    private static double ZoneOf(Group zone)
    {
        if (!zone.Success || zone.ValueSpan[0] is not ('+' or '-'))
        {
            return 0;
        }

        string digits = zone.Value[1..].Replace(":", string.Empty, StringComparison.Ordinal);
        double offset = (3600 * int.Parse(digits.AsSpan(0, 2), CultureInfo.InvariantCulture)) + (60 * int.Parse(digits.AsSpan(2, 2), CultureInfo.InvariantCulture));
        return zone.ValueSpan[0] == '-' ? -offset : offset;
    }

    /// <summary>2024-03-01 10:00:00,123; 2024/03/01T10:00:00+09:00; 20240301 10:00:00; 03/01 10:00:00; 01-Mar-2024 10:00:00; Mar  1 10:00:00; I0301 10:00:00.123; [10:00:00].</summary>
    [GeneratedRegex(
        """
        (?: (?<![\w.:/-])
            (?: (?<y>\d{4}) [-/._] (?<mo>\d{1,2}) [-/._] (?<d>\d{1,2})
              | (?<y>20\d\d) (?<mo>\d\d) (?<d>\d\d)
              | (?<mo>\d{1,2}) [-/] (?<d>\d{1,2}) (?: [-/] (?<y>\d{4}|\d\d) )?
              | (?<d>\d{1,2}) [-\x20/] (?<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} [-\x20/] (?<y>\d{4})
              | (?<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \x20{1,2} (?<d>\d{1,2}) (?: ,? \x20 (?<y>\d{4}) )?
              | [IWEF] (?<mo>\d\d) (?<d>\d\d) )
            (?: T | ,?\x20{1,2} | [_@-] )
          | (?<= ^ [\x20\[(<|*]{0,4} ) )
        (?<h>\d\d?) : (?<mi>[0-5]\d) : (?<s>[0-5]\d (?: [.,]\d{1,9} )? )
        (?: \x20? (?<half>[AaPp][Mm]) )? (?: \x20? (?<zone> Z | UTC | [+-]\d\d:?\d\d ) )?
        (?! [\w:] )
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Times();

    [GeneratedRegex(@"^ *(?<h>\d{1,3}):(?<mi>[0-5]\d):(?<s>[0-5]\d(?:\.\d{1,9})?) *$", RegexOptions.CultureInvariant)]
    private static partial Regex Spans();
}
