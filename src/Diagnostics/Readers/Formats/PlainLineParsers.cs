using System.Globalization;
using System.Text;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>One metric of MLflow's file store: <c>timestamp value step</c>, or the two first in old versions.</summary>
internal sealed class MetricLineParser(LogFacts facts, string metric) : ILineParser
{
    private readonly int _step = facts.Columns.Intern("step");
    private readonly int _value = facts.Columns.Intern(metric);
    private long _ordinal;

    public static bool Fits(ReadOnlySpan<byte> line)
    {
        Span<Range> parts = stackalloc Range[4];
        int count = Words.Split(line, parts);
        return count is 2 or 3 && line[parts[0]].Length is >= 10 and <= 14 && Number.TryParse(line[parts[0]], out double time) && time > 1e9 && Number.TryParse(line[parts[1]], out _)
            && (count == 2 || Number.TryParse(line[parts[2]], out _));
    }

    public void Parse(ReadOnlySpan<byte> line, in LinePlace place, RowBatch rows)
    {
        Span<Range> parts = stackalloc Range[4];
        int count = Words.Split(line, parts);
        if (count == 0)
        {
            return;
        }

        if (count is not (2 or 3) || !Number.TryParse(line[parts[1]], out double value) || !Number.TryParse(line[parts[0]], out double _))
        {
            rows.Report(new LogDamage(place.ToString(), ConflictMarkers.Describe(line) ?? "expected 'timestamp value step'"));
            return;
        }

        double step = _ordinal++;
        if (count == 3 && Number.TryParse(line[parts[2]], out double logged))
        {
            step = logged;
        }

        facts.Account?.Take("timestamp", NumberUse.Time, "MLflow writes when it logged", place.Line);
        rows.Add(_step, step);
        rows.Add(_value, value);
        rows.EndRow();
    }
}

/// <summary>One number per line, of a metric that the file is named after, as NumPy's savetxt writes it; a whole number before it is its step.</summary>
internal sealed class BareLineParser(LogFacts facts, string metric) : ILineParser
{
    private readonly int _value = facts.Columns.Intern(metric);
    private int _step = -1;

    /// <summary>Tells whether the first line is a number, and most of those after it.</summary>
    public static bool Fits(ReadOnlySpan<byte> text)
    {
        int numbers = 0;
        int lines = 0;
        while (!text.IsEmpty && lines < 8)
        {
            var line = LineBlock.NextLine(ref text);
            numbers += TryParse(line, out _, out _) ? 1 : 0;
            lines++;
            if (numbers == 0)
            {
                return false;
            }
        }

        return numbers > 1 && 2 * numbers > lines;
    }

    public void Parse(ReadOnlySpan<byte> line, in LinePlace place, RowBatch rows)
    {
        if (TryParse(line, out double? step, out double value))
        {
            if (step is { } counted)
            {
                rows.Add(_step < 0 ? _step = facts.Columns.Intern("step") : _step, counted);
            }

            rows.Add(_value, value);
            rows.EndRow();
        }
        else if (line.IndexOfAnyExcept((byte)' ', (byte)'\t') >= 0)
        {
            rows.Report(new LogDamage(place.ToString(), ConflictMarkers.Describe(line) ?? $"expected a number, or a step and a number, found '{Encoding.UTF8.GetString(line[..Math.Min(line.Length, 60)])}'"));
        }
    }

    private static bool TryParse(ReadOnlySpan<byte> line, out double? step, out double value)
    {
        step = null;
        if (Number.TryParse(line, out value))
        {
            return true;
        }

        line = line.Trim(" \t"u8);
        int end = line.IndexOfAny((byte)',', (byte)' ', (byte)'\t');
        if (end <= 0 || line[..end].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0 || !Number.TryParse(line[..end], out double counted))
        {
            return false;
        }

        step = counted;
        return Number.TryParse(line[end..].TrimStart(", \t"u8), out value);
    }
}

/// <summary>All numbers of a metric that the file is named after in one line, as where a list was written as the row of a table: a curve.</summary>
internal sealed class BareRowParser(LogFacts facts, string metric) : ILineParser
{
    private const int Least = 4;

    private readonly int _value = facts.Columns.Intern(metric);

    /// <summary>Tells whether a log is one line of numbers, but for an empty cell or a name at its beginning.</summary>
    /// <param name="head">The beginning of the log.</param>
    /// <param name="isWhole">Whether that is all of it.</param>
    public static bool Fits(ReadOnlySpan<byte> head, bool isWhole)
    {
        var line = LineBlock.NextLine(ref head);
        if (!isWhole || !head.Trim(" \t\r\n"u8).IsEmpty)
        {
            return false;
        }

        int numbers = 0;
        int others = 0;
        foreach (var cell in line.Split((byte)','))
        {
            bool isNumber = Number.TryParse(line[cell], out _);
            numbers += isNumber ? 1 : 0;
            others += isNumber ? 0 : 1;
        }

        return numbers >= Least && others <= 1;
    }

    public void Parse(ReadOnlySpan<byte> line, in LinePlace place, RowBatch rows)
    {
        foreach (var cell in line.Split((byte)','))
        {
            if (Number.TryParse(line[cell], out double value))
            {
                rows.Add(_value, value);
                rows.EndRow();
            }
        }
    }
}

/// <summary>Splits lines at blanks.</summary>
internal static class Words
{
    /// <summary>Splits into at most as many words as there is room for.</summary>
    public static int Split(ReadOnlySpan<byte> line, Span<Range> words)
    {
        int count = 0;
        int i = 0;
        while (i < line.Length && count < words.Length)
        {
            while (i < line.Length && line[i] is (byte)' ' or (byte)'\t')
            {
                i++;
            }

            int start = i;
            while (i < line.Length && line[i] is not ((byte)' ' or (byte)'\t'))
            {
                i++;
            }

            if (i > start)
            {
                words[count++] = start..i;
            }
        }

        return count;
    }

    public static bool IsWord(ReadOnlySpan<byte> text) => text.Length is > 0 and < 40 && char.IsAsciiLetter((char)text[0]) && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
