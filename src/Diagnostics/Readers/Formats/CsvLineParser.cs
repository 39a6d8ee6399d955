using System.Globalization;
using System.Runtime.CompilerServices;
using CsvHelper;
using CsvHelper.Configuration;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Times;

namespace TrainingDoctor.Readers.Formats;

/// <summary>
/// One row of a table per line. A line without a quote needs no CSV parser: it is split at its separators, in place. All others go to CsvHelper.
/// Empty cells are absent.
/// </summary>
internal sealed class CsvLineParser : ILineParser
{
    private readonly CsvHeaders _headers;
    private CsvHeader _header;
    private readonly LogFacts _facts;
    private readonly ColumnTable _columns;
    private int[] _ids;
    private byte[] _withPoints = [];
    private bool _evaluation;
    private bool _isSum;
    private string? _series;
    private long _line;

    public CsvLineParser(CsvHeaders headers, LogFacts facts)
    {
        _headers = headers;
        _header = headers.Current;
        _facts = facts;
        _columns = facts.Columns;
        _ids = Ids(_header);
    }

    private void Change(CsvHeader header)
    {
        _header = header;
        _ids = Ids(header);
    }

    private int[] Ids(CsvHeader header) => [.. header.Names.Select(name => header.Drops(name) || RowWords.IsPhaseColumn(name) || (header.IsLong && RowWords.IsSeriesColumn(name)) ? -1 : _columns.Intern(header.ColumnOf(name)))];

    public static CsvConfiguration Configuration(char separator) =>
        new(CultureInfo.InvariantCulture) { Delimiter = separator.ToString(), Mode = CsvMode.RFC4180, BadDataFound = null, MaxFieldSize = 1 << 20, BufferSize = 4096 };

    public void Parse(ReadOnlySpan<byte> line, in LinePlace place, RowBatch rows)
    {
        if (line.IsEmpty || (line[0] is (byte)' ' or (byte)'\t' && line.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0) || place.Line <= _header.Line)
        {
            return;
        }

        if (!ReferenceEquals(_header, _headers.Current))
        {
            Change(_headers.Current);
        }

        if (_header.HasDecimalCommas)
        {
            Array.Resize(ref _withPoints, Math.Max(_withPoints.Length, line.Length));
            line.Replace(_withPoints, (byte)',', (byte)'.');
            line = _withPoints.AsSpan(0, line.Length);
        }

        _evaluation = false;
        _isSum = false;
        _series = null;
        _line = place.Line;
        int cells;
        int numbers;
        if (place.MayQuote && line.Contains((byte)'"'))
        {
            (cells, numbers) = ParseQuoted(line, rows);
        }
        else
        {
            (cells, numbers) = Split(line, rows);
        }

        // Trailing separators, or rows cut short behind the columns that are used, are not worth a word; too many cells are.
        bool tooFew = cells < _header.Names.Count;
        if (numbers == 0 || (tooFew && place.IsUnfinished) || cells > _header.Names.Count + 1 || (tooFew && 2 * cells < _header.Names.Count))
        {
            Forget(rows, "its row has not the cells of the others");
            if (numbers == 0 && _headers.TryChange(line, place))
            {
                Change(_headers.Current);
                rows.MarkNext(RowMark.Header);
            }
            else if (_header.IsRepeatedBy(line))
            {
                rows.MarkNext(RowMark.Header);
            }
            else if (!(numbers == 0 && cells == _header.Names.Count))
            {
                rows.Report(new LogDamage(place.ToString(), ConflictMarkers.Describe(line) ?? (place.IsUnfinished
                    ? "the log ends within a row"
                    : string.Create(CultureInfo.InvariantCulture, $"expected {_header.Names.Count} cells, found {cells}"))));
            }

            return;
        }

        if (_isSum)
        {
            Forget(rows, "a row of means or totals");
            return;
        }

        EndRow(rows);
    }

    private void Forget(RowBatch rows, string why)
    {
        foreach (var cell in rows.Open)
        {
            _facts.Account?.Take(_columns[cell.Column].Name, NumberUse.Unused, why, _line);
        }

        rows.DropRow();
    }

