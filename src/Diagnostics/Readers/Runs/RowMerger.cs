using System.Runtime.CompilerServices;

namespace TrainingDoctor.Readers.Runs;

/// <summary>
/// Merges neighbouring rows of very long runs: no rule needs millions of points, and each costs every rule its time. The first 32,768 rows pass as they are;
/// of the next, eight become one, with the mean of their values, and twice as many each time the run doubles. What rules and readers look for passes by itself, at its own place: values that are not
/// finite or far above what was usual just before, the lowest and the highest so far, and those that stand out of their group in either direction.
/// </summary>
/// <param name="pass">Takes what is to be passed on, in the order of the rows.</param>
internal sealed class RowMerger(RowMerger.Passer pass)
{
    /// <summary>Rows that pass as they are.</summary>
    public const long Untouched = 32_768;

    /// <summary>Rows that become one just behind those.</summary>
    private const long FirstGroup = 8;

    /// <summary>How far above the mean of the group before a value has to be to pass by itself.</summary>
    private const double Outlying = 3;

    /// <summary>How far from the mean of its group, in usual distances between a group's lowest and highest, a value has to be to pass by itself; of noise, one in ten thousand groups of eight has such a one.</summary>
    private const double Standing = 1.5;

    /// <summary>Weight of the newest group in what is usual.</summary>
    private const double Memory = 0.05;

    private readonly List<Slot> _slots = [];
    private readonly Dictionary<(Metric Metric, int Scope), Slot> _bySeries = [];
    private readonly List<RowPlace> _places = [];
    private readonly List<Kept> _kept = [];
    private readonly List<(Metric Metric, int Scope, double Value)> _row = new(8);
    private long _rows;
    private long _inGroup;

    /// <summary>Takes what is passed on of one row.</summary>
    /// <param name="place">Where the row stands.</param>
    /// <param name="values">Its values; theirs is the list until the call ends.</param>
    public delegate void Passer(RowPlace place, List<(Metric Metric, int Scope, double Value)> values);

    /// <summary>Gets the number of rows that make up one now.</summary>
    public long GroupSize { get; private set; } = 1;

    /// <summary>Gets a value indicating whether rows wait for the end of their group.</summary>
    public bool IsHolding => _places.Count > 0;

    /// <summary>Gets the step of the last row that waits.</summary>
    public long Step => _places[^1].Step;

    /// <summary>Takes the values of one row.</summary>
    /// <param name="place">Where the row stands.</param>
    /// <param name="values">The values.</param>
    public void Add(RowPlace place, List<(Metric Metric, int Scope, double Value)> values)
    {
        bool turns = false;
        _places.Add(place);
        for (int i = 0; i < values.Count; i++)
        {
            var (metric, scope, value) = values[i];

            // Rows are alike: a value mostly stands where it stood in the rows before.
            var slot = i < _slots.Count && _slots[i] is var same && same.Metric == metric && same.Scope == scope ? same : SlotOf(metric, scope);
            bool isFinite = double.IsFinite(value);
            turns |= !isFinite && !slot.IsBroken;
            slot.IsBroken = !isFinite;
            if (!isFinite || (slot.Usual > 0 && value > Outlying * slot.Usual))
            {
                Keep(_places.Count - 1, metric, scope, value);
            }
            else
            {
                slot.Add(_places.Count - 1, value);
            }
        }

        // The first of many values that are not finite is told of at once: somebody may be waiting for it.
        if (++_inGroup >= GroupSize || turns)
        {
            EndGroup();
        }

        _rows++;
    }

    /// <summary>Keeps a row that is of another kind, and passes as it is in its turn.</summary>
    /// <param name="place">Where the row stands.</param>
    /// <param name="values">Its values.</param>
    public void Hold(RowPlace place, List<(Metric Metric, int Scope, double Value)> values)
    {
        _places.Add(place);
        foreach (var (metric, scope, value) in values)
        {
            Keep(_places.Count - 1, metric, scope, value);
        }
    }

    /// <summary>Passes on what waits; what the last row told, as it was told.</summary>
    public void End()
    {
        foreach (var slot in _slots.Where(slot => slot.Count > 0 && slot.LastPlace == _places.Count - 1))
        {
            Keep(slot.LastPlace, slot.Metric, slot.Scope, slot.Take(slot.Last, slot.LastPlace));
        }

        EndGroup();
    }

    private void EndGroup()
    {
        foreach (var slot in _slots)
        {
            if (slot.Count > 0)
            {
                EndSlot(slot);
            }

            slot.Clear();
        }

        // A stable order: rows as they stood, and of one row what was kept of it before what became of its group.
        _kept.Sort((one, other) => one.Place != other.Place ? one.Place.CompareTo(other.Place) : one.Number.CompareTo(other.Number));
        for (int i = 0; i < _kept.Count;)
        {
            int place = _kept[i].Place;
            _row.Clear();
            for (; i < _kept.Count && _kept[i].Place == place; i++)
            {
                _row.Add((_kept[i].Metric, _kept[i].Scope, _kept[i].Value));
            }

            pass(_places[place], _row);
        }

        _kept.Clear();
        _places.Clear();
        _inGroup = 0;
        GroupSize = FirstGroup << Math.Max(0, (int)Math.Log2((Untouched + _rows) / (double)Untouched));
    }

