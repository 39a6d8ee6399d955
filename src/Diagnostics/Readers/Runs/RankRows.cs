using System.Globalization;
using TrainingDoctor.Readers.Ranks;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>
/// The rows of one log that several processes of one run wrote: those of the lowest rank are the run, and of every rank the loss, the norm of the weights and the time of a step are handed on, by which ranks are compared.
/// </summary>
internal sealed class RankRows
{
    /// <summary>More ranks than these are not compared.</summary>
    private const int MostRanks = 1024;

    private readonly Dictionary<double, RankPoint> _ahead = [];
    private readonly PlacedRow _row = new();
    private double _own = double.NaN;

    /// <summary>Takes a row of another rank.</summary>
    /// <param name="cells">The row.</param>
    /// <param name="order">Which column tells ranks; one does.</param>
    /// <param name="plan">What columns are.</param>
    /// <param name="run">The run; null before any.</param>
    /// <param name="placeOf">Tells where a row stands; null where rows have no place by which those of ranks could be laid side by side.</param>
    /// <returns>False for a row of the rank that is read.</returns>
    public bool Take(ReadOnlySpan<Cell> cells, RowOrder order, RolePlan plan, OpenRun? run, Func<PlacedRow, double>? placeOf)
    {
        if (!order.IsOfOtherRank(cells))
        {
            _own = order.Rank;
            return false;
        }

        if (placeOf is null)
        {
            return true;
        }

        _row.Read(cells, plan, false);
        double place = placeOf(_row);
        if (!double.IsFinite(place) || place < 0)
        {
            return true;
        }

        var point = PointOf(_row, (long)place);
        double rank = order.RankIn(cells);
        if (run is not null && run.Last == place)
        {
            Send(run, rank, point, run.Step);
        }
        else if (_ahead.Count < MostRanks)
        {
            // Of a process that was faster than the one that is read: its step is yet to come.
            _ahead[rank] = point;
        }

        return true;
    }

    /// <summary>Hands on what the rank that is read measured at a place, and what faster ones did there.</summary>
    public void Send(OpenRun run, PlacedRow row, double place)
    {
        if (double.IsNaN(_own) || !double.IsFinite(place))
        {
            return;
        }

        Send(run, _own, PointOf(row, (long)place), run.Step);
        foreach (var (rank, point) in _ahead)
        {
            if (point.Step == (long)place)
            {
                Send(run, rank, point, run.Step);
            }
        }

        _ahead.Clear();
    }

    private static RankPoint PointOf(PlacedRow row, long step)
    {
        var point = new RankPoint(0, step);
        foreach (var (metric, scope, value) in row.Values)
        {
            if (scope == 0)
            {
                point.Take(new Measurement(step, metric, ScopeTable.Run, value));
            }
        }

        return point;
    }

    private static void Send(OpenRun run, double rank, RankPoint point, long step)
    {
        string name = rank.ToString(CultureInfo.InvariantCulture);
        run.ObserveRank(step, Metric.RankLoss, name, point.Loss);
        run.ObserveRank(step, Metric.RankWeightNorm, name, point.WeightNorm);
        run.ObserveRank(step, Metric.StepDuration, name, point.Duration);
    }
}
