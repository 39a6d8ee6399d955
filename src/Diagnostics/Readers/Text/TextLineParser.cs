using System.Text;

namespace TrainingDoctor.Readers;

/// <summary>
/// Lines for people, by their shapes: boxes, tables, lists printed whole, headings, and records, in which words name numbers: <c>iter 100: loss 3.2</c>,
/// <c>Epoch [6/6], Step [10/1549], Loss: 0.05</c>, <c>{'loss': 2.07}</c>.
/// </summary>
internal sealed class TextLineParser : ILineParser
{
    private const int LongestLine = 8192;

    private const int LongestList = 256 * 1024;

    private const int LongestName = 200;

    private readonly FieldReader _fields;
    private readonly TextRecord _record;
    private readonly TextTable _table;
    private readonly ValueBox _box;
    private readonly PhaseGrid _grid;
    private readonly ListedCurves _lists;
    private readonly List<LabelledNumber> _numbers = [];
    private readonly RankPrefix? _ranks;
    private readonly BarPhases? _bars;
    private readonly bool _takesProgress;
    private bool _repeatFollows;

    /// <summary>Makes a parser.</summary>
    /// <param name="facts">What is known of the log.</param>
    /// <param name="wanted">Columns that the user gave a role, whatever they are called.</param>
    /// <param name="head">The beginning of the log.</param>
    public TextLineParser(LogFacts facts, IReadOnlySet<string> wanted, ReadOnlySpan<byte> head)
    {
        var roles = new TextRoles();
        _fields = new FieldReader(roles);
        _record = new TextRecord(facts, roles, wanted);
        _table = new TextTable(facts);
        _box = new ValueBox(facts);
        _grid = new PhaseGrid();
        _lists = new ListedCurves(facts, roles);
        _ranks = RankPrefix.Find(head);
        _bars = BarPhases.Find(head);
        _takesProgress = !ProgressBar.HasEnds(head);
        facts.IsPrinted = true;
    }

    public void Parse(ReadOnlySpan<byte> line, in LinePlace place, RowBatch rows)
    {
        if (ConflictMarkers.Describe(line) is { } conflict)
        {
            rows.Report(new LogDamage(place.ToString(), conflict));
            return;
        }

        // Progress bars overwrite their line.
        while (!line.IsEmpty)
        {
            int end = line.IndexOfAny((byte)'\r', (byte)'\b');
            ParsePiece(end < 0 ? line : line[..end], place.Line, rows);
            line = end < 0 ? default : line[(end + 1)..];
        }
    }

    public void Complete(RowBatch rows)
    {
        _box.End(rows);
        _record.End(rows);
        _lists.End(rows, _record.HasMeasured);
    }

    private void ParsePiece(ReadOnlySpan<byte> piece, long line, RowBatch rows)
    {
        if (piece.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0 || _box.Take(piece, rows))
        {
            return;
        }

        // No record is longer than some pages of text; a curve that is printed whole may be.
        bool isList = piece.Length > LongestLine && piece[..LongestName].Contains((byte)'[');
        int longest = isList ? LongestList : LongestLine;
        string text = LineDecorations.Remove(Encoding.UTF8.GetString(piece.Length > longest ? piece[..longest] : piece));
        _record.Rank = _ranks?.Take(ref text) ?? double.NaN;
        double epoch = _record.Epoch;
        if (_table.Take(text, rows, ref epoch))
        {
            _record.EndTableRow(rows, epoch);
            return;
        }

        string bare = LinePrefix.Remove(text);
        if (!bare.AsSpan().ContainsAnyInRange('0', '9') && !bare.Contains("nan", StringComparison.OrdinalIgnoreCase))
        {
            _grid.ReadHeading(bare);
            _record.ReadHeading(bare);
            _repeatFollows |= TextAsides.AnnouncesNext(text);
        }
        else if (_repeatFollows)
        {
            // What was best, once more.
            _repeatFollows = false;
        }
        else if (!TextAsides.IsAside(text) && (_takesProgress || !ProgressBar.IsUnderway(text)))
        {
            _numbers.Clear();
            var heading = ColumnPhase.Unknown;
            if (!_grid.Read(bare, _numbers))
            {
                heading = _fields.Read(ForeignWords.PutOrdinalsLast(KeyedValue.Name(text)), _numbers);
                _lists.Take(_fields.Lists, _numbers);
            }

            heading = heading == ColumnPhase.Unknown && _bars?.IsOfEvaluation(text) == true ? ColumnPhase.Validation : heading;
            _record.Take(text, _numbers, heading, line, rows);
        }
    }
}
