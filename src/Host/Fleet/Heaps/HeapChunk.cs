using System.Diagnostics;
using Orleans.Runtime;
using TrainingDoctor.Host.Reporting;

namespace TrainingDoctor.Host.Fleet.Heaps;

/// <summary>Some logs of a heap on their way through the hosts. What comes first of them counts, and counts once. Safe for concurrent use.</summary>
/// <param name="places">The places of the logs among all.</param>
internal sealed class HeapChunk(int[] places)
{
    private readonly Lock _lock = new();
    private readonly HashSet<SiloAddress> _working = [];
    private readonly HashSet<SiloAddress> _failed = [];
    private IReadOnlyList<DiagnosedLog>? _outcomes;
    private long _begun;

    /// <summary>Gets the places of the logs among all.</summary>
    public int[] Places => places;

    /// <summary>Gets how many hosts have begun with it.</summary>
    public int Attempts { get; private set; }

    /// <summary>Gets how many hosts did not come back with it, each life of one counted once.</summary>
    public int Failures
    {
        get
        {
            lock (_lock)
            {
                return _failed.Count;
            }
        }
    }

    /// <summary>Gets what came of it; null where nothing has yet.</summary>
    public IReadOnlyList<DiagnosedLog>? Outcomes
    {
        get
        {
            lock (_lock)
            {
                return _outcomes;
            }
        }
    }

    /// <summary>Gets how long a host has been at it; zero where none is.</summary>
    public TimeSpan Going
    {
        get
        {
            lock (_lock)
            {
                return _working.Count > 0 ? Stopwatch.GetElapsedTime(_begun) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Notes that a host begins with it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="mostHosts">How many may be at it at a time.</param>
    /// <returns>The number of the attempt; null where there is nothing to do for this host.</returns>
    public int? Begin(SiloAddress host, int mostHosts)
    {
        lock (_lock)
        {
            if (_outcomes is not null || _working.Count >= mostHosts || !_working.Add(host))
            {
                return null;
            }

            _begun = Stopwatch.GetTimestamp();
            return ++Attempts;
        }
    }

    /// <summary>Notes that a host is no longer at it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="outcomes">What came of it; null where nothing did.</param>
    /// <param name="isRefused">Whether the host did not even begin, so that this tells nothing of the chunk.</param>
    /// <returns>Whether this was what counts.</returns>
    public bool End(SiloAddress host, IReadOnlyList<DiagnosedLog>? outcomes, bool isRefused = false)
    {
        lock (_lock)
        {
            _working.Remove(host);
            if (outcomes is null && _outcomes is null && !isRefused)
            {
                _failed.Add(host);
            }

            return outcomes is not null && Keep(outcomes);
        }
    }

    /// <summary>Notes what came of it, wherever.</summary>
    /// <param name="outcomes">What came of it.</param>
    /// <returns>Whether this was what counts.</returns>
    public bool Keep(IReadOnlyList<DiagnosedLog> outcomes)
    {
        lock (_lock)
        {
            bool isFirst = _outcomes is null;
            _outcomes ??= outcomes;
            return isFirst;
        }
    }
}
