using System.Collections.Frozen;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>Columns that name their run: <c>fold_0/loss</c> beside <c>fold_1/loss</c>, <c>loss-r1</c> beside <c>loss-r2</c>, <c>run_a_loss</c> beside <c>run_b_loss</c>, <c>sgd_loss</c> beside <c>adam_loss</c>. Each run is read with the columns of its own, and those that all share.</summary>
internal sealed class ColumnRuns
{
    private static readonly FrozenSet<string> Words = Lexicon.Words("runs", "beside");

    private static readonly FrozenSet<string> Compared = Lexicon.Words("runs", "compared");

    private static readonly FrozenSet<string> Optimizers = Lexicon.Words("runs", "optimizers");

    private readonly Dictionary<int, (int Run, int Column)> _columns;
    private readonly int _count;

    private ColumnRuns(Dictionary<int, (int Run, int Column)> columns, int count) => (_columns, _count) = (columns, count);

    /// <summary>Finds runs in the names of columns.</summary>
    /// <returns>Null when there are none: every loss, or every score where no loss is logged, has to name its run.</returns>
    public static ColumnRuns? Find(ColumnTable columns)
    {
        var named = new Dictionary<int, (string Run, string Name)>();
        var unnamed = new List<ColumnRole>();
        for (int id = 0; id < columns.Count; id++)
        {
            if (columns[id].Given is not null)
            {
                continue;
            }

            if (Split(columns[id].Name) is { } split && ColumnClassifier.Classify(split.Name).Kind == RoleKind.Metric)
            {
                named.Add(id, split);
            }
            else if (ColumnClassifier.Classify(columns[id].Name) is { Kind: RoleKind.Metric, Metric: Metric.Loss or Metric.Accuracy or Metric.Error or Metric.Reward } role)
            {
                unnamed.Add(role);
            }
        }

        var runs = named.Values.Select(item => item.Run).Distinct().ToList();
        var shared = named.Values.GroupBy(item => item.Name).Where(group => group.Count() > 1).Select(group => group.Key).ToList();
        bool losses = shared.Exists(name => ColumnClassifier.Classify(name).Metric == Metric.Loss);
        if (runs.Count < 2 || shared.TrueForAll(name => ColumnClassifier.Classify(name).Metric == Metric.LearningRate) || unnamed.Exists(role => role.Metric == Metric.Loss || !losses))
        {
            return null;
        }

        var found = new Dictionary<int, (int Run, int Column)>();
        foreach (var (id, (run, name)) in named)
        {
            found.Add(id, (runs.IndexOf(run), columns.Intern(name)));
        }

        return new ColumnRuns(found, runs.Count);
    }

    /// <summary>Puts the rows of one run behind those of the other.</summary>
    public RowBatch Arrange(RowBatch rows)
    {
        var arranged = new RowBatch();
        for (int run = 0; run < _count; run++)
        {
            arranged.MarkNext(RowMark.Run);
            for (int row = 0; row < rows.RowCount; row++)
            {
                bool has = false;
                foreach (var cell in rows[row])
                {
                    bool isNamed = _columns.TryGetValue(cell.Column, out var own);
                    has |= isNamed && own.Run == run;
                    if (!isNamed || own.Run == run)
                    {
                        arranged.Add(isNamed ? own.Column : cell.Column, cell.Value);
                    }
                }

                if (has)
                {
                    arranged.EndRow();
                }
                else
                {
                    arranged.DropRow();
                }
            }
        }

        return arranged;
    }

    /// <summary>Takes <c>fold 0</c>, <c>fold0</c>, <c>run a</c>, what is compared, and <c>r1</c> at the end, out of a name.</summary>
    private static (string Run, string Name)? Split(string name)
    {
        var words = ColumnName.Words(name);
        for (int i = 0; i < words.Count; i++)
        {
            string letters = words[i].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
            string digits = words[i][letters.Length..];
            int taken = 1;
            if (digits.Length == 0 && i + 1 < words.Count && RoleLexicon.IsNumber(words[i + 1]))
            {
                digits = words[i + 1];
                taken = 2;
            }

            if (words.Count > 1 && (Optimizers.Contains(words[i]) || (i == 0 && Compared.Contains(words[i].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')))))
            {
                string compared = words[i];
                words.RemoveAt(i);
                return (compared, string.Join('_', words));
            }

            if (digits.Length == 0 && words.Count > 2 && Words.Contains(words[i]) && i + 1 < words.Count && words[i + 1].Length == 1)
            {
                string letter = words[i] + words[i + 1];
                words.RemoveRange(i, 2);
                return (letter, string.Join('_', words));
            }

            if (digits.Length is > 0 and < 6 && (Words.Contains(letters) || (letters == "r" && taken == 1 && i > 0 && i == words.Count - 1)))
            {
                words.RemoveRange(i, taken);
                return words.Count == 0 ? null : (letters + digits, string.Join('_', words));
            }
        }

        return null;
    }
}
