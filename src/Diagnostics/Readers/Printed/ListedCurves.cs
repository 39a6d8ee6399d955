using TrainingDoctor.Names;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Curves that are printed whole, each in a list behind its name: <c>train_losses = [2.3, 1.9, 1.5]</c>.</summary>
/// <param name="facts">What is known of the log.</param>
/// <param name="roles">What words mean.</param>
internal sealed class ListedCurves(LogFacts facts, TextRoles roles)
{
    /// <summary>Shorter lists are of parts or classes.</summary>
    private const int Shortest = 3;

    private readonly Dictionary<string, double[]> _curves = new(StringComparer.Ordinal);
    private readonly HashSet<string> _repeated = new(StringComparer.Ordinal);

    /// <summary>Takes the lists of a line, and leaves out of its numbers those that are curves.</summary>
    public void Take(List<(string Label, double[] Values)> lists, List<LabelledNumber> numbers)
    {
        bool counts = numbers.Exists(number => number.Listed == 0 && number.Aside == NumberAside.None && roles.Of(number.Label).Kind is RoleKind.Step or RoleKind.Epoch);
        foreach (var (label, values) in lists)
        {
            if (!counts && values.Length >= Shortest && roles.Of(label).Kind == RoleKind.Metric && !_repeated.Contains(label))
            {
                if (_curves.ContainsKey(label))
                {
                    _repeated.Add(label);
                }

                _curves[label] = values;
                int index = numbers.FindIndex(number => number.Listed > 0 && number.Label == label);
                numbers[index] = numbers[index] with { Aside = NumberAside.Element };
            }
        }
    }

    /// <summary>Adds the curves, where nothing else was measured.</summary>
    public void End(RowBatch rows, bool hasMeasured)
    {
        if (hasMeasured || _curves.Count == 0)
        {
            return;
        }

        var curves = _curves.Where(curve => !_repeated.Contains(curve.Key)).Select(curve => (Column: facts.Columns.Intern(curve.Key), curve.Value)).Where(curve => curve.Column >= 0).ToList();
        int epoch = facts.Columns.Intern("epoch");
        for (int i = 0; i < curves.Select(curve => curve.Value.Length).DefaultIfEmpty().Max(); i++)
        {
            rows.Add(epoch, i + 1);
            foreach (var (column, values) in curves)
            {
                if (i < values.Length)
                {
                    rows.Add(column, values[i]);
                }
            }

            rows.EndRow();
        }
    }
}
