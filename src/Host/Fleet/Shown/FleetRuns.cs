using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Newtonsoft.Json.Linq;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using TrainingDoctor.Host.Fleet.Grains;
using TrainingDoctor.Host.Fleet.Records;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Fleet.Shown;

/// <summary>The runs of all hosts, shown by any of them. Lists come from the database, whoever holds the runs; a report comes from the host that holds its run, or takes it up to write it.</summary>
/// <param name="local">The runs of this host, which may follow logs as well.</param>
/// <param name="store">The records.</param>
/// <param name="views">What is shown.</param>
/// <param name="snapshots">What runs had come to.</param>
/// <param name="options">What is taken; its rules judge runs that are compared.</param>
/// <param name="language">The language of reports for people.</param>
/// <param name="logs">What the runs of followed logs are called.</param>
/// <param name="followers">Finds the host that follows a log, by the shared name of its run.</param>
/// <param name="grains">Finds the host of a run.</param>
internal sealed class FleetRuns(BoardRuns local, RecordStore store, ViewStore views, HeldSnapshots snapshots, ReceivingOptions options, ReportLanguage language, LogNames logs, Func<string, SiloAddress?> followers, Func<IGrainFactory> grains) : BackgroundService, IShownRuns
{
    private const int Attempts = 5;

    /// <summary>How many times as long as summing all runs up took, it is left alone.</summary>
    private const int PausePerSum = 20;

    private static readonly RunReading Away = new(StatusCodes.Status503ServiceUnavailable, "The host that holds this run does not answer at present, or the database is away.");

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan SumPeriod = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Known> _runs = new(StringComparer.Ordinal);
    private readonly ChangeCounter _changes = new();
    private readonly SemaphoreSlim _comparing = new(1);
    private string _mark = "0";

    /// <summary>By project; under the empty name those of none.</summary>
    private volatile IReadOnlyDictionary<string, RunTotals> _totals = new Dictionary<string, RunTotals>();

    /// <inheritdoc/>
    public long Version => _changes.Version;

