using System.Text;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Printed;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>build-nanoGPT's <c>step kind value</c>, with kinds interleaved; a program's words may come before the first, and a logger's time, level and colours before each.</summary>
/// <param name="facts">What is known of the log.</param>
/// <param name="opening">Where the lines begin, and whether something stands about them.</param>
internal sealed class KindLineParser(LogFacts facts, KindLineParser.Opening opening) : ILineParser
{
    /// <summary>What a program says before its first line are some lines, not pages.</summary>
    private const int LongestPreamble = 60;

    /// <summary>So many lines behind the first are looked at: words of prose stand so by chance too, but not one line after the other.</summary>
    private const int LookedAt = 12;

    private readonly int _step = facts.Columns.Intern("step");
    private readonly Dictionary<string, int> _kinds = [];

    /// <summary>Finds such lines in the beginning of a log.</summary>
    /// <returns>Null when there are none.</returns>
    public static Opening? Find(ReadOnlySpan<byte> text)
    {
        var rest = text;
        bool isFirst = true;
        for (int number = 1; number <= LongestPreamble && !rest.IsEmpty; number++)
        {
            var line = LineBlock.NextLine(ref rest);
            if (line.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0)
            {
                continue;
            }

            bool fits = Fits(line);
            if (fits || Fits(Bare(line)))
            {
                return (isFirst && fits) || OnlySuchFollow(rest, IsOfPhase(Bare(line))) ? new Opening(number, IsDecorated: !fits) : null;
            }

            isFirst = false;
        }

        return null;
    }

    public void Parse(ReadOnlySpan<byte> line, in LinePlace place, RowBatch rows)
    {
        Span<Range> parts = stackalloc Range[4];
        int count = Words.Split(line, parts);
        if (count == 0 || place.Line < opening.Line)
        {
            return;
        }

        if (opening.IsDecorated)
        {
            line = Bare(line);
            count = Words.Split(line, parts);
        }

        if (count != 3 || !Number.TryParse(line[parts[0]], out double step) || !Number.TryParse(line[parts[2]], out double value))
        {
            rows.Report(new LogDamage(place.ToString(), ConflictMarkers.Describe(line) ?? "expected 'step kind value'"));
            return;
        }

        string kind = Encoding.UTF8.GetString(line[parts[1]]);
        if (!_kinds.TryGetValue(kind, out int column))
        {
            column = facts.Columns.Intern(IsPhase(kind) ? kind + "/loss" : kind);
            if (column < 0)
            {
                return;
            }

            _kinds.Add(kind, column);
        }

        rows.Add(_step, step);
        rows.Add(column, value);
        rows.EndRow();
    }

    private static bool Fits(ReadOnlySpan<byte> line)
    {
        Span<Range> parts = stackalloc Range[4];
        return Words.Split(line, parts) == 3 && IsInteger(line[parts[0]]) && Words.IsWord(line[parts[1]]) && Number.TryParse(line[parts[2]], out _);
    }

    private static bool OnlySuchFollow(ReadOnlySpan<byte> rest, bool hasPhase)
    {
        int fitting = 0;
        for (int tries = 0; tries < LookedAt && !rest.IsEmpty; tries++)
        {
            var line = Bare(LineBlock.NextLine(ref rest));
            if (!line.IsEmpty && !Fits(line) && !rest.IsEmpty)
            {
                return false;
            }

            fitting += Fits(line) ? 1 : 0;
            hasPhase |= IsOfPhase(line);
        }

        return hasPhase && fitting > 0;
    }

    /// <summary>A line without colours, and without the time and level that a logger puts before it.</summary>
    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> line)
    {
        string text = LinePrefix.Remove(LineDecorations.Remove(Encoding.UTF8.GetString(line))).Trim();
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool isDated = words.Length > 3 && !words[..^3].Any(word => word.Any(c => char.IsLetter(c) && c is not ('T' or 'Z')));
        return Encoding.UTF8.GetBytes(isDated ? string.Join(' ', words[^3..]) : text);
    }

    private static bool IsOfPhase(ReadOnlySpan<byte> line)
    {
        Span<Range> parts = stackalloc Range[4];
        return Words.Split(line, parts) == 3 && IsPhase(Encoding.UTF8.GetString(line[parts[1]]));
    }

    private static bool IsPhase(string kind) => kind is "train" or "val" or "valid" or "test";

    private static bool IsInteger(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    /// <summary>Where the lines of such a log begin.</summary>
    /// <param name="Line">The number of the first, from 1.</param>
    /// <param name="IsDecorated">Whether something stands before each.</param>
    internal sealed record Opening(long Line, bool IsDecorated);
}
