using System.Text;

namespace TrainingDoctor.Readers.Printed;

/// <summary>What makes printed lines pretty, and tells nothing.</summary>
internal static class LineDecorations
{
    /// <summary>Leaves out colours, with the escape character that belongs before them or without it, and bold type.</summary>
    public static string Remove(string line)
    {
        line = WithPlainDigits(WithSeparators(line));
        if (!line.Contains('\u001b') && !line.Contains('[') && !line.Contains('*') && !line.Contains('`'))
        {
            return line;
        }

        StringBuilder? clean = null;
        int from = 0;
        int i = 0;
        while (i < line.Length)
        {
            int length = LengthAt(line, i);
            if (length == 0)
            {
                i++;
                continue;
            }

            (clean ??= new StringBuilder(line.Length)).Append(line, from, i - from);
            i += length;
            from = i;
        }

        return clean is null ? line : clean.Append(line, from, line.Length - from).ToString();
    }

    /// <summary>Puts plain digits and marks in the place of those as wide as a Japanese character.</summary>
    private static string WithPlainDigits(string line) => !line.AsSpan().ContainsAnyInRange('\uFF10', '\uFF19') ? line
        : string.Create(line.Length, line, static (plain, wide) =>
        {
            for (int i = 0; i < wide.Length; i++)
            {
                plain[i] = wide[i] is >= '\uFF01' and <= '\uFF5E' ? (char)(wide[i] - '\uFF01' + '!') : wide[i] == '\u3000' ? ' ' : wide[i];
            }
        });

    /// <summary>Undoes what a web page escaped, and puts tabs and bars where a system log escaped the first (<c>#011</c>) and LaTeX writes the second (<c>&amp;</c> in rows that end in <c>\\</c>).</summary>
    private static string WithSeparators(string line)
    {
        line = line.Contains('&') && line.Contains(';') ? System.Net.WebUtility.HtmlDecode(line) : line;
        line = line.Contains("#011", StringComparison.Ordinal) ? line.Replace("#011", "\t", StringComparison.Ordinal) : line;
        return line.Contains('&') && line.AsSpan().TrimEnd().EndsWith(@"\\") ? line.Replace('&', '|').TrimEnd(' ', '\\') : line;
    }

    private static int LengthAt(string line, int i) => line[i] switch
    {
        '\u001b' => i + 1 < line.Length && line[i + 1] == '[' ? 2 + EscapeLength(line, i + 2) : 1,
        '[' => BareColour(line, i),
        '*' when i + 1 < line.Length && line[i + 1] == '*' => line.AsSpan(i).IndexOfAnyExcept('*') is var stars && stars < 0 ? line.Length - i : stars,
        '`' => 1,
        _ => 0,
    };

    private static int EscapeLength(string line, int start)
    {
        int i = start;
        while (i < line.Length && line[i] is (>= '0' and <= '9') or ';' or '?')
        {
            i++;
        }

        return i < line.Length ? i + 1 - start : i - start;
    }

    /// <summary><c>[32m</c>, whose escape character was lost when the log was copied.</summary>
    private static int BareColour(string line, int bracket)
    {
        int i = bracket + 1;
        int code = 0;
        bool isColour = true;
        while (i < line.Length && i - bracket < 16 && line[i] is (>= '0' and <= '9') or ';')
        {
            code = line[i] == ';' ? 0 : (10 * code) + (line[i] - '0');
            isColour &= line[i] != ';' || i > bracket + 1;
            i++;
        }

        // "[5m 30s]" is a duration.
        bool isDuration = i + 2 < line.Length && line[i + 1] == ' ' && char.IsAsciiDigit(line[i + 2]) && line.AsSpan(i + 2).TrimStart("0123456789") is ['s', ..];
        return isColour && i < line.Length && line[i] == 'm' && !isDuration && code is <= 9 or (>= 21 and <= 49) or (>= 90 and <= 107) or > 109 ? i + 1 - bracket : 0;
    }
}
