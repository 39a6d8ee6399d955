using System.Globalization;

namespace TrainingDoctor.Readers;

/// <summary>
/// Turns the rows of a log into runs: holds the first rows back until it knows which column plays which role, then splits the rows where steps or epochs
/// start over, joins what resumed from a checkpoint, and sends each run's measurements to a sink.
/// </summary>
internal sealed class RunAssembler(LogFacts facts, LogReadOptions options, string path, string name, RunSinkFactory open)
{
    /// <summary>Rows that are held back to learn the columns' roles.</summary>
    private const int WindowRows = 2000;

    private const int WindowCells = 200_000;

    /// <summary>Evaluations that may wait for the row of training that tells which run they belong to.</summary>
    private const int MaximumWaiting = 256;

    private readonly RowBatch _window = new();
    private readonly HashSet<int> _windowFiles = [];
    private readonly RoleMapper _mapper = new(facts, options);
    private readonly RunDescriber _describer = new(facts, path, name);
    private readonly PlacedRow _row = new();
    private readonly List<PlacedRow> _waiting = [];
    private readonly List<LogDamage> _damage = [];
    private readonly List<(Metric Metric, int Scope, double Value)> _merged = new(8);
    private RolePlan? _plan;
    private bool[]? _unmeasured;
    private RowAxis _axis;
    private OpenRun? _run;
    private readonly List<PlacedRow> _afterwards = [];
    private bool _trains;
    private bool _fileBegins;
    private bool _epochsFromZero;
    private bool _placesByEpoch;
    private int _runs;
    private long _furtherDamage;

    /// <summary>Gets the number of runs begun.</summary>
    public int RunCount => _runs;

    public void Add(RowBatch batch)
    {
        foreach (var damage in batch.Damage)
        {
            Report(damage);
        }

        _furtherDamage += batch.FurtherDamage;
        for (int row = 0; row < batch.RowCount; row++)
        {
            bool begins = row == 0 && batch.BeginsFile;
            if (_plan is null)
            {
                if (begins)
                {
                    _windowFiles.Add(_window.RowCount);
                }

                _window.AddRow(batch[row]);
                if (_window.RowCount >= WindowRows || _window.CellCount >= WindowCells)
                {
                    Decide();
                }
            }
            else
            {
                if (begins)
                {
                    BeginFile();
                }

                Place(batch[row]);
            }
        }
    }

    /// <summary>Ends the last run.</summary>
    /// <exception cref="LogFormatException">There was nothing to diagnose.</exception>
    public void Complete()
    {
        if (_plan is null)
        {
            Decide();
        }

        EndRun(atEnd: true);
        if (_runs == 0)
        {
            throw new LogFormatException(path, facts.Columns.Count == 0
                ? "no number of a training was found; expected rows with a loss, an accuracy or another metric" + (facts.Unnamed is { } unnamed ? $"; {unnamed}" : string.Empty)
                : $"none of the columns has a known role ({Names(facts.Columns.Count, 12)}); name one with --map, e.g. --map loss=COLUMN");
        }

        var missing = options.Roles.Where(role => !Enumerable.Range(0, facts.Columns.Count).Any(id => facts.Columns[id].Name == role.Value)).ToList();
        if (missing.Count > 0)
        {
            throw new LogFormatException(path, $"there is no column '{missing[0].Value}' for the role '{missing[0].Key}'; the columns are {Names(facts.Columns.Count, 40)}");
        }
    }

    private string Names(int count, int most) =>
        string.Join(", ", Enumerable.Range(0, Math.Min(count, most)).Select(id => facts.Columns[id].Name)) + (count > most ? ", …" : string.Empty);

    private void Report(LogDamage damage)
    {
        var list = _run?.Damage ?? _damage;
        if (list.Count < 50)
        {
            list.Add(damage);
        }
        else
        {
            _furtherDamage++;
        }
    }

    private void Decide()
    {
        _plan = _mapper.Map(_window);
        _unmeasured = UnmeasuredCells.Find(_window, _plan);
        _axis = RowAxisChoice.Choose(_window, _plan);
        _trains = Enumerable.Range(0, _plan.Count).Any(column => _plan[column] is { Use: ColumnUse.Metric or ColumnUse.Part, Metric: Metric.Loss or Metric.Reward or Metric.Accuracy });
        _placesByEpoch = _axis == RowAxis.Epoch || (_axis == RowAxis.Ordinal && RowAxisChoice.CountOf(_window, _plan, ColumnUse.Epoch) > RowAxisChoice.CountOf(_window, _plan, ColumnUse.Step));
        _epochsFromZero = _axis == RowAxis.Epoch && FirstEpoch() == 0;
        for (int row = 0; row < _window.RowCount; row++)
        {
            if (_windowFiles.Contains(row))
            {
                BeginFile();
            }

            Place(_window[row]);
        }

        _window.Clear();
        TellParsers();
    }

