using System.Globalization;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Times;

namespace TrainingDoctor.Readers.Runs;

/// <summary>The run whose rows are coming in.</summary>
/// <param name="sink">Takes its measurements; null when nobody wants them.</param>
/// <param name="scopes">Its scopes.</param>
/// <param name="description">What is known of it.</param>
/// <param name="isOpened">Whether it is read, instead of just counted.</param>
/// <param name="number">Its number in the log, from 1.</param>
internal sealed class OpenRun(IMeasurementSink? sink, ScopeTable scopes, RunDescription description, bool isOpened, int number)
{
    /// <summary>How far apart two spellings of one epoch may lie.</summary>
    public const double RoundedEpoch = 0.0101;

    private readonly RunHistory _history = new();
    private readonly RowTimes _times = new();
    private int[] _scopeIds = [];
    private double _epoch = double.NaN;
    private double _epochOfLast = double.NaN;
    private double _stride;

    public RunDescription Description { get; } = description;

    /// <summary>Gets a value indicating whether it is read, instead of just counted.</summary>
    public bool IsOpened => isOpened;

    /// <summary>Gets its number in the log, from 1.</summary>
    public int Number => number;

    /// <summary>Gets the step of the last measurement; -1 before any.</summary>
    public long Step { get; private set; } = -1;

    /// <summary>Gets the place of the first row of training.</summary>
    public double First { get; private set; } = double.NaN;

    /// <summary>Gets the place of the last row of training, as logged.</summary>
    public double Last { get; private set; } = double.NaN;

    /// <summary>Gets the first epoch.</summary>
    public double FirstEpoch { get; private set; } = double.NaN;

    /// <summary>Gets the epoch of the last row.</summary>
    public double LastEpoch { get; private set; } = double.NaN;

    /// <summary>Gets the steps of epochs that are over, where the step restarts in each.</summary>
    public double Base { get; private set; }

    /// <summary>Gets or sets the place of the last row of an evaluation.</summary>
    public double LastEvaluation { get; set; } = double.NaN;

    /// <summary>Gets or sets the widest distance between two evaluations.</summary>
    public double EvaluationDistance { get; set; }

    /// <summary>Gets the number of rows of training.</summary>
    public long Rows { get; private set; }

    /// <summary>Gets or sets what merges the rows of a very long run; null while it is short.</summary>
    public RowMerger? Merger { get; set; }

    /// <summary>Gets what was damaged.</summary>
    public List<LogDamage> Damage { get; } = [];

    /// <summary>Gets what the reader decided.</summary>
    public List<string> Notes { get; } = [];

    public void Begin() => sink?.Begin(Description);

    public void ObserveEpoch(long step, double epoch)
    {
        if (epoch != _epoch && double.IsFinite(epoch))
        {
            _epoch = epoch;
            Observe(step, Metric.Epoch, 0, epoch, null!);
        }
    }

    public void ObserveTime(long step, double time)
    {
        double elapsed = _times.Take(time);
        if (double.IsFinite(elapsed))
        {
            Observe(step, Metric.Elapsed, 0, elapsed, null!);
        }
    }

    public void Observe(long step, Metric metric, int scope, double value, RolePlan plan)
    {
        Step = Math.Max(Step, step);
        sink?.Observe(new Measurement(Step, metric, scope == 0 ? ScopeTable.Run : ScopeId(scope, plan), value));
    }

    /// <summary>Takes what one rank measured; null for nothing.</summary>
    public void ObserveRank(long step, Metric metric, string rank, double? value)
    {
        if (value is { } measured)
        {
            Step = Math.Max(Step, step);
            sink?.Observe(new Measurement(Step, metric, scopes.Intern(ScopeKind.Rank, rank), measured));
        }
    }

    /// <summary>Takes note of a row of training.</summary>
    public void Pass(PlacedRow row, double place)
    {
        Rows++;
        if (double.IsFinite(place))
        {
            First = double.IsNaN(First) ? place : First;
            _stride = place > Last ? place - Last : _stride;
            Last = place;
            _epochOfLast = row.Epoch;
            _history.Add(place, row);
        }

        FirstEpoch = double.IsNaN(FirstEpoch) ? row.Epoch : FirstEpoch;
        LastEpoch = double.IsFinite(row.Epoch) ? row.Epoch : LastEpoch;
    }

    /// <summary>Tells whether a row of training begins another run, and joins it where it continues this one.</summary>
    /// <param name="row">The row.</param>
    /// <param name="place">Its place along the axis.</param>
    /// <param name="axis">What places rows.</param>
    /// <param name="isEpoch">Whether places are epochs.</param>
    /// <param name="beginsFile">Whether nothing of training has been read of its file before.</param>
    /// <param name="mark">What the log says.</param>
    public bool IsLeftBy(PlacedRow row, double place, RowAxis axis, bool isEpoch, bool beginsFile, RowMark mark)
    {
        if (mark == RowMark.Run)
        {
            return Rows > 0 || Step >= 0;
        }

        if (!double.IsFinite(place) || double.IsNaN(Last))
        {
            // Another file, after a file of evaluations alone or one whose rows tell no place, is another run.
            return (mark == RowMark.Header && Rows > 0) || (beginsFile && (Rows > 0 ? !double.IsFinite(place) : Step >= 0));
        }

        // Where a line at the end of an epoch alone tells which it was, the rows of the next go by it.
        bool epochAdvanced = row.Epoch > LastEpoch || (row.Epoch == LastEpoch && !(row.Epoch <= _epochOfLast));
        if (place >= Last)
        {
            // The first row of another file continues the run when it lies behind what was; where steps restart in each epoch, epochs decide.
            // Steps that a tracker counts go on over folds, of which each begins anew with its epochs and its loss.
            return (Base > 0 && row.Epoch < LastEpoch) || (mark >= RowMark.Header && place == Last) || (row.Epoch <= FirstEpoch && LastEpoch > FirstEpoch && _history.IsBackAtStart(row.Loss));
        }

        if (axis != RowAxis.Epoch && epochAdvanced)
        {
            // Batches that are counted from 0 end one interval before the next epoch begins.
            Base += Last + (place == 0 && _stride > 0 ? _stride : 0);
            return false;
        }

        // Epochs in part are printed with two decimals by some and with all by others.
        if (isEpoch && Last - place < RoundedEpoch && (place != Math.Floor(place) || Last != Math.Floor(Last)))
        {
            return false;
        }

        // A run that resumes from a checkpoint goes back a little, or its loss goes on from where it was there; a new one goes back to the beginning.
        bool resumes = mark != RowMark.End && place > First && _history.GoesOn(place, row.Loss);
        if (resumes && Notes.Count < 20)
        {
            Notes.Add(string.Create(CultureInfo.InvariantCulture, $"resumed at {place} after {Last}"));
        }

        return !resumes;
    }

    public void End(RunDescription description)
    {
        sink?.Update(description);
        sink?.Complete();
    }

    private int ScopeId(int scope, RolePlan plan)
    {
        if (scope >= _scopeIds.Length)
        {
            Array.Resize(ref _scopeIds, Math.Max(plan.Scopes.Count, 2 * _scopeIds.Length));
        }

        if (_scopeIds[scope] == 0)
        {
            var (kind, name) = plan.Scopes[scope];
            _scopeIds[scope] = scopes.Intern(kind, name);
        }

        return _scopeIds[scope];
    }
}
