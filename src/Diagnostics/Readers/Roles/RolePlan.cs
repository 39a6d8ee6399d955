using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Roles;

/// <summary>What is done with a column's numbers.</summary>
internal enum ColumnUse : byte
{
    /// <summary>Nothing.</summary>
    Ignore,

    /// <summary>They place the row.</summary>
    Step,

    /// <summary>They tell the epoch.</summary>
    Epoch,

    /// <summary>They tell when the row was logged: by a clock, or since the run began.</summary>
    Time,

    /// <summary>They tell the steps that were planned.</summary>
    PlannedSteps,

    /// <summary>They are measurements.</summary>
    Metric,

    /// <summary>They are parts whose sum is a measurement.</summary>
    Part,

    /// <summary>They stand in the row that sums a training up, which is no point of a curve.</summary>
    Summary,

    /// <summary>They are the values of which the middle one is the measurement.</summary>
    Median,
}

/// <summary>The role of one column.</summary>
/// <param name="Use">What is done with it.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Scope">An index into <see cref="RolePlan.Scopes"/>.</param>
/// <param name="Sign">How the number becomes the measurement.</param>
internal readonly record struct PlannedColumn(ColumnUse Use, Metric Metric = default, int Scope = 0, NumberSign Sign = NumberSign.AsIs)
{
    /// <summary>Gets by what the number is multiplied to have the metric's unit.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Gets a value indicating whether the number is of training rather than of an evaluation.</summary>
    public bool IsTraining => Use is ColumnUse.Part or ColumnUse.Metric or ColumnUse.Median && Metric is not (Metric.ValidationLoss or Metric.ValidationAccuracy or Metric.ValidationError or Metric.HeldOutReward or Metric.StepTime or Metric.DataTime);

    /// <summary>Returns the measurement that a logged number stands for.</summary>
    /// <param name="number">The number.</param>
    public double Measured(double number) => Sign == NumberSign.AsIs ? number * Scale : Converted(number);

    private double Converted(double number) => Sign switch
    {
        NumberSign.Squared => Math.Sqrt(number),
        NumberSign.Opposite => -number,
        NumberSign.Logarithm => Math.Pow(2, number),
        _ => number * Scale,
    };
}

/// <summary>Which column plays which role in a log.</summary>
internal sealed class RolePlan
{
    private readonly Dictionary<(ScopeKind Kind, string Name), int> _scopeIds = new() { [(ScopeKind.Run, string.Empty)] = 0 };
    private PlannedColumn[] _columns = [];

    /// <summary>Gets the scopes that columns refer to; the run itself comes first.</summary>
    public List<(ScopeKind Kind, string Name)> Scopes { get; } = [(ScopeKind.Run, string.Empty)];

    /// <summary>Gets the number of columns that have been judged.</summary>
    public int Count { get; private set; }

    /// <summary>Gets or sets the metric and scope that one column each has taken.</summary>
    public HashSet<(Metric Metric, int Scope)> Taken { get; } = [];

    /// <summary>Gets or sets how many parts make up the training and the validation loss.</summary>
    public int TrainingParts { get; set; }

    /// <summary>Gets or sets how many parts make up the validation loss.</summary>
    public int ValidationParts { get; set; }

    /// <summary>Gets or sets the task that the columns give away.</summary>
    public TrainingTask? Task { get; set; }

    /// <summary>Gets the columns that have been judged, to look many up.</summary>
    public ReadOnlySpan<PlannedColumn> Columns => _columns.AsSpan(0, Count);

    public PlannedColumn this[int column] => column < Count ? _columns[column] : default;

    public int ScopeOf(ScopeKind kind, string name)
    {
        if (!_scopeIds.TryGetValue((kind, name), out int id))
        {
            id = Scopes.Count;
            Scopes.Add((kind, name));
            _scopeIds.Add((kind, name), id);
        }

        return id;
    }

    public void Set(int column, PlannedColumn use)
    {
        Reserve(column + 1);
        _columns[column] = use;
        if (use.Use is ColumnUse.Metric or ColumnUse.Part or ColumnUse.Median)
        {
            Taken.Add((use.Metric, use.Scope));
        }
    }

    /// <summary>Marks columns as judged; those without a role are ignored.</summary>
    public void Reserve(int count)
    {
        if (count > _columns.Length)
        {
            Array.Resize(ref _columns, Math.Max(count, 2 * _columns.Length));
        }

        Count = Math.Max(Count, count);
    }
}
