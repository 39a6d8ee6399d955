using System.Text;
using TrainingDoctor.Names;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>A table that lies on its side: a series in each line, its name in the first cell, and a column for each epoch or step, as spreadsheets are filled by hand.</summary>
/// <param name="input">The log.</param>
/// <param name="facts">What is known of it.</param>
/// <param name="separator">What separates cells.</param>
internal sealed class TransposedTableReader(LogInput input, LogFacts facts, char separator) : IRowReader
{
    private const int FewestValues = 3;
    private const int MostLines = 1024;
    private const int MostValues = 4_000_000;

    /// <inheritdoc/>
    public LogFacts Facts => facts;

    /// <summary>Finds what separates the cells of such a table; null for any other text.</summary>
    public static char? SeparatorOf(ReadOnlySpan<byte> head)
    {
        foreach (char separator in (ReadOnlySpan<char>)[',', '\t', ';'])
        {
            if (Fits(head, separator))
            {
                return separator;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public IEnumerable<RowBatch> Read(CancellationToken cancellationToken)
    {
        var series = ReadSeries(cancellationToken);
        var batch = new RowBatch();
        int longest = series.Select(one => one.Values.Count).DefaultIfEmpty().Max();
        for (int i = 0; i < longest; i++)
        {
            foreach (var (column, values) in series)
            {
                if (i < values.Count && values[i] is { } value)
                {
                    batch.Add(column, value);
                }
            }

            batch.EndRow();
        }

        yield return batch;
    }

    /// <inheritdoc/>
    public void Dispose() => input.Dispose();

    private List<(int Column, List<double?> Values)> ReadSeries(CancellationToken cancellationToken)
    {
        var series = new List<(int, List<double?>)>();
        using var text = new StreamReader(input.OpenStream());
        int count = 0;
        for (int lines = 0; text.ReadLine() is { } line; lines++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (lines == MostLines || count >= MostValues)
            {
                facts.LeaveOut($"lines of a table on its side beyond the first {lines:N0}");
                break;
            }

            var cells = CsvHeader.SplitCells(Encoding.UTF8.GetBytes(line), separator);
            if (cells.Count > FewestValues && facts.Columns.Intern(cells[0].Trim()) is >= 0 and var column)
            {
                series.Add((column, cells.Skip(1).Select(cell => TryNumber(cell, out double value) ? value : (double?)null).ToList()));
                count += cells.Count;
            }
        }

        return series;
    }

    /// <summary>Each line begins with a name, one of them a metric's, and only numbers follow; no two lines have the same name.</summary>
    private static bool Fits(ReadOnlySpan<byte> head, char separator)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        bool isMeasured = false;
        var rest = head;
        int width = 0;
        for (int lines = 0; lines < 40 && !rest.IsEmpty; lines++)
        {
            var line = LineBlock.NextLine(ref rest);
            bool isCut = rest.IsEmpty && lines > 0 && head[^1] != (byte)'\n';
            if (line.Trim((byte)' ').IsEmpty)
            {
                continue;
            }

            var cells = CsvHeader.SplitCells(line, separator);
            width = width == 0 ? cells.Count : width;
            string name = cells[0].Trim();
            if (cells.Count <= FewestValues || (cells.Count != width && !isCut) || name.Length == 0 || !char.IsLetter(name[0]) || name.Contains(' ') || !names.Add(name)
                || cells.Skip(1).Any(cell => !string.IsNullOrWhiteSpace(cell) && !TryNumber(cell, out _)))
            {
                return false;
            }

            isMeasured |= ColumnClassifier.Classify(name).Kind == RoleKind.Metric;
        }

        return isMeasured && names.Count > 1;
    }

    private static bool TryNumber(string cell, out double value) => Number.TryParse(Encoding.UTF8.GetBytes(cell.Trim()), out value);
}
