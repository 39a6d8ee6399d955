using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Prepares lines that may be part of a printed table.</summary>
internal static partial class TableText
{
    /// <summary><c>epoch:1</c> tells what its number is.</summary>
    public static bool ColonBeforeNumber(ReadOnlySpan<char> text)
    {
        for (int i = text.IndexOfAny(':', '：'); i >= 0; i = Next(text, i))
        {
            int next = i + 1;
            while (next < text.Length && text[next] == ' ')
            {
                next++;
            }

            if (i > 0 && (text[i] == '：' || char.IsLetter(text[i - 1]) || text[i - 1] is ' ' or ':' or '"' or '\'' or ')') && next < text.Length && (char.IsAsciiDigit(text[next]) || text[next] is '-' or '['))
            {
                return true;
            }
        }

        return false;
    }

    private static int Next(ReadOnlySpan<char> text, int i) => text[(i + 1)..].IndexOfAny(':', '：') is >= 0 and var next ? i + 1 + next : -1;

    /// <summary><c>||grad||</c> is the norm of a gradient, and divides no columns; Jira and wikis divide some with two marks: <c>||Epoch||Loss||</c>, <c>! Epoch !! Loss</c>.</summary>
    public static string WithSingleBars(string line)
    {
        // "Epoch / Train loss / Test loss".
        line = line.IndexOf(" / ", StringComparison.Ordinal) is >= 0 and var slash && line.IndexOf(" / ", slash + 3, StringComparison.Ordinal) > 0 ? line.Replace(" / ", " | ", StringComparison.Ordinal) : line;
        if (line.StartsWith('!') && line.Contains("!!", StringComparison.Ordinal))
        {
            return line.Replace("!!", " |", StringComparison.Ordinal).Replace('!', '|');
        }

        return !line.Contains("||", StringComparison.Ordinal) ? line
            : line.StartsWith('|') ? line.Replace("||", "|", StringComparison.Ordinal)
            : WithNorms(line);
    }

    /// <summary><c>||grad||</c> is the norm of a gradient.</summary>
    public static string WithNorms(string line) => line.Contains("||", StringComparison.Ordinal) ? Norm().Replace(line, "${of}norm") : line;

    [GeneratedRegex(@"\|\|(?<of>[A-Za-z]+)\|\|", RegexOptions.ExplicitCapture)]
    private static partial Regex Norm();

    /// <summary>Cuts off the progress bar that YOLO prints behind a row.</summary>
    public static string WithoutBar(string line, out bool isUnderway)
    {
        int bar = line.IndexOf("%|", StringComparison.Ordinal);
        isUnderway = bar >= 0 && !line.AsSpan(0, bar).EndsWith("100");
        int colon = bar < 0 ? -1 : line.LastIndexOf(':', bar);
        return colon < 0 ? line : line[..colon];
    }
}
