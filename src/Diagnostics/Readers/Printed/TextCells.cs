using System.Globalization;
using System.Text;
using TrainingDoctor.Parsing;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Takes lines of printed tables apart into cells, and reads them.</summary>
internal static class TextCells
{
    /// <summary>What stands between the columns of a table, and before the first.</summary>
    private static readonly char[] Bars = ['|', '│', '┃', '┆', '║', '┊'];

    /// <summary>Gets what stands between the columns of a table.</summary>
    public static System.Buffers.SearchValues<char> BarMarks { get; } = System.Buffers.SearchValues.Create(Bars);

    private static readonly string Edges = " \t" + new string(Bars);

    /// <summary>Splits a line at bars, where it has some, or else at tabs and blanks. Values in brackets are one cell.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isWide">Whether a single blank is part of a cell.</param>
    /// <param name="cells">Takes the cells; between bars there may be empty ones.</param>
    public static void Split(string line, bool isWide, List<TextCell> cells)
    {
        cells.Clear();
        int bar = line.AsSpan().IndexOfAny(BarMarks);
        if (bar >= 0)
        {
            SplitAtBars(line, cells);
            if (!ParsGroups(cells))
            {
                return;
            }

            // Bars that stand between groups of columns only: "1  0.52  0.81  |  0.61  0.78".
            cells.Clear();
            line = string.Create(line.Length, line, static (blank, barred) =>
            {
                barred.AsSpan().CopyTo(blank);
                foreach (char mark in Bars)
                {
                    blank.Replace(mark, ' ');
                }
            });
        }

        int i = 0;
        while (i < line.Length)
        {
            if (line[i] is ' ' or '\t')
            {
                i++;
                continue;
            }

            int start = i;
            int depth = 0;
            while (i < line.Length && (depth > 0 || !IsGap(line, i, isWide)))
            {
                depth += line[i] == '[' ? 1 : line[i] == ']' ? -1 : 0;
                i++;
            }

            Add(line, start, i, cells);
        }
    }

    /// <summary>Reads a number, or both of <c>3/100</c>; of values in brackets their sum.</summary>
    public static bool TryCount(string cell, out double value, out long? planned)
    {
        planned = null;
        value = 0;
        if (cell.Length == 0 || cell.Length > 4096)
        {
            return false;
        }

        if (cell[0] == '[')
        {
            return TrySum(cell, out value);
        }

        int slash = cell.IndexOf('/');
        planned = slash > 0 && long.TryParse(cell.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long total) ? total : null;
        string text = (slash > 0 ? cell[..slash] : cell).TrimEnd('%');
        if (text.Contains('D') && text.Contains('.'))
        {
            // Fortran writes the power of ten of double precision so.
            text = text.Replace('D', 'E');
        }

        if (Number.TryParse(Encoding.UTF8.GetBytes(text), out value) || (text.Contains(',') && !text.Contains('.') && Number.TryParse(Encoding.UTF8.GetBytes(text.Replace(',', '.')), out value)))
        {
            return true;
        }

        planned = null;
        return false;
    }

    /// <summary>Leaves out what stands before the first cell of a line.</summary>
    public static ReadOnlySpan<char> WithoutEdge(string line) => line.AsSpan().TrimStart(Edges);

    /// <summary>Tells whether a cell says that there is no number.</summary>
    public static bool IsAbsent(string cell) => cell.Length == 0 || cell is "-" or "--" or "—" or "N/A" or "n/a" or "NA" or "None" or "null";

    /// <summary><c>Epoch 1</c> is a record, no name.</summary>
    public static bool EndsInNumber(string cell) => cell.LastIndexOf(' ') is > 0 and var blank && TryCount(cell[(blank + 1)..], out _, out _);

    private static bool IsGap(string line, int i, bool isWide) => line[i] == '\t' || (line[i] == ' ' && (!isWide || i + 1 >= line.Length || line[i + 1] is ' ' or '\t'));

    /// <summary><c>| 0.61  &lt;- saved</c>: a remark behind the last number of a row is none of it.</summary>
    private static int EndOfNumber(string line, int from, int to)
    {
        int blank = line.IndexOf(' ', from, to - from);
        return blank > 0 && line.AsSpan(blank, to - blank).IndexOfAnyInRange('0', '9') < 0 && TryCount(line[from..blank], out _, out _) ? blank : to;
    }

    private static bool ParsGroups(List<TextCell> cells) => cells.Count > 1 && 2 * cells.Count(cell => cell.Text.Contains("  ", StringComparison.Ordinal)) >= cells.Count;

    private static void SplitAtBars(string line, List<TextCell> cells)
    {
        int start = 0;
        bool isFirst = true;
        while (start <= line.Length)
        {
            int end = line.IndexOfAny(Bars, start);
            bool isLast = end < 0;
            end = isLast ? line.Length : end;

            // Outer bars have nothing beyond them.
            if (!((isFirst || isLast) && line.AsSpan(start, end - start).Trim().IsEmpty))
            {
                int from = start;
                int to = end;
                while (from < to && char.IsWhiteSpace(line[from]))
                {
                    from++;
                }

                while (to > from && char.IsWhiteSpace(line[to - 1]))
                {
                    to--;
                }

                Add(line, from, isLast ? EndOfNumber(line, from, to) : to, cells);
            }

            isFirst = false;
            start = end + 1;
        }
    }

    private static void Add(string line, int start, int end, List<TextCell> cells) => cells.Add(new TextCell(line[start..end].Trim('*', '_', ' '), start, end));

    private static bool TrySum(string cell, out double sum)
    {
        sum = 0;
        int count = 0;
        foreach (string part in cell.Trim('[', ']').Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Number.TryParse(Encoding.UTF8.GetBytes(part), out double value))
            {
                return false;
            }

            sum += value;
            count++;
        }

        return count > 0;
    }
}