    private void EndSlot(Slot slot)
    {
        double mean = slot.Sum / slot.Count;
        double reach = slot.Spread > 0 ? Standing * slot.Spread : double.PositiveInfinity;
        slot.Spread += (slot.Spread == 0 ? 1 : Memory) * (Math.Min(slot.High - slot.Low, 2 * reach) - slot.Spread);
        bool passesLow = (slot.Low < slot.Lowest || mean - slot.Low > reach) && slot.LowPlace != slot.KeptPlace;
        bool passesHigh = (slot.High > slot.Highest || slot.High - mean > reach) && slot.HighPlace != slot.KeptPlace && !(passesLow && slot.HighPlace == slot.LowPlace);
        (slot.Lowest, slot.Highest) = (Math.Min(slot.Lowest, slot.Low), Math.Max(slot.Highest, slot.High));
        if (passesLow)
        {
            Keep(slot.LowPlace, slot.Metric, slot.Scope, slot.Take(slot.Low, slot.LowPlace));
        }

        if (passesHigh)
        {
            Keep(slot.HighPlace, slot.Metric, slot.Scope, slot.Take(slot.High, slot.HighPlace));
        }

        mean = slot.Count > 0 ? slot.Sum / slot.Count : mean;
        slot.Usual += slot.Usual == 0 ? mean : Memory * (mean - slot.Usual);

        // A schedule is told by where it came to, all else by what it was on the way.
        bool isSet = slot.Metric is Metric.LearningRate or Metric.LossScale;
        if (isSet ? slot.KeptPlace != slot.LastPlace : slot.Count > 0)
        {
            Keep(slot.KeptPlace == slot.LastPlace ? slot.PlaceBefore : slot.LastPlace, slot.Metric, slot.Scope, isSet ? slot.Last : mean);
        }
    }

    private void Keep(int place, Metric metric, int scope, double value) => _kept.Add(new Kept(place, _kept.Count, metric, scope, value));

    private Slot SlotOf(Metric metric, int scope)
    {
        if (!_bySeries.TryGetValue((metric, scope), out var slot))
        {
            slot = new Slot(metric, scope);
            _slots.Add(slot);
            _bySeries.Add((metric, scope), slot);
        }

        return slot;
    }

    /// <summary>A value that is passed on: of which row of the group, and the how many-eth it is.</summary>
    private readonly record struct Kept(int Place, int Number, Metric Metric, int Scope, double Value);

    /// <summary>One series: its values in the present group, and what is usual.</summary>
    private sealed class Slot(Metric metric, int scope)
    {
        public Metric Metric { get; } = metric;

        public int Scope { get; } = scope;

        public double Sum { get; private set; }

        public long Count { get; private set; }

        public double Last { get; private set; }

        public int LastPlace { get; private set; }

        public int PlaceBefore { get; private set; }

        public double Low { get; private set; } = double.PositiveInfinity;

        public int LowPlace { get; private set; }

        public double High { get; private set; } = double.NegativeInfinity;

        public int HighPlace { get; private set; }

        public double Usual { get; set; }

        public double Spread { get; set; }

        public double Lowest { get; set; } = double.PositiveInfinity;

        public double Highest { get; set; } = double.NegativeInfinity;

        public bool IsBroken { get; set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(int place, double value)
        {
            Sum += value;
            Count++;
            (Last, PlaceBefore, LastPlace) = (value, LastPlace, place);
            (Low, LowPlace) = value < Low ? (value, place) : (Low, LowPlace);
            (High, HighPlace) = value > High ? (value, place) : (High, HighPlace);
        }

        /// <summary>Gets the last row whose value was taken; -1 for none.</summary>
        public int KeptPlace { get; private set; } = -1;

        /// <summary>Takes a value out of the group's mean, since it passes by itself.</summary>
        public double Take(double value, int place)
        {
            Sum -= value;
            Count--;
            KeptPlace = Math.Max(KeptPlace, place);
            return value;
        }

        public void Clear() => (Sum, Count, Low, High, KeptPlace) = (0, 0, double.PositiveInfinity, double.NegativeInfinity, -1);
    }
}

/// <summary>Where a row stands.</summary>
/// <param name="Step">Its step.</param>
/// <param name="Epoch">Its epoch; NaN where it tells none.</param>
/// <param name="Time">Its time; NaN where it tells none.</param>
internal readonly record struct RowPlace(long Step, double Epoch, double Time);
