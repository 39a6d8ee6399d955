using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>One of the logs that together make up a run.</summary>
/// <param name="Reader">Reads it.</param>
/// <param name="Rename">Names a column of it in the whole.</param>
internal sealed record MergedPart(IRowReader Reader, Func<string, string> Rename);

/// <summary>
/// Reads logs that each hold some metrics of one run, in the order of their steps: the files of MLflow's store and of DVCLive, the folders that Keras and
/// TensorBoard's add_scalars write. Each is read once; points that are out of order by little are put in order.
/// </summary>
internal sealed class MergedRowReader(IReadOnlyList<MergedPart> parts, LogFacts facts) : IRowReader
{
    private const int RowsPerBatch = 1024;

    /// <summary>Points of a part that are held to put them in order: asynchronous writers overtake themselves by less.</summary>
    private const int Reordering = 256;

    private double _time = double.NaN;

    public LogFacts Facts => facts;

    public IEnumerable<RowBatch> Read(CancellationToken cancellationToken)
    {
        var batch = new RowBatch();
        int stepColumn = facts.Columns.Intern("step", new ColumnRole(RoleKind.Step) { Rank = 1000 });
        var heads = new PriorityQueue<IEnumerator<PartRow>, (double Step, int Part)>();
        for (int part = 0; part < parts.Count; part++)
        {
            var rows = InOrder(Rows(parts[part], batch, cancellationToken)).GetEnumerator();
            if (rows.MoveNext())
            {
                heads.Enqueue(rows, (rows.Current.Step, part));
            }
        }

        double step = double.NaN;
        while (heads.TryDequeue(out var rows, out var place))
        {
            bool again = rows.Current.Cells.Exists(cell => InRow(batch, cell.Column));
            if (batch.Open.Length > 0 && (place.Step != step || again))
            {
                EndRow(batch, stepColumn, step);
                if (batch.RowCount >= RowsPerBatch)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return batch;
                    batch.Clear();
                }
            }

            step = place.Step;
            _time = double.IsNaN(_time) ? rows.Current.Time : _time;
            rows.Current.Cells.ForEach(cell => batch.Add(cell.Column, cell.Value));
            if (rows.MoveNext())
            {
                heads.Enqueue(rows, (rows.Current.Step, place.Part));
            }
            else
            {
                rows.Dispose();
            }
        }

        EndRow(batch, stepColumn, step);
        yield return batch;
    }

    public void Dispose()
    {
        foreach (var part in parts)
        {
            part.Reader.Dispose();
        }
    }

    private static bool InRow(RowBatch batch, int column)
    {
        foreach (var cell in batch.Open)
        {
            if (cell.Column == column)
            {
                return true;
            }
        }

        return false;
    }

    private void EndRow(RowBatch batch, int stepColumn, double step)
    {
        if (batch.Open.Length > 0)
        {
            batch.Add(stepColumn, step);
            if (double.IsFinite(_time) && facts.Columns.Intern("wall_time", ColumnRole.Time) is >= 0 and var timeColumn)
            {
                batch.Add(timeColumn, _time);
            }

            _time = double.NaN;
            batch.EndRow();
        }
    }

    private static IEnumerable<PartRow> InOrder(IEnumerable<PartRow> rows)
    {
        var held = new PriorityQueue<PartRow, (double Step, long Ordinal)>();
        long ordinal = 0;
        foreach (var row in rows)
        {
            held.Enqueue(row, (row.Step, ordinal++));
            if (held.Count > Reordering)
            {
                yield return held.Dequeue();
            }
        }

        while (held.TryDequeue(out var row, out _))
        {
            yield return row;
        }
    }

    private IEnumerable<PartRow> Rows(MergedPart part, RowBatch damage, CancellationToken cancellationToken)
    {
        var columns = part.Reader.Facts.Columns;
        var map = new Dictionary<int, int>();
        double ordinal = 0;
        foreach (var rows in part.Reader.Read(cancellationToken))
        {
            foreach (var place in rows.Damage)
            {
                damage.Report(place);
            }

            facts.StartedAt ??= part.Reader.Facts.StartedAt;
            for (int row = 0; row < rows.RowCount; row++)
            {
                double step = double.NaN;
                double time = double.NaN;
                var cells = new List<Cell>(2);
                foreach (var cell in rows[row])
                {
                    var column = columns[cell.Column];
                    if (column.Name is "step" or "epoch" or "iter")
                    {
                        step = cell.Value;
                        continue;
                    }

                    if (column.Name is "timestamp" or "wall_time" or "Wall time")
                    {
                        time = cell.Value;
                        continue;
                    }

                    if (!map.TryGetValue(cell.Column, out int id))
                    {
                        id = facts.Columns.Intern(part.Rename(column.Name), column.Given);
                        map.Add(cell.Column, id);
                    }

                    if (id >= 0)
                    {
                        cells.Add(cell with { Column = id });
                    }
                }

                step = double.IsFinite(step) ? step : ordinal;
                ordinal = step + 1;
                if (cells.Count > 0)
                {
                    yield return new PartRow(step, time, cells);
                }
            }
        }
    }

    private sealed record PartRow(double Step, double Time, List<Cell> Cells);
}
