using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.Placement;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Readers;
using TrainingDoctor.Snapshots;

namespace TrainingDoctor.Host.Fleet.Heaps;

/// <summary>
/// Has logs diagnosed by the hosts of a fleet. Each is given as much as it works on; what a host does not come back with, because it died, stands still or is slow, another one is given, and what comes first
/// counts. Hosts keep nothing of it, so that nothing is left behind, and nothing counts twice.
/// </summary>
/// <param name="cluster">Finds the hosts.</param>
/// <param name="sources">The logs.</param>
/// <param name="rules">The rules, by which the hosts must judge as well.</param>
/// <param name="task">What all parts of the heap have in common.</param>
internal sealed class HeapDiagnoses(IClusterClient cluster, IReadOnlyList<LogSource> sources, RuleSet rules, HeapTask task)
{
    /// <summary>Chunks that a host has at a time: one more than it works on, so that it never waits for this command.</summary>
    private const int ChunksPerHost = 4;

    /// <summary>Hosts that may die of a chunk until this command, too, leaves it alone.</summary>
    private const int MostFailures = 4;

    /// <summary>How often hosts may fail at a chunk without dying of it until this command does it itself.</summary>
    private const int MostAttempts = 16;

    /// <summary>How long a host that failed is given nothing: whether it is dead is known by then.</summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// For how long no host may be there. Who is there is asked of one of them, and where that one and another fail at once, the last one has too few votes to call them dead until their signs of life in the
    /// table are old: half a minute on a machine at rest, during which it works on.
    /// </summary>
    private static readonly TimeSpan Loneliness = TimeSpan.FromSeconds(90);

    /// <summary>How long a chunk takes at least until another host is given it as well.</summary>
    private static readonly TimeSpan Straggling = TimeSpan.FromSeconds(15);

    private readonly IReadOnlyList<HeapChunk> _chunks = HeapPlan.Cut(sources);
    private readonly ConcurrentDictionary<SiloAddress, string?> _refusals = new();
    private readonly ConcurrentDictionary<SiloAddress, long> _doubted = new();
    private readonly ConcurrentQueue<double> _seconds = new();

    /// <summary>Diagnoses all logs.</summary>
    /// <param name="progress">Told the place of each log that is done; null for nobody.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What came of each log.</returns>
    /// <exception cref="UsageException">No host answers, or none of them diagnoses these logs.</exception>
    public async Task<IReadOnlyList<DiagnosedLog>> RunAsync(Action<int>? progress, CancellationToken cancellation)
    {
        var working = new Dictionary<(SiloAddress Host, int Slot), Task>();
        long seen = Environment.TickCount64;
        while (_chunks.Any(chunk => chunk.Outcomes is null))
        {
            cancellation.ThrowIfCancellationRequested();
            var hosts = await HostsAsync().ConfigureAwait(false);
            if (hosts.Count > 0)
            {
                seen = Environment.TickCount64;
                if (hosts.All(_refusals.ContainsKey))
                {
                    throw new UsageException($"--cluster: {_refusals[hosts[0]]}");
                }
            }
            else if (Environment.TickCount64 - seen > Loneliness.TotalMilliseconds)
            {
                throw new UsageException("--cluster: no host of the fleet answers.");
            }

            foreach (var slot in hosts.Where(host => !_refusals.ContainsKey(host) && _doubted.GetValueOrDefault(host) <= Environment.TickCount64).SelectMany(host => Enumerable.Range(0, ChunksPerHost).Select(slot => (host, slot))))
            {
                if (!working.TryGetValue(slot, out var work) || work.IsCompleted)
                {
                    working[slot] = WorkAsync(slot.host, progress, cancellation);
                }
            }

            // What a slot throws is thrown here; most end because there is nothing to do for them at the moment.
            await Task.WhenAll(working.Values.Where(work => work.IsCompleted)).ConfigureAwait(false);
            await Task.WhenAny([.. working.Values.Where(work => !work.IsCompleted), Task.Delay(Rest, cancellation)]).ConfigureAwait(false);
        }

        var outcomes = new DiagnosedLog[sources.Count];
        foreach (var chunk in _chunks)
        {
            foreach (var (place, outcome) in chunk.Places.Zip(chunk.Outcomes!))
            {
                outcomes[place] = outcome;
            }
        }

        return outcomes;
    }

