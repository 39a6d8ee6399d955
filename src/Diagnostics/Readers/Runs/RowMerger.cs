namespace TrainingDoctor.Readers.Runs;

/// <summary>
/// Merges neighbouring rows of very long runs: no rule needs millions of points, and each costs every rule its time. The first 32,768 rows pass as they are;
/// of the next, eight become one, with the mean of their values, and twice as many each time the run doubles. Values that are not finite, or far above
/// what was usual just before, pass at once and by themselves: they are what rules look for.
/// </summary>
internal sealed class RowMerger
{
    /// <summary>Rows that pass as they are.</summary>
    public const long Untouched = 32_768;

    /// <summary>Rows that become one just behind those.</summary>
    private const long FirstGroup = 8;

    /// <summary>How far above the mean of the group before a value has to be to pass by itself.</summary>
    private const double Outlying = 3;

    /// <summary>Weight of the newest group in what is usual.</summary>
    private const double Memory = 0.05;

    private readonly List<Slot> _slots = [];
    private readonly Dictionary<(Metric Metric, int Scope), Slot> _places = [];
    private long _rows;
    private long _inGroup;

    /// <summary>Gets the number of rows that make up one now.</summary>
    public long GroupSize { get; private set; } = 1;

    /// <summary>Takes the values of one row.</summary>
    /// <param name="values">The values.</param>
    /// <param name="pass">Filled with what is to be passed on for this row, if anything.</param>
    public void Add(List<(Metric Metric, int Scope, double Value)> values, List<(Metric Metric, int Scope, double Value)> pass)
    {
        pass.Clear();
        for (int i = 0; i < values.Count; i++)
        {
            var (metric, scope, value) = values[i];

            // Rows are alike: a value mostly stands where it stood in the rows before.
            var slot = i < _slots.Count && _slots[i] is var same && same.Metric == metric && same.Scope == scope ? same : SlotOf(metric, scope);
            if (!double.IsFinite(value) || (slot.Usual > 0 && value > Outlying * slot.Usual))
            {
                pass.Add((metric, scope, value));
                continue;
            }

            slot.Sum += value;
            slot.Last = value;
            slot.Count++;
        }

        if (++_inGroup >= GroupSize)
        {
            EndGroup(pass);
        }

        _rows++;
    }

    private void EndGroup(List<(Metric Metric, int Scope, double Value)> pass)
    {
        foreach (var slot in _slots)
        {
            if (slot.Count > 0)
            {
                double mean = slot.Sum / slot.Count;
                slot.Usual += slot.Usual == 0 ? mean : Memory * (mean - slot.Usual);
                pass.Add((slot.Metric, slot.Scope, slot.Metric is Metric.LearningRate or Metric.LossScale ? slot.Last : mean));
                slot.Sum = 0;
                slot.Count = 0;
            }
        }

        _inGroup = 0;
        GroupSize = FirstGroup << Math.Max(0, (int)Math.Log2((Untouched + _rows) / (double)Untouched));
    }

    private Slot SlotOf(Metric metric, int scope)
    {
        if (!_places.TryGetValue((metric, scope), out var slot))
        {
            slot = new Slot(metric, scope);
            _slots.Add(slot);
            _places.Add((metric, scope), slot);
        }

        return slot;
    }

    private sealed class Slot(Metric metric, int scope)
    {
        public Metric Metric { get; } = metric;

        public int Scope { get; } = scope;

        public double Sum { get; set; }

        public double Last { get; set; }

        public long Count { get; set; }

        public double Usual { get; set; }
    }
}