    /// <inheritdoc/>
    public IReadOnlyList<ShownRun> Runs
    {
        get
        {
            lock (_lock)
            {
                return [.. _runs.Values.OrderBy(known => known.View.Key).Select(known => known.Run)];
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>A few seconds old: a million runs are not summed up each second.</remarks>
    public RunTotals TotalsOf(RunAccess access)
    {
        var totals = _totals;
        return access.Project is { } project ? totals.GetValueOrDefault(project, RunTotals.None) : totals.Values.Aggregate(RunTotals.None, (sum, one) => sum + one);
    }

    /// <inheritdoc/>
    public IReadOnlyList<object> UnreadOf(RunAccess access) => local.UnreadOf(access);

    /// <inheritdoc/>
    public Task<long> WaitForChangeAsync(long seenVersion, CancellationToken cancellation) => _changes.WaitAsync(seenVersion, cancellation);

    /// <inheritdoc/>
    public async Task<RunReading> ReadAsync(string id, RunFormat format, string? known, CancellationToken cancellation)
    {
        try
        {
            // A name that nobody ever sent costs no run.
            if (!RunName.IsValidId(id) || await store.FindAsync(id, cancellation) is null)
            {
                return IsListed(id) ? await AskLogAsync(id, format, known, cancellation) : BoardRuns.NoSuchRun;
            }

            for (int attempt = 1; attempt <= Attempts; attempt++)
            {
                if (await AskAsync(id, format, known, cancellation) is { } reading)
                {
                    return reading;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt), cancellation);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            // What another host throws arrives as whatever could be made of it here.
            return Away;
        }

        return Away;
    }

    /// <inheritdoc/>
    /// <remarks>Both are judged again from their records: what was measured of a run leaves its host no other way.</remarks>
    public async Task<RunReading> CompareAsync(string good, string id, RunFormat format, string? known, CancellationToken cancellation)
    {
        await _comparing.WaitAsync(cancellation);
        try
        {
            var first = await store.FindAsync(good, cancellation);
            var second = await store.FindAsync(id, cancellation);
            if (first is null || second is null)
            {
                return await local.CompareAsync(logs.OwnOf(good) ?? good, logs.OwnOf(id) ?? id, format, known, cancellation);
            }

            string tag = FormattableString.Invariant($"\"{second.NextLine}-{first.NextLine}\"");
            byte[]? firstKnown = await snapshots.FindAsync(first, cancellation);
            byte[]? secondKnown = await snapshots.FindAsync(second, cancellation);
            return await Task.Run(() => BoardRuns.Compare(Judge(good, first, firstKnown), Judge(id, second, secondKnown), format, language, tag, known), cancellation);
        }
        catch (IntakeAwayException)
        {
            return Away;
        }
        finally
        {
            _comparing.Release();
        }
    }

    /// <inheritdoc/>
    public RunReading ReadTable(RunAccess access) =>
        new(StatusCodes.Status200OK, FleetTable.Render([.. Runs.Where(run => access.Sees(run.Id)).Select(run => (JObject)run.Summary())], TotalsOf(access), language));

    /// <inheritdoc/>
    public override void Dispose()
    {
        _comparing.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        (long summed, var rest, bool isUnsummed) = (0L, SumPeriod, false);
        using var timer = new PeriodicTimer(Period);
        do
        {
            try
            {
                var (changed, mark) = await views.ReadAsync(_mark, options.MaxRuns, stoppingToken);
                _mark = mark;
                isUnsummed |= changed.Count > 0;
                bool isNews = false;
                if (isUnsummed && Stopwatch.GetElapsedTime(summed) >= rest)
                {
                    long begun = Stopwatch.GetTimestamp();
                    var totals = await views.TotalsAsync(stoppingToken);
                    (isNews, _totals, isUnsummed, summed) = (!totals.ToHashSet().SetEquals(_totals), totals, false, Stopwatch.GetTimestamp());
                    rest = SumPeriod + (PausePerSum * Stopwatch.GetElapsedTime(begun, summed));
                }

                Show(changed, isNews);
            }
            catch (IntakeAwayException)
            {
                // What was shown stays; whoever writes says that the database is away.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private (DiagnosisReport Report, SharedTrace? Trace) Judge(string id, RecordEnd end, byte[]? snapshot)
    {
        using var run = new ReceivedRun(id, options.Rules, new FleetRecord(store, id, end, options.RecordLimit), _ => { }, snapshot);
        var watched = RunJudge.Supervised(run, run.Look)!;
        return (watched.Report, watched.Trace);
    }

    /// <summary>Asks the host of a run.</summary>
    /// <returns>Null when another host has gone on with it meanwhile.</returns>
    private async Task<RunReading?> AskAsync(string id, RunFormat format, string? known, CancellationToken cancellation)
    {
        try
        {
            return await grains().GetGrain<IRunGrain>(id).ReadAsync(format, known).WaitAsync(cancellation) is not { } read ? BoardRuns.NoSuchRun
                : read.Status == 0 ? null
                : new RunReading(read.Status, read.Content, read.Tag);
        }
        catch (SiloUnavailableException)
        {
            return null;
        }
    }

    private bool IsListed(string id)
    {
        lock (_lock)
        {
            return _runs.ContainsKey(id);
        }
    }

    /// <summary>Asks the host that follows a log.</summary>
    private async Task<RunReading> AskLogAsync(string id, RunFormat format, string? known, CancellationToken cancellation)
    {
        var away = new RunReading(StatusCodes.Status404NotFound, "The host that follows this log is away.");
        if (followers(id) is not { } host)
        {
            return away;
        }

        // Of no use anywhere else, whoever asks first.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, host);
        try
        {
            return await grains().GetGrain<ILogGrain>(id).ReadAsync(format, known).WaitAsync(cancellation) is { } read ? new RunReading(read.Status, read.Content, read.Tag) : away;
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }
    }

    private void Show(IReadOnlyList<StoredView> changed, bool isNews)
    {
        lock (_lock)
        {
            foreach (var view in changed.Reverse().Where(view => !_runs.TryGetValue(view.Id, out var known) || known.View.Changed != view.Changed))
            {
                long version = _changes.Advance();
                _runs[view.Id] = new Known(view, new ShownRun(view.Id, version, () => Summarize(view, version)));
            }

            // Sums that have changed are news as well.
            if (isNews)
            {
                _changes.Advance();
            }

            while (_runs.Count > options.MaxRuns)
            {
                _runs.Remove(_runs.Values.OrderBy(known => !known.View.IsEnded).ThenBy(known => known.Run.Version).First().View.Id);
            }
        }
    }

    /// <summary>Versions are counted by each host for itself, as those who ask it compare them.</summary>
    private static JObject Summarize(StoredView view, long version)
    {
        var summary = ViewStore.Parse(view.Summary);
        summary["version"] = version;
        summary["order"] = view.Key;
        return summary;
    }

    private sealed record Known(StoredView View, ShownRun Run);
}
