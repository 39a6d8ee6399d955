using System.Globalization;

namespace TrainingDoctor.Readers;

/// <summary>
/// Places rows whose columns have roles along runs: splits where steps or epochs start over, joins what resumed from a checkpoint, lets evaluations wait for the training that tells which run they belong to, and sends
/// each run's measurements to a sink.
/// </summary>
internal sealed class RowPlacer(LogFacts facts, RunDescriber describer, RoleMapper mapper, RunSinkFactory open, string path, int mostRuns)
{
    /// <summary>Evaluations that may wait for the row of training that tells which run they belong to.</summary>
    private const int MaximumWaiting = 256;

    private readonly List<PlacedRow> _waiting = [];
    private readonly List<PlacedRow> _afterwards = [];
    private readonly List<PlacedRow> _afterStart = [];
    private readonly List<PlacedRow> _singles = [];
    private readonly List<(Metric Metric, int Scope, double Value)> _merged = new(8);
    private readonly RankRows _ranks = new();
    private readonly RunSequence _runs = new(describer, open, path, mostRuns);
    private PlacedRow _row = new();
    private PlacedRow _previous = new();
    private PlacedRow? _start;
    private RolePlan? _plan;
    private RowAxis _axis;
    private RowOrder? _order;
    private OpenRun? _run;
    private RowMark _mark;
    private long _label;
    private bool _trains;
    private bool _fileBegins;
    private bool _epochsFromZero;
    private bool _placesByEpoch;

    /// <summary>Gets the number of runs begun.</summary>
    public int RunCount => _runs.Count;

    /// <summary>Takes what the first rows showed.</summary>
    public void Begin(RolePlan plan, RowBatch first, RowOrder order)
    {
        _plan = plan;
        _order = order;
        _axis = RowAxisChoice.Choose(first, plan, order);
        _runs.Know(plan, _axis, order);
        _trains = Enumerable.Range(0, plan.Count).Any(column => plan[column] is { Use: ColumnUse.Metric or ColumnUse.Part, Metric: Metric.Loss or Metric.Reward or Metric.Accuracy });
        _placesByEpoch = _axis == RowAxis.Epoch || (_axis == RowAxis.Ordinal && RowAxisChoice.CountOf(first, plan, ColumnUse.Epoch) > RowAxisChoice.CountOf(first, plan, ColumnUse.Step));
        _epochsFromZero = _axis == RowAxis.Epoch && RowAxisChoice.FirstEpoch(first, plan) == 0;
    }

    /// <summary>Keeps what was damaged with the run that it was found in.</summary>
    public void Report(LogDamage damage) => _runs.Report(damage, _run);

    /// <summary>Counts damage that nobody kept.</summary>
    public void Report(long further) => _runs.Report(further);

    /// <summary>A file of evaluations alone, as a later validate() writes it, is no end of the run before it.</summary>
    public void BeginFile()
    {
        if (_fileBegins && _waiting.Count > 0)
        {
            BeginRun();
            ReleaseWaiting(_run!);
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

        if (_ranks.Take(cells, _order!, _plan!, _run, _axis == RowAxis.Ordinal ? null : PlaceOf))
        {
            return;
        }

        _row.Read(cells, _plan!, facts.RoundsLearningRate);
        if (double.IsFinite(_row.PlannedSteps))
        {
            facts.PlannedSteps = (long)Math.Clamp(_row.PlannedSteps, 0, 1e15);
        }

        mark = _row.IsSummary && _run is not null ? RowMark.End : mark;
        _mark = mark > _mark ? mark : _mark;

        // A mark that waits for a row of training says nothing of whether this row stands there twice.
        if (_row.Values.Count == 0 || (_axis != RowAxis.Ordinal && mark == RowMark.None && _row.Repeats(_previous)))
        {
            return;
        }

        (_row, _previous) = (_previous, _row);
        if (_previous.IsTraining || !_trains)
        {
            MarkLabel(cells, PlaceOf(_previous));
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
        // The last start is of a run that has just begun.
        if (_start is not null)
        {
            BeginHeld();
        }

        EndRun(atEnd: true);
        _runs.Complete();
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
        double last = _start is not null ? PlaceOf(_start) : _run?.Last ?? double.NaN;
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
        Release();
        double place = PlaceOf(row);
        var mark = _mark;
        _mark = RowMark.None;
        if (_start is { } start)
        {
            // One row alone is a start that came to nothing, unless the log says that it is a run.
            if (mark != RowMark.Run && (place < PlaceOf(start) || (mark >= RowMark.Header && place == PlaceOf(start))))
            {
                _singles.Add(start);
                _singles.AddRange(_afterStart);
                _afterStart.Clear();
                _start = row.Clone();
                return;
            }

            BeginHeld();
        }

        if (_run is null || _run.IsLeftBy(row, place, _axis, _placesByEpoch, _fileBegins, mark))
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
            long at = _axis == RowAxis.Ordinal || !double.IsFinite(PlaceOf(start)) ? 0 : ToStep(PlaceOf(start));
            _singles.ForEach(single => Send(_run!, double.NaN, double.NaN, single.Values, at));
            _run!.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"rows of starts that came to nothing stand at the beginning of this run: {_singles.Count}"));
            _singles.Clear();
        }

