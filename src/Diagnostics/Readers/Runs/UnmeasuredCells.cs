namespace TrainingDoctor.Readers;

/// <summary>Finds columns whose NaN says that nothing was measured in a row, as pandas fills the gaps of joined tables: it is no NaN of the training.</summary>
internal static class UnmeasuredCells
{
    /// <summary>Share of rows that two columns may both have a number in, or neither, and still take turns.</summary>
    private const double Exceptions = 0.1;

    /// <summary>Finds the columns.</summary>
    /// <param name="rows">The first rows.</param>
    /// <param name="plan">What the columns are.</param>
    /// <returns>For each column whether its NaN is a gap; null when there is no such column.</returns>
    public static bool[]? Find(RowBatch rows, RolePlan plan)
    {
        var columns = Enumerable.Range(0, plan.Count).Where(column => plan[column] is { Use: ColumnUse.Metric, Scope: 0, Metric: not (Metric.GlobalGradientNorm or Metric.LossScale) }).ToList();
        var measured = columns.ToDictionary(column => column, _ => new List<int>());
        var empty = columns.ToDictionary(column => column, _ => new List<int>());
        for (int row = 0; row < rows.RowCount; row++)
        {
            foreach (var cell in rows[row])
            {
                if (measured.TryGetValue(cell.Column, out var list))
                {
                    (double.IsNaN(cell.Value) ? empty[cell.Column] : list).Add(row);
                }
            }
        }

        bool[]? gaps = null;
        foreach (int column in columns.Where(column => empty[column].Count > 1 && measured[column].Count > 0))
        {
            bool takesTurns = columns.Exists(other => other != column && TakeTurns(measured[column], empty[column], measured[other], empty[other]));
            bool isSeldom = plan[column].Metric is Metric.ValidationLoss or Metric.ValidationAccuracy or Metric.ValidationError && Returns(measured[column], empty[column]) > 1 && empty[column].Count >= measured[column].Count;
            if (takesTurns || isSeldom)
            {
                (gaps ??= new bool[plan.Count])[column] = true;
            }
        }

        return gaps;
    }

    private static bool TakeTurns(List<int> measured, List<int> empty, List<int> others, List<int> othersEmpty) =>
        others.Count > 0 && othersEmpty.Count > 0
        && empty.Intersect(others).Count() >= (1 - Exceptions) * empty.Count && measured.Intersect(othersEmpty).Count() >= (1 - Exceptions) * measured.Count;

    /// <summary>Counts how often a number follows a NaN: a loss that became NaN stays so.</summary>
    private static int Returns(List<int> measured, List<int> empty)
    {
        var gaps = empty.ToHashSet();
        int returns = 0;
        for (int i = 1; i < measured.Count; i++)
        {
            returns += measured[i] - measured[i - 1] > 1 && gaps.Contains(measured[i] - 1) ? 1 : 0;
        }

        return returns;
    }
}
