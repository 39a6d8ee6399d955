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

    public void End(RunDescription description)
    {
        sink?.Update(description);
        sink?.Complete();
    }

    private int ScopeId(int scope, RolePlan plan)
    {
        if (scope >= _scopeIds.Length)
        {
            Array.Resize(ref _scopeIds, plan.Scopes.Count);
        }

        if (_scopeIds[scope] == 0)
        {
            var (kind, name) = plan.Scopes[scope];
            _scopeIds[scope] = scopes.Intern(kind, name);
        }

        return _scopeIds[scope];
    }
}
