using System.Globalization;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>In what order the rows of a log stand: as they were written by one run after the other, newest first, or by several runs or processes by turns.</summary>
internal sealed class RowOrder
{
    /// <summary>Rows of training from which on an order can be told.</summary>
    private const int LeastRows = 4;

    /// <summary>Share of steps that go back from which on the log is written backwards.</summary>
    private const double Backward = 0.9;

    /// <summary>Share of steps that go back from which on several runs write by turns: runs one after the other go back once each.</summary>
    private const double ByTurns = 0.2;

    /// <summary>Share of steps that go back from which on runs would have next to no rows: what nobody can tell apart is refused.</summary>
    private const double Scattered = 0.4;

    /// <summary>Runs that can be told apart by their steps alone.</summary>
    private const int MostTracks = 8;

    private RowOrder(RowOrderKind kind, RunLabels? labels = null, string? note = null)
    {
        Kind = kind;
        Labels = labels;
        Note = note;
    }

    /// <summary>Gets the kind.</summary>
    public RowOrderKind Kind { get; }

    /// <summary>Gets what tells the runs apart; null where nothing but their steps does.</summary>
    public RunLabels? Labels { get; }

    /// <summary>Gets why the rows are read as they are, for the report; null where they stand as usual.</summary>
    public string? Note { get; }

    /// <summary>Gets the column of ranks whose rows are left out but for those of the lowest; -1 for none.</summary>
    public int RankColumn { get; private init; } = -1;

    /// <summary>Gets the rank whose rows are read.</summary>
    public double Rank { get; private init; }

    /// <summary>Tells whether a row is of another rank than the one that is read.</summary>
    public bool IsOfOtherRank(ReadOnlySpan<Cell> cells) => RankColumn >= 0 && double.IsFinite(RankIn(cells)) && RankIn(cells) != Rank;

    /// <summary>Gets the rank of a row; NaN where it tells none.</summary>
    public double RankIn(ReadOnlySpan<Cell> cells)
    {
        foreach (var cell in cells)
        {
            if (cell.Column == RankColumn)
            {
                return cell.Value;
            }
        }

        return double.NaN;
    }

    /// <summary>Gets a value indicating whether all rows have to be known before the first is placed.</summary>
    public bool NeedsAll => Kind != RowOrderKind.AsWritten;

    /// <summary>Finds the order of rows.</summary>
    /// <exception cref="LogFormatException">The rows of several runs stand by turns, and nothing tells them apart.</exception>
    public static RowOrder Find(RowBatch rows, RolePlan plan, ColumnTable table, string path)
    {
        var training = TrainingRows.Of(rows, plan);
        if (training.Places.Count < LeastRows)
        {
            return new RowOrder(RowOrderKind.AsWritten);
        }

        if (RankOf(training, plan, table) is var (column, rank))
        {
            return new RowOrder(AreApart(training.ValuesOf(column)) ? RowOrderKind.RanksApart : RowOrderKind.AsWritten, note: $"each step was logged by several processes, told apart by '{table[column].Name}': the run is that of the lowest, and what each measured is compared") { RankColumn = column, Rank = rank };
        }

        var (back, on) = training.Directions();
        if (back >= Backward * (back + on) && back > 2)
        {
            return new RowOrder(RowOrderKind.Backwards, note: "the rows stand newest first: they were read from the end");
        }

        if (RunLabels.Find(training.Rows, training.Places, table, plan) is { } labels)
        {
            string names = string.Join(", ", labels.Columns.Select(id => $"'{table[id].Name}'"));
            bool isByTurns = training.Returns(labels);
            return new RowOrder(isByTurns ? RowOrderKind.Labelled : RowOrderKind.AsWritten, labels, note: $"the runs are told apart by {names}{(isByTurns ? ", as their rows stand by turns" : string.Empty)}");
        }

        if (back < ByTurns * training.Places.Count || back < 3)
        {
            return new RowOrder(RowOrderKind.AsWritten);
        }

        var tracks = RowTracks.Assign(training.Places, MostTracks);
        return tracks is null
            ? back > Scattered * training.Places.Count && back > 50
                ? throw new LogFormatException(path, string.Create(CultureInfo.InvariantCulture, $"steps or epochs go back in {back} of the first {training.Places.Count} rows: rows of several runs by turns, which no column tells apart; expected one run after the other, or a column with the run's name"))
                : new RowOrder(RowOrderKind.AsWritten)
            : RowTracks.AreByTurns(tracks) ? new RowOrder(RowOrderKind.Tracks, note: "the steps of several runs stand by turns: the runs were told apart by them")
            : new RowOrder(RowOrderKind.AsWritten);
    }

