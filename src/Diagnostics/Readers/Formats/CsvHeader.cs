using System.Text;
using CsvHelper;
using TrainingDoctor.Names;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Input;

namespace TrainingDoctor.Readers.Formats;

/// <summary>The first line of a table.</summary>
/// <param name="Separator">What separates cells.</param>
/// <param name="Names">The names of the columns, trimmed.</param>
/// <param name="Line">The number of the header's line; 0 when there is none.</param>
internal sealed record CsvHeader(char Separator, IReadOnlyList<string> Names, long Line)
{
    /// <summary>What a program says before its table are some lines, not pages.</summary>
    private const int LongestPreamble = 60;

    private readonly byte[] _start = Encoding.UTF8.GetBytes(Names.Count == 0 ? string.Empty : Names[0]);

    /// <summary>Gets the run whose columns are read, of a Weights and Biases export with several side by side.</summary>
    public string? Run { get; init; }

    /// <summary>Gets what the column <c>Value</c> of a TensorBoard export is called, which only the file's name tells.</summary>
    public string? ValueName { get; init; }

    /// <summary>Gets a value indicating whether a comma stands before the decimals, as many countries write it.</summary>
    public bool HasDecimalCommas { get; init; }

    /// <summary>Gets a value indicating whether the table is one series that TensorBoard, Neptune or another tracker exported: its values have no name, and nothing else is measured.</summary>
    public bool IsExportedSeries { get; } = Names.Count is 2 or 3 && Names.Count(RowWords.IsValueColumn) == 1
        && Names.All(name => RowWords.IsValueColumn(name) || ColumnClassifier.Classify(name).Kind is RoleKind.Step or RoleKind.Epoch || name is "Wall time" or "wall_time" or "timestamp" or "time" or "Timestamp");

    /// <summary>Gets a value indicating whether each row holds one number and the name of its series.</summary>
    public bool IsLong { get; } = Names.Any(RowWords.IsSeriesColumn) && Names.Any(RowWords.IsValueColumn);

    /// <summary>Gets a value indicating whether the table is that of Gym's monitor: reward, length and time of each episode.</summary>
    public bool IsMonitor { get; } = Names is ["r", "l", "t", ..];

    /// <summary>Gets the runs side by side: <c>run - metric</c> columns of a Weights and Biases export.</summary>
    public IReadOnlyList<string> Runs { get; } = RunsOf(Names);

    /// <summary>Finds the header within the first bytes of a log.</summary>
    /// <returns>Null when the bytes are no table.</returns>
    public static CsvHeader? Find(ReadOnlySpan<byte> head)
    {
        long number = 0;
        var rest = head;
        ReadOnlySpan<byte> comment = default;
        while (!rest.IsEmpty)
        {
            number++;
            var before = rest;
            var line = LineBlock.NextLine(ref rest);
            if (line.Trim((byte)' ').IsEmpty || ConflictMarkers.Describe(line) is not null || (number == 1 && line.StartsWith("sep="u8) && line.Length <= 6))
            {
                // Excel is told the separator by a line of its own.
                continue;
            }

            if (line.StartsWith("||"u8))
            {
                // The head of a table in Jira: rows below it have single bars.
                return null;
            }

            if (line[0] == (byte)'#')
            {
                comment = line.TrimStart("# "u8);
                continue;
            }

            // NumPy's savetxt puts the names into a comment.
            return Find(line, rest, number) ?? (comment.IsEmpty ? FindBehindPreamble(rest, number) : Find(comment, before, number - 1));
        }

        return null;
    }

    /// <summary>
    /// Finds a header below lines that a program printed before its table. Prose may hold small tables, so that nothing but rows may follow, and one of the names must be known.
    /// </summary>
    private static CsvHeader? FindBehindPreamble(ReadOnlySpan<byte> rest, long number)
    {
        for (int lines = 1; lines < LongestPreamble && !rest.IsEmpty; lines++)
        {
            number++;
            var line = LineBlock.NextLine(ref rest);
            if (Find(line, rest, number) is { Names.Count: > 1, Separator: not '|' } header
                && header.Names.Any(name => ColumnClassifier.Classify(name).Kind is RoleKind.Step or RoleKind.Epoch or RoleKind.Metric)
                && OnlyRowsFollow(rest, header))
            {
                return header;
            }
        }

        return null;
    }

    private static bool OnlyRowsFollow(ReadOnlySpan<byte> rest, CsvHeader header)
    {
        int rows = 0;
        for (int tries = 0; tries < 40 && !rest.IsEmpty; tries++)
        {
            var line = LineBlock.NextLine(ref rest);
            if (line.Trim((byte)' ').IsEmpty)
            {
                continue;
            }

            // The last line of the head may have been cut.
            var cells = SplitCells(line, header.Separator);
            if (cells.Count != header.Names.Count && !rest.IsEmpty)
            {
                return false;
            }

            rows += cells.Exists(cell => Number.TryParse(Encoding.UTF8.GetBytes(cell.Trim()), out _)) ? 1 : 0;
        }

        return rows > 1;
    }

    public bool IsRepeatedBy(ReadOnlySpan<byte> line) => _start.Length > 0 && line.Trim((byte)' ').Trim((byte)'"').StartsWith(_start);

