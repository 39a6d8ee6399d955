using System.Collections.Frozen;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Roles;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Times;

namespace TrainingDoctor.Readers.Runs;

/// <summary>The columns whose values tell the runs of one table apart: the model, the fold, the seed, hyper-parameters.</summary>
/// <param name="columns">The columns.</param>
/// <param name="isNamed">Whether one of them has a name that people give to what tells runs apart.</param>
internal sealed class RunLabels(IReadOnlyList<int> columns, bool isNamed)
{
    /// <summary>Share of the steps that go back which labels have to explain.</summary>
    private const double LeastExplained = 0.9;

    private static readonly FrozenSet<string> RunWords = Lexicon.Words("runs", "labels");

    /// <summary>Things that are counted as a training goes over its data.</summary>
    private static readonly FrozenSet<string> ThingWords = Lexicon.Words("runs", "things");

    private static readonly FrozenSet<string> RankWords = Lexicon.Words("ranks", "words");

    /// <summary>Gets a value indicating whether its name alone says that it tells runs apart, steps or no steps.</summary>
    public bool IsNamed => isNamed;

    /// <summary>Gets the columns.</summary>
    public IReadOnlyList<int> Columns => columns;

    /// <summary>Tells whether a name is of one of several processes of one run.</summary>
    public static bool IsRank(string name) => ColumnName.Words(name) is [.., var last] words && (RankWords.Contains(last) || (last is "id" or "index" or "idx" && words.Count > 1 && RankWords.Contains(words[^2])));

    /// <summary>Tells whether a name is of what tells runs apart.</summary>
    public static bool IsOfRuns(string name) => ColumnName.Words(name).Exists(RunWords.Contains) && !IsRank(name);

    /// <summary>Takes every column of words, or of a telling name, that repeats its values.</summary>
    public static RunLabels Named(RowBatch rows, ColumnTable table)
    {
        var values = ValuesOf(rows, table.Count);
        List<int> named = [.. Enumerable.Range(0, table.Count).Where(id => (table[id].HoldsWords || IsOfRuns(table[id].Name)) && table[id].MayHoldWords && values[id].Count > 1 && 3 * values[id].Count <= rows.RowCount)];
        return new RunLabels(named, named.Count > 0);
    }

    /// <summary>Finds the fewest columns that explain why places go back.</summary>
    /// <param name="rows">The rows of training, of which each has a place.</param>
    /// <param name="places">Their places.</param>
    /// <param name="table">The columns.</param>
    /// <param name="plan">Their roles; only columns without one are looked at.</param>
    /// <returns>Null when nothing explains it.</returns>
    public static RunLabels? Find(RowBatch rows, IReadOnlyList<double> places, ColumnTable table, RolePlan plan)
    {
        int before = Backsteps(rows, places, []);
        var values = ValuesOf(rows, plan.Count);
        var open = Enumerable.Range(0, plan.Count).Where(id => plan[id].Use == ColumnUse.Ignore && values[id].Count > 1 && 2 * values[id].Count <= rows.RowCount && !IsRank(table[id].Name) && table[id].Given is null && TimeNames.KindOf(table[id].Name) == TimeKind.None && !ColumnName.Words(table[id].Name).Exists(ThingWords.Contains)).ToList();
        if (before == 0)
        {
            var contiguous = open.Where(id => IsOfRuns(table[id].Name) && IsContiguous(rows, id, values[id].Count)).ToList();
            return contiguous.Count > 0 && 3 * values[contiguous[0]].Count <= rows.RowCount ? new RunLabels(contiguous, isNamed: true) : null;
        }

        var chosen = new List<int>();
        int left = before;
        while (left > 0 && open.Count > 0 && chosen.Count < 6)
        {
            // Of columns that explain as much, the one with the fewest values says the least that is not needed.
            var (best, steps) = open.Select(id => (id, Steps: Backsteps(rows, places, [.. chosen, id]))).OrderBy(item => item.Steps).ThenByDescending(item => IsOfRuns(table[item.id].Name)).ThenBy(item => values[item.id].Count).First();
            if (steps >= left)
            {
                break;
            }

            chosen.Add(best);
            open.Remove(best);
            left = steps;
        }

        return chosen.Count > 0 && before - left >= LeastExplained * before && Groups(rows, chosen) is var groups && 2 * groups <= rows.RowCount && groups <= before + 1
            ? new RunLabels(chosen, chosen.Exists(id => IsOfRuns(table[id].Name)))
            : null;
    }

    /// <summary>Tells whether a column is one of them.</summary>
    public bool Has(int column) => columns.Contains(column);

    /// <summary>Gets what tells the run of a row; 0 where the row does not say.</summary>
    public long KeyOf(ReadOnlySpan<Cell> row)
    {
        long key = 0;
        foreach (var cell in row)
        {
            if (columns.Contains(cell.Column))
            {
                key += (BitConverter.DoubleToInt64Bits(cell.Value) ^ (cell.Column + 1)) * unchecked((long)0x9E3779B97F4A7C15);
            }
        }

        return key;
    }

    private static bool IsContiguous(RowBatch rows, int column, int count)
    {
        int changes = 0;
        double last = double.NaN;
        for (int row = 0; row < rows.RowCount; row++)
        {
            foreach (var cell in rows[row])
            {
                if (cell.Column == column)
                {
                    changes += cell.Value == last ? 0 : 1;
                    last = cell.Value;
                }
            }
        }

        return changes == count;
    }

    private static int Groups(RowBatch rows, List<int> columns)
    {
        var labels = new RunLabels(columns, false);
        return Enumerable.Range(0, rows.RowCount).Select(row => labels.KeyOf(rows[row])).Distinct().Count();
    }

    /// <summary>Counts the rows that do not lie behind the one before of the same run.</summary>
    private static int Backsteps(RowBatch rows, IReadOnlyList<double> places, List<int> columns)
    {
        var labels = new RunLabels(columns, false);
        var lasts = new Dictionary<long, double>();
        int count = 0;
        for (int row = 0; row < rows.RowCount; row++)
        {
            long key = labels.KeyOf(rows[row]);
            count += lasts.TryGetValue(key, out double last) && places[row] <= last ? 1 : 0;
            lasts[key] = places[row];
        }

        return count;
    }

    private static HashSet<double>[] ValuesOf(RowBatch rows, int count)
    {
        HashSet<double>[] values = [.. Enumerable.Range(0, count).Select(_ => new HashSet<double>())];
        for (int row = 0; row < rows.RowCount; row++)
        {
            foreach (var cell in rows[row])
            {
                if (cell.Column < count && values[cell.Column].Count <= rows.RowCount / 2)
                {
                    values[cell.Column].Add(cell.Value);
                }
            }
        }

        return values;
    }
}
