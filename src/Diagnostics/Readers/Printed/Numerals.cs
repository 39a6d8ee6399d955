using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Numbers as programs print them into lines. Whether a comma stands before decimals or between thousands shows in the line, and in those before.</summary>
internal sealed partial class Numerals
{
    /// <summary>So many decimal points say that the language of a log has no decimal commas; fewer may be those of versions.</summary>
    private const int ManyPoints = 3;

    /// <summary>Groups of thousands of the largest number that anybody counts to.</summary>
    private const int MostGroups = 6;

    private int _points;
    private int _commas;

    /// <summary>Reads a number.</summary>
    /// <param name="line">The line.</param>
    /// <param name="start">Where the number begins, with a sign, a digit or a point.</param>
    /// <param name="isCounted">Whether the word before it names a counter, which has no decimals.</param>
    /// <param name="value">The number; null when it is none.</param>
    /// <returns>Where it ends.</returns>
    public int Read(string line, int start, bool isCounted, out double? value)
    {
        int end = EndOf(line, start);
        if (IsUnmeasurable(line, end))
        {
            // C on Windows: 1.#INF, -1.#IND, 1.#QNAN.
            double kind = line.AsSpan(end).StartsWith("#INF") ? double.PositiveInfinity : double.NaN;
            value = line[start] == '-' ? -kind : kind;
            return EndOfWord(line, end + 1);
        }

        var text = line.AsSpan(start, end - start);
        if (!text.ContainsAny('.', 'e', 'E') && EndOfGroups(line, end, out int groups, out bool areThousands) is var endOfGroups && endOfGroups > end)
        {
            bool isClear = !areThousands || text is "0" or "-0";
            if (groups == 1 && !DecimalPoint().IsMatch(line) && (isClear || (!isCounted && (_commas > 0 || _points < ManyPoints || DecimalComma().IsMatch(line)))))
            {
                _commas++;
                int endOfPower = EndOfPower(line, endOfGroups);
                value = Parse($"{text}.{line.AsSpan(end + 1, endOfPower - end - 1)}");
                return endOfPower;
            }

            if (areThousands)
            {
                end = endOfGroups < line.Length && line[endOfGroups] == '.' ? EndOf(line, endOfGroups) : endOfGroups;
                value = Parse(line.AsSpan(start, end - start).ToString().Replace(",", string.Empty));
                return end;
            }
        }

        _points += text.Contains('.') ? 1 : 0;
        value = Parse(text);
        return end;
    }

    [GeneratedRegex(@"(?<![\d.])\d+\.\d+(?![\d.])")]
    private static partial Regex DecimalPoint();

    [GeneratedRegex(@"(?<![\d.,])(?:0,\d+|\d+,(?:\d{1,2}|\d{4,}))(?![\d,])")]
    private static partial Regex DecimalComma();

    /// <summary>Reads a number; Julia writes the power of ten of single precision with an <c>f</c>, Fortran that of double precision with a <c>D</c>.</summary>
    private static double? Parse(ReadOnlySpan<char> text) => text is ['−', .. var rest] ? -Parse(rest)
        : text.ContainsAny('f', 'D') ? Parse(text.ToString().Replace('f', 'e').Replace('D', 'e'))
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;

    /// <summary>Finds where a number ends.</summary>
    public static int EndOf(string line, int start)
    {
        int end = start + 1;
        bool point = line[start] == '.';
        while (end < line.Length)
        {
            char c = line[end];
            if (char.IsAsciiDigit(c))
            {
                end++;
            }
            else if (c == '.' && !point && (end + 1 >= line.Length || !char.IsLetter(line[end + 1])))
            {
                point = true;
                end++;
            }
            else if ((c is 'e' or 'E' || (c is 'f' or 'D' && point)) && end + 1 < line.Length && (char.IsAsciiDigit(line[end + 1]) || (line[end + 1] is '-' or '+' && end + 2 < line.Length && char.IsAsciiDigit(line[end + 2]))))
            {
                end += 2;
                while (end < line.Length && char.IsAsciiDigit(line[end]))
                {
                    end++;
                }

                return end;
            }
            else
            {
                break;
            }
        }

        // A full stop at the end of a sentence is none of the number's.
        return line[end - 1] == '.' && end - start > 1 && (end >= line.Length || line[end] == ' ') ? end - 1 : end;
    }

    /// <summary>Finds where the power of ten behind decimals ends, if there is one.</summary>
    private static int EndOfPower(string line, int end)
    {
        int digits = end + 1;
        if (end >= line.Length || line[end] is not ('e' or 'E'))
        {
            return end;
        }

        digits += digits < line.Length && line[digits] is '-' or '+' ? 1 : 0;
        int last = digits;
        while (last < line.Length && char.IsAsciiDigit(line[last]))
        {
            last++;
        }

        return last > digits ? last : end;
    }

    private static bool IsUnmeasurable(string line, int end)
    {
        var rest = line.AsSpan(end);
        return rest.StartsWith("#INF") || rest.StartsWith("#IND") || rest.StartsWith("#QNAN");
    }

    private static int EndOfWord(string line, int i)
    {
        while (i < line.Length && char.IsLetterOrDigit(line[i]))
        {
            i++;
        }

        return i;
    }

    /// <summary>Finds where digits behind commas end, and whether they come in threes.</summary>
    private static int EndOfGroups(string line, int end, out int groups, out bool areThousands)
    {
        groups = 0;
        areThousands = true;
        while (end + 1 < line.Length && line[end] == ',' && char.IsAsciiDigit(line[end + 1]))
        {
            int start = ++end;
            while (end < line.Length && char.IsAsciiDigit(line[end]))
            {
                end++;
            }

            groups++;
            areThousands &= end - start == 3;
            if (groups > MostGroups || (groups > 1 && !areThousands))
            {
                // A list of numbers.
                areThousands = false;
                break;
            }
        }

        return end;
    }
}
