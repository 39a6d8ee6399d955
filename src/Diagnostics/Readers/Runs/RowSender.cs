using System.Globalization;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>Knows where rows stand along their run, and sends what they measured to it.</summary>
internal sealed class RowSender
{
    private readonly RolePlan _plan;
    private readonly bool _hasRanks;
    private readonly bool _epochsFromZero;

    /// <summary>Makes a sender.</summary>
    /// <param name="plan">The roles of the columns.</param>
    /// <param name="order">In what order the rows stand.</param>
    /// <param name="first">The first rows, which tell what places the others.</param>
    public RowSender(RolePlan plan, RowOrder order, RowBatch first)
    {
        _plan = plan;
        _hasRanks = order.RankColumn >= 0;
        Axis = RowAxisChoice.Choose(first, plan, order);
        PlacesByEpoch = Axis == RowAxis.Epoch || (Axis == RowAxis.Ordinal && RowAxisChoice.CountOf(first, plan, ColumnUse.Epoch) > RowAxisChoice.CountOf(first, plan, ColumnUse.Step));
        _epochsFromZero = Axis == RowAxis.Epoch && RowAxisChoice.FirstEpoch(first, plan) == 0;
    }

    /// <summary>Gets what compares the ranks of the log.</summary>
    public RankRows Ranks { get; } = new();

    /// <summary>Gets what places rows.</summary>
    public RowAxis Axis { get; }

    /// <summary>Gets a value indicating whether places are epochs: steps and epochs are never compared with each other.</summary>
    public bool PlacesByEpoch { get; }

    /// <summary>Gets the place of a row along its axis; NaN where it tells none.</summary>
    public double PlaceOf(PlacedRow row) => PlacesByEpoch ? row.Epoch : row.Step;

    /// <summary>Sends a row of training. Rows beyond the first are averaged.</summary>
    public void SendTraining(OpenRun run, PlacedRow row)
    {
        double place = PlaceOf(row);
        run.Pass(row, place);
        long step = Axis == RowAxis.Ordinal ? run.Rows - 1 : double.IsFinite(place) ? ToStep(place + run.Base) : Math.Max(0, run.Step);
        if (run.Rows <= RowMerger.Untouched)
        {
            Send(run, row.Epoch, row.Time, row.Values, step);
            Ranks.Send(run, row, place);
            return;
        }

        (run.Merger ??= MergerOf(run)).Add(new RowPlace(step, row.Epoch, row.Time), row.Values);
    }

    /// <summary>Sends a row of an evaluation. Its step may count something else, epochs for instance: what lies behind training belongs to where training is.</summary>
    public void SendEvaluation(OpenRun run, PlacedRow row)
    {
        double place = PlaceOf(row);
        bool known = Axis != RowAxis.Ordinal && double.IsFinite(place) && !(place < run.Last);
        bool waits = run.Merger is { IsHolding: true };
        long step = known ? ToStep(place + run.Base) : Math.Max(waits ? run.Merger!.Step : 0, run.Step);
        if (waits)
        {
            // What came before it has not been sent yet, and steps never decrease.
            run.Merger!.Hold(new RowPlace(step, row.Epoch, row.Time), row.Values);
            return;
        }

        Send(run, row.Epoch, row.Time, row.Values, step);
    }

    /// <summary>Sends the rows of starts that came to nothing, at the place where the run itself begins.</summary>
    public void SendStarts(OpenRun run, List<PlacedRow> starts, PlacedRow begin)
    {
        long at = Axis == RowAxis.Ordinal || !double.IsFinite(PlaceOf(begin)) ? 0 : ToStep(PlaceOf(begin));
        starts.ForEach(start => Send(run, double.NaN, double.NaN, start.Values, at));
        run.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"rows of starts that came to nothing stand at the beginning of this run: {starts.Count}"));
    }

    // The one place where a merger is made: what it calls is made once a run, and not once a row.
    private RowMerger MergerOf(OpenRun run) => new((at, values) => Send(run, at.Epoch, at.Time, values, at.Step));

    private void Send(OpenRun run, double epoch, double time, List<(Metric Metric, int Scope, double Value)> values, long step)
    {
        run.ObserveEpoch(step, _epochsFromZero ? epoch + 1 : epoch);
        run.ObserveTime(step, time);
        foreach (var (metric, scope, value) in values)
        {
            // The time of a step is compared between ranks, and judges no run.
            if (metric != Metric.StepDuration || !_hasRanks)
            {
                run.Observe(step, metric, scope, value, _plan);
            }
        }
    }

    private static long ToStep(double place) => (long)Math.Clamp(place, 0, 9e15);
}