    /// <summary>A file of evaluations alone, as a later validate() writes it, is no end of the run before it.</summary>
    private void BeginFile()
    {
        if (_fileBegins && _waiting.Count > 0)
        {
            BeginRun();
            ReleaseWaiting(_run!);
        }

        _fileBegins = true;
    }

    private double FirstEpoch()
    {
        for (int row = 0; row < _window.RowCount; row++)
        {
            foreach (var cell in _window[row])
            {
                if (_plan![cell.Column].Use == ColumnUse.Epoch)
                {
                    return cell.Value;
                }
            }
        }

        return double.NaN;
    }

    private void TellParsers()
    {
        bool[] ignored = new bool[_plan!.Count];
        for (int column = 0; column < ignored.Length; column++)
        {
            ignored[column] = _plan[column].Use == ColumnUse.Ignore;
        }

        facts.Columns.Ignore(ignored);
    }

    private void Place(ReadOnlySpan<Cell> cells)
    {
        if (facts.Columns.Count > _plan!.Count)
        {
            LearnColumns(cells);
        }

        _row.Read(cells, _plan!, facts.RoundsLearningRate, _unmeasured);
        if (double.IsFinite(_row.PlannedSteps))
        {
            facts.PlannedSteps = (long)Math.Clamp(_row.PlannedSteps, 0, 1e15);
        }

        if (_row.Values.Count == 0)
        {
            return;
        }

        if (_row.IsTraining || !_trains)
        {
            PlaceTraining(_row);
        }
        else
        {
            PlaceEvaluation(_row);
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
                    _mapper.Extend(column);
                }
            }
        }

        if (_plan.Count > known)
        {
            TellParsers();
        }
    }

    private void PlaceTraining(PlacedRow row)
    {
        Release();
        double place = PlaceOf(row);
        if (_run is null || _run.IsLeftBy(row, place, _axis, _fileBegins))
        {
            BeginRun();
        }

        var run = _run!;
        ReleaseWaiting(run);
        if (double.IsFinite(place))
        {
            run.First = double.IsNaN(run.First) ? place : run.First;
            run.Last = place;
        }

        if (double.IsFinite(row.Epoch))
        {
            run.FirstEpoch = double.IsNaN(run.FirstEpoch) ? row.Epoch : run.FirstEpoch;
            run.LastEpoch = row.Epoch;
        }

        run.Rows++;
        _fileBegins = false;
        long step = _axis == RowAxis.Ordinal ? run.Rows - 1 : double.IsFinite(place) ? ToStep(place + run.Base) : Math.Max(0, run.Step);
        if (run.Rows <= RowMerger.Untouched)
        {
            Send(run, row.Epoch, row.Values, step);
            return;
        }

        (run.Merger ??= new RowMerger()).Add(row.Values, _merged);
        if (_merged.Count > 0)
        {
            Send(run, row.Epoch, _merged, step);
        }
    }

    private void PlaceEvaluation(PlacedRow row)
    {
        double place = PlaceOf(row);
        bool unsure = _run is null || _fileBegins || (double.IsFinite(place) && place < _run.Last);
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
        Send(run, row.Epoch, row.Values, known ? ToStep(place + run.Base) : Math.Max(0, run.Step));
    }

    private void Send(OpenRun run, double epoch, List<(Metric Metric, int Scope, double Value)> values, long step)
    {
        run.ObserveEpoch(step, _epochsFromZero ? epoch + 1 : epoch);
        foreach (var (metric, scope, value) in values)
        {
            run.Observe(step, metric, scope, value, _plan!);
        }
    }

    /// <summary>Steps and epochs are never compared with each other.</summary>
    private double PlaceOf(PlacedRow row) => _placesByEpoch ? row.Epoch : row.Step;

    private static long ToStep(double place) => (long)Math.Clamp(place, 0, 9e15);

    private void BeginRun()
    {
        EndRun(atEnd: false);
        _runs++;
        var scopes = new ScopeTable();
        var description = _describer.Describe(_plan!, _axis, _runs, [], []);
        _run = new OpenRun(open(description, scopes), scopes, description);
        _run.Begin();
        _run.Damage.AddRange(_damage);
        _damage.Clear();
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

        if (atEnd && _furtherDamage > 0)
        {
            run.Damage.Add(new LogDamage(path, string.Create(CultureInfo.InvariantCulture, $"{_furtherDamage} more places could not be read")));
        }

        run.End(_describer.Describe(_plan!, _axis, _runs, run.Damage, run.Notes));
        _run = null;
    }
}
