namespace TrainingDoctor.Reports.Series;

/// <summary>The distributions of one tensor in constant memory: when there are too many, every second is let go of, and from then on every second that comes.</summary>
/// <remarks>What is kept depends on the order alone: a replayed run keeps what the live run kept.</remarks>
internal sealed class DistributionBuffer
{
    private const int Most = 64;

    private readonly List<Distribution> _kept = [];
    private long _stride = 1;
    private long _seen;

    /// <summary>Gets what was kept, by step.</summary>
    public IReadOnlyList<Distribution> Kept => _kept;

    /// <summary>Takes the next.</summary>
    public void Add(Distribution distribution)
    {
        if (_seen++ % _stride != 0)
        {
            return;
        }

        if (_kept.Count == Most)
        {
            for (int i = 0; i < Most / 2; i++)
            {
                _kept[i] = _kept[2 * i];
            }

            _kept.RemoveRange(Most / 2, Most / 2);
            _stride *= 2;
        }

        _kept.Add(distribution);
    }
}