    private async Task<IReadOnlyList<SiloAddress>> HostsAsync()
    {
        try
        {
            return [.. (await cluster.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true).ConfigureAwait(false)).Keys];
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or ConnectionFailedException)
        {
            // The host that was asked is dying.
            return [];
        }
    }

    /// <summary>Gives a host one chunk after the other, as long as there are any for it.</summary>
    private async Task WorkAsync(SiloAddress host, Action<int>? progress, CancellationToken cancellation)
    {
        while (!_refusals.ContainsKey(host) && Next(host) is var (chunk, attempt))
        {
            long begun = Environment.TickCount64;
            IReadOnlyList<DiagnosedLog>? outcomes = null;
            try
            {
                outcomes = await AskAsync(host, chunk, attempt, cancellation).ConfigureAwait(false);
            }
            finally
            {
                if (chunk.End(host, outcomes, _refusals.ContainsKey(host)))
                {
                    _seconds.Enqueue((Environment.TickCount64 - begun) / 1000.0);
                    Array.ForEach(chunk.Places, place => progress?.Invoke(place));
                }
            }

            if (outcomes is null && chunk.Outcomes is null)
            {
                // A refusal is none of the chunk's doing.
                if (!_refusals.ContainsKey(host))
                {
                    _doubted[host] = Environment.TickCount64 + (long)Doubt.TotalMilliseconds;
                    GiveUp(chunk, cancellation);
                }

                return;
            }
        }
    }

    /// <summary>Chooses what a host does next: what nobody is at, else what somebody has been at for far longer than such takes.</summary>
    private (HeapChunk Chunk, int Attempt)? Next(SiloAddress host)
    {
        foreach (var chunk in _chunks)
        {
            if (chunk.Begin(host, mostHosts: 1) is { } attempt)
            {
                return (chunk, attempt);
            }
        }

        double[] known = [.. _seconds.Order()];
        var late = TimeSpan.FromSeconds(Math.Max(Straggling.TotalSeconds, known.Length > 0 ? 4 * known[known.Length / 2] : 0));
        foreach (var chunk in _chunks.Where(chunk => chunk.Outcomes is null && chunk.Going > late))
        {
            if (chunk.Begin(host, mostHosts: 2) is { } attempt)
            {
                return (chunk, attempt);
            }
        }

        return null;
    }

    /// <returns>Null where the host did not do it.</returns>
    private async Task<IReadOnlyList<DiagnosedLog>?> AskAsync(SiloAddress host, HeapChunk chunk, int attempt, CancellationToken cancellation)
    {
        // Each attempt is a grain of its own: one that stands still on its host must not be who is asked.
        var grain = cluster.GetGrain<IHeapGrain>(FormattableString.Invariant($"{task.Heap}/{chunk.Places[0]}/{attempt}"));
        var part = task with { Places = chunk.Places, Files = [.. chunk.Places.Select(place => sources[place].Path)], Names = [.. chunk.Places.Select(place => sources[place].Name)] };
        try
        {
            while (chunk.Outcomes is null)
            {
                cancellation.ThrowIfCancellationRequested();
                RequestContext.Set(IPlacementDirector.PlacementHintKey, host);
                var answer = await grain.DiagnoseAsync(part).ConfigureAwait(false);
                if (answer.Refusal is { } refusal)
                {
                    _refusals[host] = refusal;
                    return null;
                }

                if (!answer.IsGoing)
                {
                    return answer.Outcomes is null ? Diagnose(chunk, cancellation) : HeapOutcomes.Read(answer.Outcomes, rules);
                }
            }
        }
        catch (SnapshotException exception)
        {
            _refusals[host] = $"host {host.Endpoint} is another version of traindoctor: {exception.Message}";
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or ConnectionFailedException)
        {
            // It has died or stands still; the others are given what it had.
        }

        return null;
    }

    /// <summary>What no host can send is done here.</summary>
    private DiagnosedLog[] Diagnose(HeapChunk chunk, CancellationToken cancellation) =>
        [.. chunk.Places.Select(place => LogDiagnoses.OfOne(sources[place].With(sources[place].Options with { Parallelism = 1 }), rules, cancellation))];

    /// <summary>A log that hosts die of is told of, and not given to all of them; what they only fail at is done here.</summary>
    private void GiveUp(HeapChunk chunk, CancellationToken cancellation)
    {
        if (chunk.Outcomes is null && chunk.Going == TimeSpan.Zero && chunk.Failures >= MostFailures)
        {
            chunk.Keep([.. chunk.Places.Select(place => new DiagnosedLog([], new LogFormatException(sources[place].Path, FormattableString.Invariant($"{MostFailures} hosts did not come back with it or what was given to them with it; try it alone"))))]);
        }
        else if (chunk.Outcomes is null && chunk.Going == TimeSpan.Zero && chunk.Attempts >= MostAttempts)
        {
            chunk.Keep(Diagnose(chunk, cancellation));
        }
    }
}
