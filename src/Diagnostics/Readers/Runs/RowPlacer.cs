using System.Globalization;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>
/// Places rows whose columns have roles along runs: splits where steps or epochs start over, joins what resumed from a checkpoint, lets evaluations wait for the training that tells which run they belong to, and sends
/// each run's measurements to a sink.
/// </summary>
internal sealed class RowPlacer(LogFacts facts, RunDescriber describer, RoleMapper mapper, RunSinkFactory open, string path, int mostRuns)
{
    private readonly List<PlacedRow> _afterStart = [];
    private readonly List<PlacedRow> _singles = [];
    private readonly RunSequence _runs = new(describer, open, path, mostRuns);
    private PlacedRow _row = new();
    private PlacedRow _previous = new();
    private PlacedRow? _start;
    private RolePlan? _plan;
    private RowOrder? _order;
    private RowSender _sender = null!;
    private WaitingEvaluations _evaluations = null!;
    private LateEpochs? _late;
    private OpenRun? _run;
    private RowMark _mark;
    private long _label;
    private bool _trains;
    private bool _fileBegins;

    /// <summary>Gets the number of runs begun.</summary>
    public int RunCount => _runs.Count;

    /// <summary>Takes what the first rows showed.</summary>
    public void Begin(RolePlan plan, RowBatch first, RowOrder order)
    {
        _plan = plan;
        _order = order;
        _sender = new RowSender(plan, order, first);
        _evaluations = new WaitingEvaluations(facts, _sender);
        _runs.Know(plan, _sender.Axis, order);
        _trains = Enumerable.Range(0, plan.Count).Any(column => plan[column] is { Use: ColumnUse.Metric or ColumnUse.Part, Metric: Metric.Loss or Metric.Reward or Metric.Accuracy });
        _late = _sender.Axis == RowAxis.Step && order.Labels is null && order.RankColumn < 0 ? LateEpochs.Find(first, plan) : null;
    }

    /// <summary>Keeps what was damaged with the run that it was found in.</summary>
    public void Report(LogDamage damage) => _runs.Report(damage, _run);

    /// <summary>Counts damage that nobody kept.</summary>
    public void Report(long further) => _runs.Report(further);

    /// <summary>A file of evaluations alone, as a later validate() writes it, is no end of the run before it.</summary>
    public void BeginFile()
    {
        if (_fileBegins && _evaluations.Count > 0)
        {
            BeginRun();
            _evaluations.Release(_run!);
        }

        _fileBegins = true;
    }

    /// <summary>Places a row.</summary>
    public void Place(ReadOnlySpan<Cell> cells, RowMark mark)
    {
        if (facts.Columns.Count > _plan!.Count)
        {
            LearnColumns(cells);
        }

        if (_order!.RankColumn >= 0 && _sender.Ranks.Take(cells, _order, _plan!, _run, _sender.Axis == RowAxis.Ordinal ? null : _sender.PlaceOf))
        {
            return;
        }

        _row.Read(cells, _plan!, facts.RoundsLearningRate);
        if (double.IsFinite(_row.PlannedSteps))
        {
            facts.PlannedSteps = (long)Math.Clamp(_row.PlannedSteps, 0, 1e15);
        }

        PlaceLate(_row);
        mark = _row.IsSummary && _run is not null ? RowMark.End : mark;
        _mark = mark > _mark ? mark : _mark;

        // A mark that waits for a row of training says nothing of whether this row stands there twice.
        if (_row.Values.Count == 0 || (_sender.Axis != RowAxis.Ordinal && mark == RowMark.None && _row.Repeats(_previous)))
        {
            return;
        }

        (_row, _previous) = (_previous, _row);
        if (_late is not null && _previous.IsTraining && !double.IsFinite(_previous.Epoch))
        {
            _late.Hold(_previous);
        }
        else if (_previous.IsTraining || !_trains)
        {
            MarkLabel(cells, _sender.PlaceOf(_previous));
            PlaceTraining(_previous);
        }
        else
        {
            PlaceEvaluation(_previous);
        }
    }

    /// <summary>Ends the last run.</summary>
    public void Complete()
    {
        PlaceLate(null);

        // The last start is of a run that has just begun.
        if (_start is not null)
        {
            BeginHeld();
        }

        EndRun(atEnd: true);
        _runs.Complete();
    }

    private void PlaceLate(PlacedRow? next)
    {
        if (_late?.Release(next) is { } held)
        {
            PlaceTraining(held);
        }
    }

