using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>The rows of training among those of a log, with their places.</summary>
internal sealed class TrainingRows
{
    private TrainingRows(RowBatch rows, List<double> places, List<int> indices) => (Rows, Places, Indices) = (rows, places, indices);

    /// <summary>Gets the rows.</summary>
    public RowBatch Rows { get; }

    /// <summary>Gets their places: steps, epochs, or steps within epochs.</summary>
    public List<double> Places { get; }

    /// <summary>Gets which rows of the log they are.</summary>
    public List<int> Indices { get; }

    /// <summary>Picks the rows of training that tell where they stand.</summary>
    public static TrainingRows Of(RowBatch rows, RolePlan plan)
    {
        var row = new PlacedRow();
        var found = new List<(int Index, double Step, double Epoch)>();
        bool trains = Enumerable.Range(0, plan.Count).Any(column => plan[column] is { Use: ColumnUse.Metric or ColumnUse.Part, Metric: Metric.Loss or Metric.Reward or Metric.Accuracy });
        for (int i = 0; i < rows.RowCount; i++)
        {
            row.Read(rows[i], plan, roundsLearningRate: false);
            if (row.Values.Count > 0 && (row.IsTraining || !trains))
            {
                found.Add((i, row.Step, row.Epoch));
            }
        }

        // A step that is the same in every row, or missing from most, counts nothing.
        var (steps, epochs, differ) = (0, 0, false);
        double first = double.NaN;
        foreach (var (_, step, epoch) in found)
        {
            if (double.IsFinite(step))
            {
                differ |= steps > 0 && step != first;
                first = steps == 0 ? step : first;
                steps++;
            }

            epochs += double.IsFinite(epoch) ? 1 : 0;
        }

        bool bySteps = 2 * steps > found.Count && differ;
        bool within = bySteps && 2 * epochs > found.Count && RestartsInEpochs(found);
        double width = within ? 1 + found.Max(item => double.IsFinite(item.Step) ? item.Step : 0) : 0;
        var training = new TrainingRows(new RowBatch(), [], []);
        foreach (var (index, step, epoch) in found)
        {
            double place = within ? (epoch * width) + step : bySteps ? step : epoch;
            if (double.IsFinite(place))
            {
                // Epochs in part are printed with two decimals by some and with all by others.
                place = !bySteps && training.Places is [.., var last] && place < last && last - place < OpenRun.RoundedEpoch && place != Math.Floor(place) ? last : place;
                training.Rows.AddRow(rows[index]);
                training.Places.Add(place);
                training.Indices.Add(index);
            }
        }

        return training;
    }

    /// <summary>Counts the rows behind which the next stands further back, and further on.</summary>
    public (int Back, int On) Directions()
    {
        var (back, on) = (0, 0);
        for (int i = 1; i < Places.Count; i++)
        {
            back += Places[i] < Places[i - 1] ? 1 : 0;
            on += Places[i] > Places[i - 1] ? 1 : 0;
        }

        return (back, on);
    }

    /// <summary>Tells whether runs come back after others.</summary>
    public bool Returns(RunLabels labels)
    {
        var over = new HashSet<long>();
        long last = 0;
        for (int row = 0; row < Rows.RowCount; row++)
        {
            long key = labels.KeyOf(Rows[row]);
            if (row > 0 && key != last)
            {
                over.Add(last);
                if (over.Contains(key))
                {
                    return true;
                }
            }

            last = key;
        }

        return false;
    }

    /// <summary>Gets the values of a column; NaN where it is absent.</summary>
    public List<double> ValuesOf(int column)
    {
        var values = new List<double>(Places.Count);
        for (int row = 0; row < Rows.RowCount; row++)
        {
            double value = double.NaN;
            foreach (var cell in Rows[row])
            {
                value = cell.Column == column ? cell.Value : value;
            }

            values.Add(value);
        }

        return values;
    }

    /// <summary>Tells whether steps go back where epochs go on.</summary>
    private static bool RestartsInEpochs(List<(int Index, double Step, double Epoch)> found)
    {
        for (int i = 1; i < found.Count; i++)
        {
            if (found[i].Step < found[i - 1].Step && found[i].Epoch > found[i - 1].Epoch)
            {
                return true;
            }
        }

        return false;
    }
}