        SendTraining(_run!, start);
        var after = _afterStart.ToList();
        _afterStart.Clear();
        after.ForEach(PlaceEvaluation);
    }

    private void SendTraining(OpenRun run, PlacedRow row)
    {
        double place = PlaceOf(row);
        ReleaseWaiting(run);
        run.Pass(row, place);
        _fileBegins = false;
        long step = _axis == RowAxis.Ordinal ? run.Rows - 1 : double.IsFinite(place) ? ToStep(place + run.Base) : Math.Max(0, run.Step);
        if (run.Rows <= RowMerger.Untouched)
        {
            Send(run, row.Epoch, row.Time, row.Values, step);
            _ranks.Send(run, row, place);
            return;
        }

        (run.Merger ??= new RowMerger()).Add(row.Values, _merged);
        if (_merged.Count > 0)
        {
            Send(run, row.Epoch, row.Time, _merged, step);
        }
    }

    private void PlaceEvaluation(PlacedRow row)
    {
        double place = PlaceOf(row);
        if (_start is not null && _mark != RowMark.Run)
        {
            _afterStart.Add(row.Clone());
            if (_afterStart.Count > MaximumWaiting)
            {
                BeginHeld();
            }

            return;
        }

        bool unsure = _run is null || _mark == RowMark.Run || _fileBegins || (double.IsFinite(place) && place < _run.Last);
        if (unsure && _waiting.Count < MaximumWaiting)
        {
            _waiting.Add(row.Clone());
            return;
        }

        if (_run is null)
        {
            BeginRun();
        }

        ReleaseWaiting(_run!);
        if (IsAfterwards(row, place))
        {
            _afterwards.Add(row.Clone());
            return;
        }

        Release();
        if (double.IsFinite(place) && row.IsEvaluation)
        {
            _run!.EvaluationDistance = double.IsFinite(_run.LastEvaluation) ? Math.Max(_run.EvaluationDistance, place - _run.LastEvaluation) : 0;
            _run.LastEvaluation = place;
        }

        SendEvaluation(_run!, row);
    }

    /// <summary>Lightning's validate() and test() after training log one step behind the last: not a point of the curve.</summary>
    private bool IsAfterwards(PlacedRow row, double place) => facts.EvaluatesAfterwards && row.IsEvaluation && _axis == RowAxis.Step && _afterwards.Count < MaximumWaiting
        && _run!.EvaluationDistance > 1 && place == _run.LastEvaluation + 1;

    private void Release()
    {
        if (_afterwards.Count > 0)
        {
            _afterwards.ForEach(row => SendEvaluation(_run!, row));
            _afterwards.Clear();
        }
    }

    private void ReleaseWaiting(OpenRun run)
    {
        if (_waiting.Count > 0)
        {
            // No lambda: what it captures would be allocated for each row of a log, even when nothing waits.
            foreach (var row in _waiting)
            {
                SendEvaluation(run, row);
            }

            _waiting.Clear();
        }
    }

    private void SendEvaluation(OpenRun run, PlacedRow row)
    {
        double place = PlaceOf(row);

        // Steps of evaluations may count something else, epochs for instance: what lies behind training belongs to where training is.
        bool known = _axis != RowAxis.Ordinal && double.IsFinite(place) && !(place < run.Last);
        Send(run, row.Epoch, row.Time, row.Values, known ? ToStep(place + run.Base) : Math.Max(0, run.Step));
    }

    private void Send(OpenRun run, double epoch, double time, List<(Metric Metric, int Scope, double Value)> values, long step)
    {
        run.ObserveEpoch(step, _epochsFromZero ? epoch + 1 : epoch);
        run.ObserveTime(step, time);
        foreach (var (metric, scope, value) in values)
        {
            // The time of a step is compared between ranks, and judges no run.
            if (metric != Metric.StepDuration || _order!.RankColumn < 0)
            {
                run.Observe(step, metric, scope, value, _plan!);
            }
        }
    }

    /// <summary>Steps and epochs are never compared with each other.</summary>
    private double PlaceOf(PlacedRow row) => _placesByEpoch ? row.Epoch : row.Step;

    private static long ToStep(double place) => (long)Math.Clamp(place, 0, 9e15);

    private void BeginRun()
    {
        EndRun(atEnd: false);
        _run = _runs.Begin();
    }

    private void EndRun(bool atEnd)
    {
        if (_run is null)
        {
            if (!atEnd || _waiting.Count == 0)
            {
                return;
            }

            BeginRun();
        }

        if (atEnd && _fileBegins && _run!.Rows > 0 && _waiting.Count > 0)
        {
            BeginRun();
        }

        var run = _run!;
        if (atEnd)
        {
            ReleaseWaiting(run);
        }

        if (_afterwards.Count > 0)
        {
            run.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"an evaluation after training, at step {_afterwards[0].Step}, was left out of the curve"));
            _afterwards.Clear();
        }

        if (run.Merger is { } merger)
        {
            run.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"rows beyond the first {RowMerger.Untouched} were averaged, in groups of up to {merger.GroupSize}"));
        }

        _runs.End(run, atEnd);
        _run = null;
    }
}