    /// <summary>Where columns tell runs apart, another label begins another run: by its name alone, or where steps do not go on.</summary>
    private void MarkLabel(ReadOnlySpan<Cell> cells, double place)
    {
        if (_order!.Labels is not { } labels || labels.KeyOf(cells) is not (not 0 and var key))
        {
            return;
        }

        bool isOther = _label != 0 && key != _label;
        _label = key;
        double last = _start is not null ? _sender.PlaceOf(_start) : _run?.Last ?? double.NaN;
        if (isOther && (labels.IsNamed || !(place > last)))
        {
            _mark = RowMark.Run;
        }
    }

    private void LearnColumns(ReadOnlySpan<Cell> cells)
    {
        int known = _plan!.Count;
        foreach (var cell in cells)
        {
            if (cell.Column >= _plan.Count)
            {
                // Parsers run ahead: columns in between appear in later rows, and are judged with this one.
                for (int column = _plan.Count; column <= cell.Column; column++)
                {
                    mapper.Extend(column);
                }
            }
        }

        if (_plan.Count > known)
        {
            RowAxisChoice.TellParsers(facts.Columns, _plan, _order!);
        }
    }

    private void PlaceTraining(PlacedRow row)
    {
        _evaluations.GoOn(_run);
        double place = _sender.PlaceOf(row);
        var mark = _mark;
        _mark = RowMark.None;
        if (_start is { } start)
        {
            // One row alone is a start that came to nothing, unless the log says that it is a run.
            if (mark != RowMark.Run && (place < _sender.PlaceOf(start) || (mark >= RowMark.Header && place == _sender.PlaceOf(start))))
            {
                _singles.Add(start);
                _singles.AddRange(_afterStart);
                _afterStart.Clear();
                _start = row.Clone();
                return;
            }

            BeginHeld();
        }

        if (_run is null || _run.IsLeftBy(row, place, _sender.Axis, _sender.PlacesByEpoch, _fileBegins, mark))
        {
            // What begins without a word may be a start of a single row.
            if (mark == RowMark.None && !_fileBegins && double.IsFinite(place))
            {
                _start = row.Clone();
                return;
            }

            BeginRun();
        }

        SendTraining(_run!, row);
    }

    /// <summary>Begins the run whose first row was held back, with the evaluations behind it.</summary>
    private void BeginHeld()
    {
        var start = _start!;
        _start = null;
        BeginRun();
        if (_singles.Count > 0)
        {
            _sender.SendStarts(_run!, _singles, start);
            _singles.Clear();
        }

        SendTraining(_run!, start);
        var after = _afterStart.ToList();
        _afterStart.Clear();
        after.ForEach(PlaceEvaluation);
    }

    private void SendTraining(OpenRun run, PlacedRow row)
    {
        _evaluations.Release(run);
        _fileBegins = false;
        _sender.SendTraining(run, row);
    }

    private void PlaceEvaluation(PlacedRow row)
    {
        double place = _sender.PlaceOf(row);
        if (_start is not null && _mark != RowMark.Run)
        {
            _afterStart.Add(row.Clone());
            if (_afterStart.Count > WaitingEvaluations.Most)
            {
                BeginHeld();
            }

            return;
        }

        // What stands behind the mark of another beginning is of the run whose training comes next.
        bool unsure = _run is null || _mark != RowMark.None || _fileBegins || (double.IsFinite(place) && place < _run.Last);
        if (unsure && _evaluations.Count < WaitingEvaluations.Most)
        {
            _evaluations.Add(row);
            return;
        }

        if (_run is null)
        {
            BeginRun();
        }

        _evaluations.Release(_run!);
        _evaluations.Send(_run!, row);
    }

    private void BeginRun()
    {
        EndRun(atEnd: false);
        _run = _runs.Begin();
    }

    private void EndRun(bool atEnd)
    {
        if (_run is null)
        {
            if (!atEnd || _evaluations.Count == 0)
            {
                return;
            }

            BeginRun();
        }

        if (atEnd && _fileBegins && _run!.Rows > 0 && _evaluations.Count > 0)
        {
            BeginRun();
        }

        var run = _run!;
        if (atEnd)
        {
            _evaluations.Release(run);
        }

        _evaluations.End(run);
        if (run.Merger is { } merger)
        {
            merger.End();
            run.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"rows beyond the first {RowMerger.Untouched} were averaged, in groups of up to {merger.GroupSize}; extremes and what was not finite kept their steps"));
        }

        _runs.End(run, atEnd);
        _run = null;
    }
}
