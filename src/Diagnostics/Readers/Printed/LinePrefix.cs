using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary>What loggers put before a line: the time, the level and who logs.</summary>
internal static class LinePrefix
{
    private const int Longest = 160;

    private static readonly string[] Levels = Lexicon.Names("printed", "levels");

    /// <summary>Leaves out what a logger put before a line, where the line names a level.</summary>
    public static string Remove(string line)
    {
        var head = line.AsSpan(0, Math.Min(line.Length, Longest));
        int end = -1;
        foreach (string level in Levels)
        {
            int at = head.IndexOf(level);
            if (at >= 0 && (at == 0 || !char.IsLetterOrDigit(head[at - 1])) && (at + level.Length >= head.Length || !char.IsLetterOrDigit(head[at + level.Length])))
            {
                end = Math.Max(end, at + level.Length);
            }
        }

        if (end < 0)
        {
            return line;
        }

        end = SkipMarks(line, end);
        int from = end < line.Length && line[end] == ' ' ? end + 1 : end;

        // "allennlp.training.trainer - ", "yolox.core.trainer:261 - ".
        int dash = line.AsSpan(from, Math.Min(line.Length - from, 80)).IndexOf(" - ");
        if (dash > 0 && !line.AsSpan(from, dash).Contains(' '))
        {
            // The blanks behind it are part of what is logged: columns stand below one another.
            return line[(from + dash + 3)..];
        }

        return line[end..];
    }

    /// <summary>Leaves out a date and a time, with the marks around them, where the line begins with them: <c>2020-11-13 09:30:47,461 - VALID</c>.</summary>
    public static string WithoutTime(string line)
    {
        int end = 0;
        while (end < line.Length && (char.IsAsciiDigit(line[end]) || line[end] is ' ' or '[' or ']' or '(' or ')' or '-' or ':' or '.' or ',' or '/' || (line[end] == 'T' && end > 0 && char.IsAsciiDigit(line[end - 1]))))
        {
            end++;
        }

        return end > 4 && line.AsSpan(0, end).Count(':') + line.AsSpan(0, end).Count('-') > 1 ? line[end..] : line;
    }

    private static int SkipMarks(string line, int i)
    {
        while (i < line.Length && line[i] is ']' or ':' or ')')
        {
            i++;
        }

        int next = i;
        while (next < line.Length && line[next] == ' ')
        {
            next++;
        }

        return next < line.Length && line[next] is '-' or '|' ? next + 1 : i;
    }
}
