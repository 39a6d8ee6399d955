using System.Diagnostics.Metrics;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Live;

/// <summary>What a host tells of itself to whoever collects metrics.</summary>
internal sealed class LiveMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "TrainingDoctor.Host";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _lines;
    private readonly Counter<long> _bytes;
    private int _streams;

    /// <summary>Begins to count.</summary>
    /// <param name="board">The runs.</param>
    public LiveMetrics(RunBoard board)
    {
        _lines = _meter.CreateCounter<long>("training_doctor.received.lines", "{line}", "Lines of telemetry: taken, lost on the way, or refused.");
        _bytes = _meter.CreateCounter<long>("training_doctor.received.bytes", "By", "Telemetry taken, unpacked.");
        _meter.CreateObservableGauge("training_doctor.runs", () => Runs(board), "{run}", "Runs on the board.");
        _meter.CreateObservableGauge("training_doctor.findings", () => Findings(board), "{finding}", "Findings of the runs on the board.");
        _meter.CreateObservableGauge("training_doctor.streams", () => Volatile.Read(ref _streams), "{stream}", "Pages and consoles that follow the events.");
    }

    /// <summary>Counts lines that were sent.</summary>
    /// <param name="taken">How many were new and were taken.</param>
    /// <param name="lost">How many never came.</param>
    /// <param name="refused">How many bodies held a line that is none.</param>
    /// <param name="bytes">The length of the body.</param>
    public void Count(long taken, long lost, long refused, long bytes)
    {
        _lines.Add(taken, new KeyValuePair<string, object?>("outcome", "taken"));
        _lines.Add(lost, new KeyValuePair<string, object?>("outcome", "lost"));
        _lines.Add(refused, new KeyValuePair<string, object?>("outcome", "refused"));
        _bytes.Add(bytes);
    }

    /// <summary>Counts a stream that begins, if there is room for one more.</summary>
    /// <param name="most">How many there may be.</param>
    public bool TryBeginStream(int most)
    {
        if (Interlocked.Increment(ref _streams) <= most)
        {
            return true;
        }

        EndStream();
        return false;
    }

    /// <summary>Counts a stream that has ended.</summary>
    public void EndStream() => Interlocked.Decrement(ref _streams);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<int>> Runs(RunBoard board) => board.Runs
        .GroupBy(run => (run.IsEnded, run.Report.Verdict))
        .Select(group => new Measurement<int>(
            group.Count(),
            new KeyValuePair<string, object?>("state", group.Key.IsEnded ? "ended" : "running"),
            new KeyValuePair<string, object?>("verdict", WatchText.Word(group.Key.Verdict))));

    private static IEnumerable<Measurement<int>> Findings(RunBoard board) => board.Runs
        .SelectMany(run => run.Report.Findings)
        .GroupBy(finding => (finding.Rule.Id, finding.Severity))
        .Select(group => new Measurement<int>(
            group.Count(),
            new KeyValuePair<string, object?>("rule", group.Key.Id),
            new KeyValuePair<string, object?>("severity", WatchText.Word(group.Key.Severity))));
}
