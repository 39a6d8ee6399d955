using System.Globalization;

namespace TrainingDoctor.Readers;

/// <summary>The run whose rows are coming in.</summary>
internal sealed class OpenRun(IMeasurementSink? sink, ScopeTable scopes, RunDescription description)
{
    private int[] _scopeIds = [];
    private double _epoch = double.NaN;

    public RunDescription Description { get; } = description;

    /// <summary>Gets the step of the last measurement; -1 before any.</summary>
    public long Step { get; private set; } = -1;

    /// <summary>Gets or sets the place of the first row of training.</summary>
    public double First { get; set; } = double.NaN;

    /// <summary>Gets or sets the place of the last row of training, as logged.</summary>
    public double Last { get; set; } = double.NaN;

    /// <summary>Gets or sets the epoch of the last row.</summary>
    public double LastEpoch { get; set; } = double.NaN;

    /// <summary>Gets or sets the first epoch.</summary>
    public double FirstEpoch { get; set; } = double.NaN;

    /// <summary>Gets or sets the steps of epochs that are over, where the step restarts in each.</summary>
    public double Base { get; set; }

    /// <summary>Gets or sets the place of the last row of an evaluation.</summary>
    public double LastEvaluation { get; set; } = double.NaN;

    /// <summary>Gets or sets the widest distance between two evaluations.</summary>
    public double EvaluationDistance { get; set; }

    /// <summary>Gets or sets the number of rows of training.</summary>
    public long Rows { get; set; }

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

    public void Observe(long step, Metric metric, int scope, double value, RolePlan plan)
    {
        Step = Math.Max(Step, step);
        sink?.Observe(new Measurement(Step, metric, scope == 0 ? ScopeTable.Run : ScopeId(scope, plan), value));
    }

    /// <summary>Tells whether a row of training begins another run, and joins it where it continues this one.</summary>
    /// <param name="row">The row.</param>
    /// <param name="place">Its place along the axis.</param>
    /// <param name="axis">What places rows.</param>
    /// <param name="beginsFile">Whether nothing of training has been read of its file before.</param>
    public bool IsLeftBy(PlacedRow row, double place, RowAxis axis, bool beginsFile)
    {
        if (!double.IsFinite(place) || double.IsNaN(Last))
        {
            // Another file, after a file of evaluations alone or one whose rows tell no place, is another run.
            return beginsFile && (Rows > 0 ? !double.IsFinite(place) : Step >= 0);
        }

        bool epochAdvanced = row.Epoch > LastEpoch;
        if (place >= Last)
        {
            // The first row of another file continues the run when it lies behind what was; where steps restart in each epoch, epochs decide.
            return Base > 0 && row.Epoch < LastEpoch;
        }

        if (axis != RowAxis.Epoch && epochAdvanced)
        {
            Base += Last;
            return false;
        }

        // A run that resumes from a checkpoint goes back a little; a new one goes back to the beginning.
        bool resumes = place > First && Last - place <= 0.5 * (Last - First);
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
