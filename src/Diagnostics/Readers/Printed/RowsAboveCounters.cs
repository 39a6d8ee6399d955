using System.Text;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>What was measured stands above its counter: <c>Train Loss: 0.52</c> over <c>Epoch: 3 | Val Acc: 0.81</c>. It waits until the counter comes.</summary>
internal sealed class RowsAboveCounters
{
    private readonly List<Cell> _cells = [];

    private double _step = double.NaN;

    private RowsAboveCounters()
    {
    }

    /// <summary>How often counters must stand so, within how many lines.</summary>
    private static (int Rounds, int Lines) Least { get; } = (3, 300);

    /// <summary>Gets a value indicating whether the counter of what waits has come.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>Gets a value indicating whether anything waits.</summary>
    public bool IsEmpty => _cells.Count == 0;

    /// <summary>Looks for such rows in the beginning of a log; null where counters come first, as they mostly do.</summary>
    /// <param name="head">The beginning of a log.</param>
    /// <param name="roles">What words mean.</param>
    public static RowsAboveCounters? Find(ReadOnlySpan<byte> head, TextRoles roles)
    {
        var fields = new FieldReader(roles);
        var numbers = new List<LabelledNumber>();
        var names = new List<string>();
        string? first = null;
        int rounds = 0;
        bool isDivided = false;
        for (int line = 0; line < Least.Lines && !head.IsEmpty; line++)
        {
            var bytes = LineBlock.NextLine(ref head);
            string text = bytes.Length > 400 ? string.Empty : LinePrefix.Remove(LineDecorations.Remove(Encoding.UTF8.GetString(bytes)));
            numbers.Clear();
            fields.Read(text, numbers);
            numbers.RemoveAll(number => number.Aside != NumberAside.None);
            bool counts = numbers.Exists(number => number.IsBareCounter || roles.Of(number.Label).Kind is RoleKind.Epoch or RoleKind.Step);
            bool measures = numbers.Exists(number => roles.Of(number.Label) is { Kind: RoleKind.Metric, Metric: not Metric.LearningRate });
            if (!counts && !measures)
            {
                isDivided |= !text.AsSpan().ContainsAnyInRange('0', '9') && names.Count > 0;
                continue;
            }

            if (measures && !counts)
            {
                names.AddRange(numbers.Select(number => number.Label));
                isDivided = false;
                continue;
            }

            if (names.Count == 0)
            {
                if (first is null)
                {
                    return null;
                }

                continue;
            }

            if (names.Distinct(StringComparer.Ordinal).Count() < names.Count)
            {
                return null;
            }

            // What a line divides from the counter below it is of the one above; other names are of something else.
            string round = string.Join('\n', names);
            if (isDivided || round != (first ??= round))
            {
                return null;
            }

            names.Clear();
            rounds++;
        }

        return rounds >= Least.Rounds && names.Count == 0 ? new RowsAboveCounters() : null;
    }

    /// <summary>Lets what was measured wait.</summary>
    public void Add(IEnumerable<Cell> cells) => _cells.AddRange(cells);

    /// <summary>Notes the counter of what waits.</summary>
    /// <param name="step">Its step; NaN where it is none.</param>
    public void Count(double step)
    {
        IsCounted = !IsEmpty;
        _step = double.IsNaN(step) ? _step : step;
    }

    /// <summary>Hands out what waits.</summary>
    /// <param name="cells">Takes it.</param>
    /// <returns>The step that came after it; NaN where none did.</returns>
    public double Take(List<Cell> cells)
    {
        cells.AddRange(_cells.Where(cell => !cells.Exists(other => other.Column == cell.Column)));
        _cells.Clear();
        IsCounted = false;
        double step = _step;
        _step = double.NaN;
        return step;
    }
}
