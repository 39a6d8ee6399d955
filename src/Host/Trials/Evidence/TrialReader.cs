using System.Diagnostics;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Trials.Evidence;

/// <summary>Reads what a training tells, while it runs and when it is to be judged. Of several runs the one that tells most of its training counts.</summary>
/// <param name="places">Where it tells it.</param>
/// <param name="options">How logs are read.</param>
/// <param name="rules">The rules.</param>
internal sealed class TrialReader(EvidencePlaces places, LogReadOptions options, RuleSet rules)
{
    /// <summary>How many times as long as a reading took, a log is left alone.</summary>
    private const int PausePerReading = 4;

    private readonly List<Followed> _followed = [];
    private RunReading? _last;
    private long _readAt = Stopwatch.GetTimestamp();
    private long _size = -1;
    private TimeSpan _rest;

    /// <summary>Looks how far the training has come.</summary>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>The curves by now; null where nothing was measured yet.</returns>
    public RunCurves? Look(CancellationToken cancellation) => places.IsRecorded ? Follow(cancellation)?.Curves : Reread(cancellation)?.Curves;

    /// <summary>Judges the training by now, as one that goes on.</summary>
    /// <returns>Null where nothing was measured yet.</returns>
    public DiagnosisReport? Judge() => _followed.Count > 0 ? Best()?.Diagnosis?.Snapshot() : _last?.Report;

    /// <summary>Reads the training from its beginning, as far as it is to count, and judges it as one that ended there.</summary>
    /// <param name="lastStep">The last step that counts; null for all.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>Null where nothing of a training was measured.</returns>
    public RunReading? Read(long? lastStep, CancellationToken cancellation) => Read(lastStep, isLive: false, cancellation);

    private RunReading? Read(long? lastStep, bool isLive, CancellationToken cancellation)
    {
        var runs = new List<(SupervisedDiagnosis Diagnosis, RunCurves Curves, string Path)>();
        foreach (var source in Sources())
        {
            try
            {
                source.With(source.Options with { IsGrowing = isLive }).Read((_, scopes) =>
                {
                    var curves = new RunCurves();
                    var diagnosis = new SupervisedDiagnosis(rules, scopes, accompany: curves, isLive: isLive);
                    runs.Add((diagnosis, curves, source.Path));
                    return lastStep is { } last ? new BoundedRun(diagnosis, last) : diagnosis;
                }, cancellation);
            }
            catch (LogFormatException)
            {
                // What a program prints need not be a log, and one that grows may be too short to be known yet.
            }
        }

        var best = runs.Where(run => run.Curves.Count > 0).OrderByDescending(run => run.Curves.Count).FirstOrDefault();
        return best.Diagnosis is null ? null : new RunReading(best.Diagnosis.Finish(), best.Curves, best.Path, runs.Count(run => run.Curves.Count > 0));
    }

    private IReadOnlyList<LogSource> Sources()
    {
        try
        {
            return places.Find(options);
        }
        catch (Exception exception) when (exception is LogFormatException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private Followed? Follow(CancellationToken cancellation)
    {
        foreach (string path in places.Recordings.Where(path => !_followed.Exists(followed => followed.Path == path) && TelemetryFollower.CanFollow(path)))
        {
            _followed.Add(new Followed(path, rules));
        }

        foreach (var followed in _followed)
        {
            try
            {
                _ = followed.Follower.Read(cancellation);
            }
            catch (LogFormatException)
            {
                // The last reading says it when it stays so.
            }
        }

        return Best();
    }

    private Followed? Best() => _followed.Where(followed => followed.Curves.Count > 0).MaxBy(followed => followed.Curves.Count);

    private RunReading? Reread(CancellationToken cancellation)
    {
        long size = places.Size;
        if (Stopwatch.GetElapsedTime(_readAt) < _rest || (size == _size && size > 0))
        {
            return _last;
        }

        long begun = Stopwatch.GetTimestamp();
        _last = Read(null, isLive: true, cancellation) ?? _last;
        (_size, _readAt) = (size, Stopwatch.GetTimestamp());
        _rest = PausePerReading * Stopwatch.GetElapsedTime(begun);
        return _last;
    }

    private sealed class Followed
    {
        public Followed(string path, RuleSet rules)
        {
            Path = path;
            Follower = new TelemetryFollower(path, (_, scopes) => Diagnosis = new SupervisedDiagnosis(rules, scopes, keepsSeries: false, accompany: Curves, isLive: true));
        }

        public string Path { get; }

        public RunCurves Curves { get; } = new();

        public SupervisedDiagnosis? Diagnosis { get; private set; }

        public TelemetryFollower Follower { get; }
    }
}

/// <summary>What was read of a training.</summary>
/// <param name="Report">Its report.</param>
/// <param name="Curves">Its curves.</param>
/// <param name="Path">Where it was read.</param>
/// <param name="Runs">How many runs were there.</param>
internal sealed record RunReading(DiagnosisReport Report, RunCurves Curves, string Path, int Runs);