    private void EndRow(RowBatch rows)
    {
        if (_series is { } series)
        {
            foreach (ref var cell in rows.Open)
            {
                if (RowWords.IsValueColumn(_columns[cell.Column].Name) && _columns.Intern(_evaluation ? "val/" + series : series) is >= 0 and var column)
                {
                    cell = cell with { Column = column };
                }
            }
        }

        if (_evaluation && _series is null)
        {
            rows.EndValidationRow(_columns);
        }
        else
        {
            rows.EndRow();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (int Cells, int Numbers) Split(ReadOnlySpan<byte> line, RowBatch rows)
    {
        byte separator = (byte)_header.Separator;
        int cells = 0;
        int numbers = 0;
        while (true)
        {
            int column = cells < _ids.Length ? _ids[cells] : -1;
            bool isIgnored = column >= 0 && _columns.IsIgnored(column);
            int end;
            if (line.IsEmpty || line[0] == separator)
            {
                end = line.IsEmpty ? -1 : 0;
                numbers += isIgnored && cells > 0 ? 1 : 0;
            }
            else if (column >= 0 && !isIgnored && Number.TryParsePrefix(line, out double value, out int used) && (used == line.Length || line[used] == separator))
            {
                rows.Add(column, value);
                numbers++;
                end = used == line.Length ? -1 : used;
            }
            else
            {
                end = line.IndexOf(separator);

                // Whether the row is one at all is told by its first cell alone; parsing what nobody uses costs more than the rest.
                numbers += (isIgnored && cells > 0) || Take(end < 0 ? line : line[..end], cells, rows) ? 1 : 0;
            }

            cells++;
            if (end < 0)
            {
                return (cells, numbers);
            }

            line = line[(end + 1)..];
        }
    }

    private (int Cells, int Numbers) ParseQuoted(ReadOnlySpan<byte> line, RowBatch rows)
    {
        using var text = new StringReader(System.Text.Encoding.UTF8.GetString(line));
        using var parser = new CsvParser(text, Configuration(_header.Separator));
        if (!parser.Read())
        {
            return (0, 0);
        }

        int numbers = 0;
        var record = parser.Record!;
        for (int i = 0; i < record.Length; i++)
        {
            numbers += Take(System.Text.Encoding.UTF8.GetBytes(record[i]), i, rows) ? 1 : 0;
        }

        return (record.Length, numbers);
    }

    /// <summary>Takes a cell; true when it may be a number.</summary>
    private bool Take(ReadOnlySpan<byte> cell, int index, RowBatch rows)
    {
        if (index >= _ids.Length)
        {
            if (_facts.Account is { } extra && Number.TryParse(cell, out _))
            {
                extra.Take(string.Empty, NumberUse.Unused, "no name stands above it", _line);
            }

            return false;
        }

        int column = _ids[index];
        if (column < 0)
        {
            TakeWord(cell.Trim((byte)' '), index);
            if (_facts.Account is { } account && Number.TryParse(cell, out _))
            {
                account.Take(_header.Names[index], NumberUse.Unused, "its column is of another run, or bounds what a chart joined", _line);
            }

            return false;
        }

        if (_columns.IsIgnored(column))
        {
            return index > 0 || (!cell.IsEmpty && (uint)(cell.TrimStart((byte)' ') is [var c, ..] ? c - '0' : 10) <= 9);
        }

        if (cell.IsEmpty)
        {
            return false;
        }

        if (!Number.TryParse(cell, out double value) && !CsvCellNumber.TryParse(cell, out value))
        {
            var word = cell.Trim((byte)' ');
            if (WordedNumber.TryRead(_columns[column].Name, word, out var worded) && _columns.Intern(worded.Name) is >= 0 and var named)
            {
                rows.Add(named, worded.Value);
                return true;
            }

            if (ClockText.TryReadDate(word, out double time) || (TimeNames.KindOf(_columns[column].Name) != TimeKind.None && ClockText.TryReadSpan(word, out time)))
            {
                rows.Add(column, time);
                return true;
            }

            // A row of means or totals below the others has a word where they have their place.
            _isSum |= _columns[column].IsCounter && word.Length > 2 && char.IsAsciiLetter((char)word[0]) && index == 0;
            if (_columns[column].MayHoldWords && cell.Length < 200 && _columns.InternWords(_columns[column].Name) >= 0)
            {
                rows.Add(column, RowWords.NumberOf(cell.Trim((byte)' ')));
            }

            return false;
        }

        if (_facts.Account is { } counts && cell.IndexOfAny((byte)'[', (byte)'(') >= 0)
        {
            counts.TakeFurther(cell, _columns[column].Name, _line);
        }

        rows.Add(column, value);
        return true;
    }

    private void TakeWord(ReadOnlySpan<byte> cell, int index)
    {
        if (RowWords.IsPhaseColumn(_header.Names[index]))
        {
            _evaluation |= RowWords.IsEvaluation(_header.Names[index], cell);
        }
        else if (_header.IsLong && cell.Length is > 0 and < 200 && RowWords.IsSeriesColumn(_header.Names[index]))
        {
            _series = System.Text.Encoding.UTF8.GetString(cell);
        }
    }
}
