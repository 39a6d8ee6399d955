using System.Text;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Accounts;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Times;

namespace TrainingDoctor.Readers.Printed;

/// <summary>
/// Lines for people, by their shapes: boxes, tables, lists printed whole, headings, and records, in which words name numbers: <c>iter 100: loss 3.2</c>,
/// <c>Epoch [6/6], Step [10/1549], Loss: 0.05</c>, <c>{'loss': 2.07}</c>.
/// </summary>
internal sealed class TextLineParser : ILineParser
{
    private const int LongestLine = 8192;

    private const int LongestList = 256 * 1024;

    private const int LongestName = 200;

    private readonly LogFacts _facts;
    private readonly FieldReader _fields;
    private readonly TextRecord _record;
    private readonly TextTable _table;
    private readonly ValueBox _box;
    private readonly PhaseGrid _grid;
    private readonly ListedCurves _lists;
    private readonly HeadedValues _headed;
    private readonly BrokenLists _broken = new();
    private readonly BrokenSettings _settings = new();
    private readonly TrialLines? _trials;
    private readonly List<LabelledNumber> _numbers = [];
    private readonly RankPrefix? _ranks;
    private readonly BarPhases? _bars;
    private readonly PhaseLines? _phases;
    private readonly CountedAnswers? _answers;
    private readonly BestBeside? _best;
    private readonly bool _tellsTime;
    private readonly bool _takesProgress;
    private readonly LineAccount? _account;
    private bool _repeatFollows;
    private bool _hasTold;

    /// <summary>Makes a parser.</summary>
    /// <param name="facts">What is known of the log.</param>
    /// <param name="wanted">Columns that the user gave a role, whatever they are called.</param>
    /// <param name="head">The beginning of the log.</param>
    public TextLineParser(LogFacts facts, IReadOnlySet<string> wanted, ReadOnlySpan<byte> head)
    {
        var roles = new TextRoles(facts.Labels);
        _facts = facts;
        _account = facts.Account is { } account ? new LineAccount(account) : null;
        facts.AccountsForLines = true;
        _fields = new FieldReader(roles);
        _record = new TextRecord(facts, roles, wanted, _account) { Above = RowsAboveCounters.Find(head, roles) };
        _table = new TextTable(facts);
        _box = new ValueBox(facts);
        _grid = new PhaseGrid();
        _lists = new ListedCurves(facts, roles);
        _headed = new HeadedValues(roles);
        _trials = TrialLines.Find(head);
        _ranks = RankPrefix.Find(head);
        _bars = BarPhases.Find(head);
        _phases = PhaseLines.Find(head, facts);
        _answers = CountedAnswers.Find(head, facts);
        _best = BestBeside.Find(head);
        _tellsTime = LineClock.IsTold(head);
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
        if (piece.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0)
        {
            return;
        }

        if (_box.Take(piece, rows))
        {
            AccountForBox(piece, line);
            return;
        }

        // No record is longer than some pages of text; a curve that is printed whole may be.
        bool isList = piece.Length > LongestLine && piece[..LongestName].Contains((byte)'[');
        int longest = isList ? LongestList : LongestLine;
        if (piece.Length > longest && piece[longest..].ContainsAnyInRange((byte)'0', (byte)'9'))
        {
            _facts.LeaveOut("numbers of a line beyond its first 8 KiB, or 256 KiB in a list");
        }

        string text = GluedNames.Part(LineDecorations.Remove(Encoding.UTF8.GetString(piece.Length > longest ? piece[..longest] : piece)));
        if (!_broken.Take(text, out string whole))
        {
            _account?.Take(0, text.Length, string.Empty, -1, NumberUse.Measurement, "it is of a list that goes on in the next line");
            _account?.End(text, line, string.Empty);
            return;
        }

        text = whole;
        _record.Rank = _ranks?.Take(ref text) ?? double.NaN;
        _record.Time = _tellsTime ? ClockText.Find(text) : double.NaN;
        double epoch = _record.Epoch;
        if (_table.Take(text, rows, ref epoch))
        {
            AccountForTable(text, line);
            _record.EndTableRow(rows, epoch);
            return;
        }

        TakeRecord(text, line, rows);
    }