    /// <summary>Tells whether a column is left out: spreads of an export, columns of other runs, and what lies beyond the outer bars.</summary>
    public bool Drops(string name) =>
        name.EndsWith("__MIN", StringComparison.Ordinal) || name.EndsWith("__MAX", StringComparison.Ordinal)
        || (Run is not null && RunOf(name) is { } run && run != Run) || (Separator == '|' && name.Length == 0);

    /// <summary>Gets the name of the column without that of its run.</summary>
    public string ColumnOf(string name) => RowWords.IsValueColumn(name) && ValueName is not null ? ValueName : IsMonitor && name == "r" ? "episode_reward" : Runs.Count > 0 && RunOf(name) is { } run ? name[(run.Length + 3)..] : name;

    private static CsvHeader? Find(ReadOnlySpan<byte> line, ReadOnlySpan<byte> rest, long number)
    {
        char best = '\0';
        int most = 1;
        foreach (char separator in (ReadOnlySpan<char>)[',', '\t', ';', '|'])
        {
            int cells = SplitCells(line, separator).Count;
            if (cells > most)
            {
                (best, most) = (separator, cells);
            }
        }

        if (most == 1)
        {
            string only = Encoding.UTF8.GetString(line).Trim().Trim('"');
            bool isWord = only.Length is > 0 and < 80 && char.IsLetter(only[0]) && !only.Any(c => char.IsWhiteSpace(c) || c is '{' or '(' or '<' or '=' or ':');
            return isWord && NumericCells(rest, ',', 1) > 0 && !HeaderDoubts.NamesAlternate(only, rest) ? new CsvHeader(',', [only], number) : null;
        }

        var names = SplitCells(line, best).Select(name => name.Trim()).ToList();
        names = CsvGroups.Join(names, ref rest, best, ref number) ?? names;
        bool hasNames = names.Exists(name => name.Length > 0 && !double.TryParse(name, out _)) && names.TrueForAll(name => name.Length < 200);
        bool isMeasured = names.Exists(HeaderDoubts.EndsWithMeasurement);

        // One name between bars heads a box, whose rows are names and values: no table.
        bool isOfBox = best == '|' && names.Count(name => name.Length > 0) < 2;
        int wordy = names.Count(name => name.Count(c => c == ' ') > 6 || (name.Contains(": ", StringComparison.Ordinal) && !name.StartsWith("Unnamed: ", StringComparison.Ordinal)) || name.Contains('='));

        // A line of prose has commas too: what follows must be as wide, and numbers.
        bool isList = names[0].Contains('[') && names.Skip(1).All(name => double.TryParse(name.TrimEnd(']'), out _));
        return hasNames && !isMeasured && !isOfBox && !isList && !HeaderDoubts.IsLoggersTime(names) && !HeaderDoubts.IsRepeatedShape(line, rest) && 2 * wordy <= names.Count && names.Exists(name => name.Any(char.IsLetter)) && NumericCells(rest, best, names.Count) > 0
            ? new CsvHeader(best, names, number) { HasDecimalCommas = best != ',' && DecimalsFollow(rest, ',') && !DecimalsFollow(rest, '.') }
            : null;
    }

    /// <summary>Tells whether a mark stands between digits in the lines before a table's twentieth.</summary>
    private static bool DecimalsFollow(ReadOnlySpan<byte> rest, char mark)
    {
        for (int tries = 0; tries < 20 && !rest.IsEmpty; tries++)
        {
            var line = LineBlock.NextLine(ref rest);
            for (int i = 1; i + 1 < line.Length; i++)
            {
                if (line[i] == mark && char.IsAsciiDigit((char)line[i - 1]) && char.IsAsciiDigit((char)line[i + 1]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int NumericCells(ReadOnlySpan<byte> rest, char separator, int width)
    {
        for (int tries = 0; tries < 20 && !rest.IsEmpty; tries++)
        {
            var line = LineBlock.NextLine(ref rest);
            if (line.Trim((byte)' ').IsEmpty || ConflictMarkers.Describe(line) is not null)
            {
                continue;
            }

            var cells = SplitCells(line, separator);
            int numbers = cells.Count(cell => Number.TryParse(Encoding.UTF8.GetBytes(separator == ',' ? cell : cell.Replace(',', '.')), out _));
            if (numbers > 0 && 2 * cells.Count > width && cells.Count <= width + 1)
            {
                return numbers;
            }
        }

        return 0;
    }

    /// <summary>Splits a line into cells.</summary>
    internal static List<string> SplitCells(ReadOnlySpan<byte> line, char separator)
    {
        string text = Encoding.UTF8.GetString(line);
        if (!text.Contains('"', StringComparison.Ordinal))
        {
            return [.. text.Split(separator)];
        }

        using var reader = new StringReader(text);
        using var parser = new CsvParser(reader, CsvLineParser.Configuration(separator));
        return parser.Read() ? [.. parser.Record!] : [];
    }

    private static List<string> RunsOf(IReadOnlyList<string> names) =>
        names.Count > 1 && names[0] is "Step" or "step" or "_step" or "Relative Time (Process)" or "Relative Time (Wall)" or "Wall Time"
            ? [.. names.Select(RunOf).OfType<string>().Distinct()]
            : [];

    private static string? RunOf(string name)
    {
        int dash = name.LastIndexOf(" - ", StringComparison.Ordinal);
        return dash > 0 ? name[..dash] : null;
    }
}
