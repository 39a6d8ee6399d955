namespace TrainingDoctor.Reports;

/// <summary>
/// One metric of one scope in constant memory: the run is cut into equal spans of steps, each of which keeps its smallest and largest value.
/// When the run outgrows the spans, neighbours are merged and each span covers twice as many steps, so that a peak is never lost.
/// </summary>
/// <remarks>What is kept depends on steps and values alone, not on when they arrive: a replayed run keeps what the live run kept.</remarks>
/// <param name="capacity">The number of spans; even.</param>
internal sealed class SeriesBuffer(int capacity)
{
    private Span[] _spans = new Span[Math.Min(8, capacity)];
    private long _origin;
    private ulong _stride = 1;
    private int _count;

    public void Add(long step, double value)
    {
        if (_count == 0)
        {
            _origin = step;
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

    /// <summary>Returns what was kept, by step: one or two finite values of each span, and its first value that is not finite.</summary>
    public IEnumerable<SeriesPoint> Points() => _spans.Take(_count).SelectMany(span => span.Points());

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

            if (!_hasFinite || value < _minimum.Value)
            {
                _minimum = point;
            }

            if (!_hasFinite || value > _maximum.Value)
            {
                _maximum = point;
            }

            _hasFinite = true;
        }

        public void Add(in Span later)
        {
            if (later._hasFinite)
            {
                Add(later._minimum.Step, later._minimum.Value);
                Add(later._maximum.Step, later._maximum.Value);
            }

            if (later._hasNonFinite)
            {
                Add(later._nonFinite.Step, later._nonFinite.Value);
            }
        }

        public readonly IEnumerable<SeriesPoint> Points()
        {
            var points = new List<SeriesPoint>(3);
            if (_hasFinite)
            {
                points.Add(_minimum);
                if (_maximum.Step != _minimum.Step)
                {
                    points.Add(_maximum);
                }
            }

            if (_hasNonFinite)
            {
                points.Add(_nonFinite);
            }

            return points.OrderBy(point => point.Step);
        }
    }
}