    private void TakeRecord(string text, long line, RowBatch rows)
    {
        // A tracker sums up what the log told itself; where the log told nothing, its sum is all there is, unless it counts.
        _hasTold |= text.Contains("COMET ", StringComparison.Ordinal) || (_record.HasMeasured && !TextAsides.IsOfTracker(text));
        string bare = LinePrefix.Remove(text);
        string said = LinePrefix.WithoutTime(bare);
        if (!said.AsSpan().ContainsAnyInRange('0', '9') && !said.Contains("nan", StringComparison.OrdinalIgnoreCase))
        {
            bare = said;
            _grid.ReadHeading(bare);
            _headed.ReadHeading(said);
            _record.ReadHeading(bare);
            _repeatFollows |= TextAsides.AnnouncesNext(text);
            BeginSettings(text, rows);
            _account?.End(text, line, "before the text of its logger");
        }
        else if (_repeatFollows)
        {
            // What was best, once more.
            _repeatFollows = false;
            _account?.End(text, line, "it repeats what was best");
        }
        else if (_settings.GoesOn(text))
        {
            _account?.End(text, line, "a setting, in a list that goes on over lines");
        }
        else if (TextAsides.IsAside(text) || (_hasTold && TextAsides.IsOfTracker(text)))
        {
            BeginSettings(text, rows);
            _account?.End(text, line, "it sums a training up, or lists settings");
        }
        else if (_trials?.Take(text, out string name, out var value) == true)
        {
            _record.EndTrial(text, name, value, rows);
            _account?.End(text, line, "a setting of a trial, or what was best");
        }
        else if (!_takesProgress && ProgressBar.IsUnderway(text))
        {
            _account?.End(text, line, "a bar on its way to what its last line tells");
        }
        else
        {
            _numbers.Clear();
            _record.GoesOn = false;
            var heading = ColumnPhase.Unknown;
            if (!_grid.Read(bare, _numbers))
            {
                text = _headed.NameList(text);
                _facts.ListsSeriesApart |= ExposedMetrics.Arrange(ref text);
                text = ForeignWords.PutOrdinalsLast(ParallelLists.Pair(KeyedValue.Name(TableText.WithNorms(text))));
                heading = _fields.Read(text, _numbers);
                _lists.Take(_fields.Lists, _numbers);
                _record.GoesOn = _headed.Name(text, _numbers);
                _phases?.Name(text, _numbers);
                _answers?.Name(text, _numbers);
                _best?.Name(text, _numbers, _facts);
            }
            else
            {
                text = bare;
            }

            heading = heading == ColumnPhase.Unknown && _bars?.IsOfEvaluation(text) == true ? ColumnPhase.Validation : heading;
            _record.Take(text, _numbers, heading, line, rows);
            (_box.Heading, _box.Epoch) = (_record.IsUnderEvaluation ? "val/" : string.Empty, _record.Epoch);
            _account?.End(text, line, "no name that says what it is");
        }
    }

    private void BeginSettings(string text, RowBatch rows)
    {
        if (TextAsides.ListsSettings(text))
        {
            _record.BeginSettings(rows);
            _settings.Begin(text);
        }
    }

    private void AccountForBox(ReadOnlySpan<byte> piece, long line)
    {
        if (_account is not null)
        {
            string text = Encoding.UTF8.GetString(piece);
            if (_box.LastColumn >= 0)
            {
                int name = text.IndexOfAny('|', '"');
                int start = name < 0 ? 0 : text.IndexOfAny(['|', ':'], name + 1);
                _account.Take(Math.Max(0, start), text.Length, string.Empty, _box.LastColumn, NumberUse.Unused, string.Empty);
            }

            _account.End(text, line, "within the name of a value");
        }
    }

    private void AccountForTable(string text, long line)
    {
        if (_account is not null)
        {
            int offset = Math.Max(0, text.IndexOf(_table.Text, StringComparison.Ordinal));
            foreach (var (cell, column, use) in _table.Taken)
            {
                _account.Take(offset + cell.Start, offset + cell.End, string.Empty, column, use, use == NumberUse.Epoch ? "it stands below the name of the epoch" : "it stands below no name");
            }

            _account.End(text, line, "it stands beside the table");
        }
    }
}
