using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>One row, with its roles applied.</summary>
internal sealed class PlacedRow
{
    private readonly double[] _groups = new double[3];
    private int _groupCount;
    private double _trainingSum;
    private double _validationSum;
    private int _trainingParts;
    private int _validationParts;

    /// <summary>Gets the value of the step column; NaN when absent.</summary>
    public double Step { get; private set; }

    /// <summary>Gets the value of the epoch column; NaN when absent.</summary>
    public double Epoch { get; private set; }

    /// <summary>Gets when it was logged, in seconds; NaN when absent.</summary>
    public double Time { get; private set; }

    /// <summary>Gets the steps that were planned; NaN when absent.</summary>
    public double PlannedSteps { get; private set; }

    /// <summary>Gets a value indicating whether anything in it is of training.</summary>
    public bool IsTraining { get; private set; }

    /// <summary>Gets a value indicating whether it sums a run up.</summary>
    public bool IsSummary { get; private set; }

    /// <summary>Gets a value indicating whether anything in it is of an evaluation.</summary>
    public bool IsEvaluation => Values.Exists(value => value.Metric is Metric.ValidationLoss or Metric.ValidationAccuracy or Metric.ValidationError);

    /// <summary>Gets its loss of training, or its reward; NaN when it has none.</summary>
    public double Loss
    {
        get
        {
            foreach (var (metric, scope, value) in Values)
            {
                if (scope == 0 && metric is Metric.Loss or Metric.Reward)
                {
                    return value;
                }
            }

            return double.NaN;
        }
    }

    /// <summary>Gets its measurements.</summary>
    public List<(Metric Metric, int Scope, double Value)> Values { get; } = new(8);

    public void Read(ReadOnlySpan<Cell> cells, RolePlan plan, bool roundsLearningRate)
    {
        Clear();
        var columns = plan.Columns;
        foreach (ref readonly var cell in cells)
        {
            if ((uint)cell.Column >= (uint)columns.Length)
            {
                continue;
            }

            ref readonly var column = ref columns[cell.Column];
            switch (column.Use)
            {
                case ColumnUse.Step:
                    Step = cell.Value;
                    break;
                case ColumnUse.Epoch:
                    Epoch = cell.Value;
                    break;
                case ColumnUse.Time:
                    Time = cell.Value * column.Scale;
                    break;
                case ColumnUse.Summary:
                    Clear();
                    IsSummary = true;
                    return;
                case ColumnUse.PlannedSteps:
                    PlannedSteps = cell.Value;
                    break;
                case ColumnUse.Metric:
                    // A learning rate printed as 0.00000 may be 1e-6: unknown, not zero.
                    if (column.Metric == Metric.LearningRate && roundsLearningRate && cell.Value == 0)
                    {
                        break;
                    }

                    IsTraining = IsTraining || (column.IsTraining && column.Metric != Metric.LearningRate);
                    Values.Add((column.Metric, column.Scope, column.Measured(cell.Value)));
                    break;
                case ColumnUse.Part:
                    AddPart(column.Metric, cell.Value);
                    break;
                case ColumnUse.Median when _groupCount < _groups.Length:
                    _groups[_groupCount++] = cell.Value;
                    break;
                default:
                    break;
            }
        }

        AddSums(plan);
    }

    /// <summary>Tells whether it is another row once more: the same values at the same place, as two handlers of one logger write them.</summary>
    public bool Repeats(PlacedRow other)
    {
        if (!Step.Equals(other.Step) || !Epoch.Equals(other.Epoch) || Values.Count != other.Values.Count || !(double.IsFinite(Step) || double.IsFinite(Epoch)))
        {
            return false;
        }

        for (int i = 0; i < Values.Count; i++)
        {
            if (!Values[i].Equals(other.Values[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Tells its epoch, where another row does.</summary>
    public void TellEpoch(double epoch) => Epoch = epoch;

    /// <summary>Copies the row, to hold it back.</summary>
    public PlacedRow Clone()
    {
        var copy = new PlacedRow { Step = Step, Epoch = Epoch, Time = Time, PlannedSteps = PlannedSteps, IsTraining = IsTraining };
        copy.Values.AddRange(Values);
        return copy;
    }

    private void Clear()
    {
        Step = double.NaN;
        Epoch = double.NaN;
        Time = double.NaN;
        PlannedSteps = double.NaN;
        IsTraining = false;
        IsSummary = false;
        Values.Clear();
        _groupCount = 0;
        _trainingSum = _validationSum = 0;
        _trainingParts = _validationParts = 0;
    }

    private void AddPart(Metric metric, double value)
    {
        if (metric == Metric.Loss)
        {
            _trainingSum += value;
            _trainingParts++;
        }
        else
        {
            _validationSum += value;
            _validationParts++;
        }
    }

    private void AddSums(RolePlan plan)
    {
        if (_groupCount == _groups.Length)
        {
            Array.Sort(_groups);
            Values.Insert(0, (Metric.LearningRate, 0, _groups[1]));
        }

        if (_trainingParts > 0 && _trainingParts == plan.TrainingParts)
        {
            IsTraining = true;
            Values.Add((Metric.Loss, 0, _trainingSum));
        }

        if (_validationParts > 0 && _validationParts == plan.ValidationParts)
        {
            Values.Add((Metric.ValidationLoss, 0, _validationSum));
        }
    }
}