    /// <summary>Puts all rows of a log in the order of its runs.</summary>
    public RowBatch Arrange(RowBatch rows, RolePlan plan)
    {
        var arranged = new RowBatch();
        if (Kind == RowOrderKind.Backwards)
        {
            for (int row = rows.RowCount - 1; row >= 0; row--)
            {
                arranged.AddRow(rows[row]);
            }

            return arranged;
        }

        if (Kind == RowOrderKind.RanksApart)
        {
            SideBySide(rows, plan).ForEach(row => arranged.AddRow(rows[row]));
            return arranged;
        }

        foreach (var run in RunsOf(rows, plan))
        {
            arranged.MarkNext(RowMark.Run);
            run.ForEach(row => arranged.AddRow(rows[row]));
        }

        return arranged;
    }

    /// <summary>Tells whether the rows of each rank stand together, as where the logs of processes were joined.</summary>
    private static bool AreApart(List<double> ranks)
    {
        int changes = ranks.Zip(ranks.Skip(1)).Count(pair => pair.First != pair.Second);
        int count = ranks.Distinct().Count();
        return changes < 2 * count && ranks.Count > 2 * count;
    }

    /// <summary>Puts the rows of all ranks behind those of the lowest at the same place.</summary>
    private List<int> SideBySide(RowBatch rows, RolePlan plan)
    {
        var training = TrainingRows.Of(rows, plan);
        var places = training.Indices.Zip(training.Places).ToDictionary(pair => pair.First, pair => pair.Second);
        var others = Enumerable.Range(0, rows.RowCount).Where(row => IsOfOtherRank(rows[row])).ToLookup(row => places.GetValueOrDefault(row, double.NaN));
        var order = new List<int>(rows.RowCount);
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (!IsOfOtherRank(rows[row]))
            {
                order.Add(row);
                order.AddRange(places.TryGetValue(row, out double place) ? others[place] : []);
            }
        }

        return order;
    }

    private IEnumerable<List<int>> RunsOf(RowBatch rows, RolePlan plan)
    {
        var runs = new Dictionary<long, List<int>>();
        var keys = new List<long>();
        var tracks = Kind == RowOrderKind.Tracks ? RowTracks.OfRows(TrainingRows.Of(rows, plan), rows.RowCount) : null;
        long last = 0;
        for (int row = 0; row < rows.RowCount; row++)
        {
            long key = tracks is not null ? tracks[row] : Labels!.KeyOf(rows[row]) is not 0 and var told ? told : last;
            last = key;
            if (!runs.TryGetValue(key, out var run))
            {
                runs.Add(key, run = []);
                keys.Add(key);
            }

            run.Add(row);
        }

        return keys.Select(key => runs[key]);
    }

    /// <summary>Finds the column that tells the processes of one run apart: it repeats each step once for each.</summary>
    private static (int Column, double Lowest)? RankOf(TrainingRows training, RolePlan plan, ColumnTable table)
    {
        for (int id = 0; id < plan.Count; id++)
        {
            if (plan[id].Use == ColumnUse.Ignore && RunLabels.IsRank(table[id].Name))
            {
                var values = training.ValuesOf(id);
                var shared = training.Places.Zip(values).GroupBy(pair => pair.First).Count(group => group.Select(pair => pair.Second).Distinct().Count() > 1);
                if (2 * shared >= training.Places.Distinct().Count() && values.TrueForAll(double.IsFinite))
                {
                    return (id, values.Min());
                }
            }
        }

        return null;
    }
}

/// <summary>The kinds of order.</summary>
internal enum RowOrderKind
{
    /// <summary>One run after the other.</summary>
    AsWritten,

    /// <summary>The newest row first.</summary>
    Backwards,

    /// <summary>Runs by turns, told apart by columns.</summary>
    Labelled,

    /// <summary>Runs by turns, told apart by their steps.</summary>
    Tracks,

    /// <summary>The processes of one run, one after the other.</summary>
    RanksApart,
}
