using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Roles;

/// <summary>What the first rows of a log show of one column.</summary>
internal sealed class ColumnSample(Column column)
{
    private double _sum;

    public Column Column { get; } = column;

    public ColumnRole Role { get; set; } = column.Given ?? (column.HoldsWords ? ColumnRole.None : ColumnClassifier.Classify(column.Name));

    public int Count { get; private set; }

    public double First { get; private set; } = double.NaN;

    public double Last { get; private set; } = double.NaN;

    public double Minimum { get; private set; } = double.PositiveInfinity;

    public double Maximum { get; private set; } = double.NegativeInfinity;

    /// <summary>Gets how often a value was smaller than the one before.</summary>
    public int Falls { get; private set; }

    /// <summary>Gets the mean of its values; NaN where one of them is.</summary>
    public double Mean => _sum / Count;

    /// <summary>Gets or sets in how many of its rows the training loss stood too.</summary>
    public int WithLoss { get; set; }

    /// <summary>Gets or sets how many of its rows tell a step or an epoch.</summary>
    public int Placed { get; set; }

    public void Add(double value)
    {
        if (Count++ == 0)
        {
            First = value;
        }

        Falls += value < Last ? 1 : 0;
        _sum += value;
        Last = value;
        Minimum = Math.Min(Minimum, double.IsNaN(value) ? Minimum : value);
        Maximum = Math.Max(Maximum, double.IsNaN(value) ? Maximum : value);
    }
}
