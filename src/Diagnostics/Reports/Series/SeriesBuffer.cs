namespace TrainingDoctor.Reports.Series;

/// <summary>
/// One metric of one scope in constant memory: the run is cut into equal spans of steps, each of which keeps its smallest and largest value and the mean.
/// When the run outgrows the spans, neighbours are merged and each span covers twice as many steps, so that a peak is never lost.
/// </summary>
/// <remarks>
/// What is kept depends on steps and values alone, not on when they arrive: a replayed run keeps what the live run kept. What it keeps is gathered by loops: LINQ over a value type would have to be compiled
/// before the first report is seen, and many small logs have a handful of curves each.
/// </remarks>
/// <param name="capacity">The number of spans; even.</param>
internal sealed class SeriesBuffer(int capacity)
{
    private Span[] _spans = new Span[Math.Min(8, capacity)];
    private long _origin;
    private ulong _stride = 1;
    private int _count;
    private SeriesPoint _first;
    private SeriesPoint _last;

    public void Add(long step, double value)
    {
        if (_count == 0)
        {
            _origin = step;
            _first = _last = new SeriesPoint(step, value);
        }
        else if (step >= _last.Step)
        {
            _last = new SeriesPoint(step, value);
        }

        // As the difference of two longs may be longer than a long; a step below the first, which no source should give, counts to the first.
        ulong distance = step > _origin ? (ulong)step - (ulong)_origin : 0;
        while (distance / _stride >= (ulong)capacity)
        {
            MergeNeighbours();
        }

        long index = (long)(distance / _stride);

        if (index >= _spans.Length)
        {
            Array.Resize(ref _spans, (int)Math.Min(capacity, Math.Max(index + 1, 2L * _spans.Length)));
        }

        _count = Math.Max(_count, (int)index + 1);
        _spans[index].Add(step, value);
    }

    /// <summary>Returns what was kept, by step: one or two finite values of each span, its first value that is not finite, and the ends of the whole, which are told beside a curve.</summary>
    public SeriesPoint[] Points()
    {
        var kept = new List<SeriesPoint>(_count + 2);
        for (int i = 0; i < _count; i++)
        {
            _spans[i].AddTo(kept);
        }

        if (kept.Count > 0 && kept[0].Step > _first.Step)
        {
            kept.Insert(0, _first);
        }

        if (kept.Count > 0 && kept[^1].Step < _last.Step)
        {
            kept.Add(_last);
        }

        return kept.ToArray();
    }

    /// <summary>Returns the spans that the run was cut into, with the mean of each; null as long as each holds one step, so that nothing was thinned out.</summary>
    public SeriesSpans? Spans() => _stride == 1 ? null : new SeriesSpans(_origin, (long)Math.Min(_stride, long.MaxValue), [.. _spans.Take(_count).Select(span => span.Mean)]);

    private void MergeNeighbours()
    {
        int merged = 0;
        for (int i = 0; i < _count; i += 2)
        {
            var span = _spans[i];
            if (i + 1 < _count)
            {
                span.Add(_spans[i + 1]);
            }

            _spans[merged++] = span;
        }

        Array.Clear(_spans, merged, _count - merged);
        _count = merged;
        _stride *= 2;
    }

    private struct Span
    {
        private bool _hasFinite;
        private bool _hasNonFinite;
        private SeriesPoint _minimum;
        private SeriesPoint _maximum;
        private SeriesPoint _nonFinite;
        private double _mean;
        private long _finite;

        /// <summary>Gets the mean of the finite values; null when there is none.</summary>
        public readonly double? Mean => _hasFinite ? _mean : null;

        public void Add(long step, double value)
        {
            var point = new SeriesPoint(step, value);
            if (!double.IsFinite(value))
            {
                if (!_hasNonFinite)
                {
                    _hasNonFinite = true;
                    _nonFinite = point;
                }

                return;
            }

            Include(point, point, value, 1);
        }

        public void Add(in Span later)
        {
            if (later._hasFinite)
            {
                Include(later._minimum, later._maximum, later._mean, later._finite);
            }

            if (later._hasNonFinite)
            {
                Add(later._nonFinite.Step, later._nonFinite.Value);
            }
        }

        /// <summary>Takes values by their extremes, their mean and their number. The mean moves by a share of the distance, so that no sum can overflow.</summary>
        private void Include(SeriesPoint minimum, SeriesPoint maximum, double mean, long count)
        {
            if (!_hasFinite || minimum.Value < _minimum.Value)
            {
                _minimum = minimum;
            }

            if (!_hasFinite || maximum.Value > _maximum.Value)
            {
                _maximum = maximum;
            }

            _finite += count;
            double share = (double)count / _finite;
            _mean = (_mean * (1 - share)) + (mean * share);
            _hasFinite = true;
        }

        /// <summary>Appends what was kept, by step.</summary>
        public readonly void AddTo(List<SeriesPoint> kept)
        {
            int from = kept.Count;
            if (_hasFinite)
            {
                kept.Add(_minimum);
                if (_maximum.Step != _minimum.Step)
                {
                    Insert(_maximum, kept, from);
                }
            }

            if (_hasNonFinite)
            {
                Insert(_nonFinite, kept, from);
            }
        }

        private static void Insert(SeriesPoint point, List<SeriesPoint> kept, int from)
        {
            int place = kept.Count;
            while (place > from && kept[place - 1].Step > point.Step)
            {
                place--;
            }

            kept.Insert(place, point);
        }
    }
}
