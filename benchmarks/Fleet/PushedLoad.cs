using System.Diagnostics;

namespace TrainingDoctor.Benchmarks.Fleet;

/// <summary>Runs that push to hosts in turns: what it costs the hosts, and how long a sender waits.</summary>
/// <param name="hosts">The hosts; a run is pushed to one of them.</param>
/// <param name="count">How many runs.</param>
/// <param name="layers">How many layers each has.</param>
/// <param name="rate">Steps per run and second; 0 for as many as are taken.</param>
internal sealed class PushedLoad(IReadOnlyList<FleetHost> hosts, int count, int layers, int rate) : IDisposable
{
    /// <summary>Steps in a body where nothing else says how many: what a monitor of twenty steps a second gathers in half a second.</summary>
    private const int StepsPerBody = 10;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1) };
    private readonly List<double> _answers = [];
    private readonly List<PushedRun> _runs = [];
    private readonly long _memoryBefore = hosts.Sum(host => host.Resident);
    private double _seconds;
    private double _processor;
    private long _lines;
    private int _refused;

    /// <summary>Gets how many requests were answered in a second.</summary>
    public double RequestsPerSecond => _answers.Count / _seconds;

    /// <summary>Gets the processor time of a request, in microseconds.</summary>
    public double ProcessorPerRequest => _processor * 1e6 / _answers.Count;

    /// <summary>Begins the runs; what is compiled and connected then is not counted.</summary>
    public async Task BeginAsync()
    {
        _runs.AddRange(Enumerable.Range(0, count).Select(_ => new PushedRun(_http, Guid.NewGuid().ToString("N"), layers)));
        await PushAsync(WarmUp);
        _answers.Clear();
        _refused = 0;
    }

    /// <summary>Pushes and counts.</summary>
    /// <param name="time">How long.</param>
    public async Task MeasureAsync(TimeSpan time)
    {
        var before = hosts.Select(host => host.ProcessorTime).ToList();
        long linesBefore = _runs.Sum(run => run.Lines);
        long begun = Stopwatch.GetTimestamp();
        await PushAsync(time);
        _seconds += Stopwatch.GetElapsedTime(begun).TotalSeconds;
        _lines += _runs.Sum(run => run.Lines) - linesBefore;
        _processor += hosts.Select((host, index) => (host.ProcessorTime - before[index]).TotalSeconds).Sum();
    }

    /// <summary>Returns how long all but a share of the answers took at most, in milliseconds.</summary>
    /// <param name="share">The share of answers that were as quick, 0 to 1.</param>
    public double Answer(double share) => _answers.Order().ElementAt((int)(share * (_answers.Count - 1)));

    /// <summary>Prints what was counted.</summary>
    /// <param name="title">What the hosts are.</param>
    public void Print(string title)
    {
        long memory = hosts.Sum(host => host.Resident);
        Console.WriteLine(FormattableString.Invariant($"{title}: {count} runs of {layers} layers, {(rate == 0 ? "as fast as they are taken" : $"{rate} steps a second each")}, {_seconds:F0} s"));
        Console.WriteLine(FormattableString.Invariant($"lines acknowledged   {_lines} ({_lines / _seconds:F0} a second, {_lines * (layers + 1) / _seconds:F0} measurements a second)"));
        Console.WriteLine(FormattableString.Invariant($"requests             {RequestsPerSecond:F0} a second"));
        Console.WriteLine(FormattableString.Invariant($"hosts' processors    {_processor:F1} s, {_processor * 1e6 / _lines:F0} us a line, {ProcessorPerRequest:F0} us a request"));
        Console.WriteLine(FormattableString.Invariant($"answers              median {Answer(0.5):F1} ms, 99 % within {Answer(0.99):F1} ms, longest {Answer(1):F0} ms; refused for a moment {_refused}"));
        Console.WriteLine(FormattableString.Invariant($"hosts' memory        {string.Join(", ", hosts.Select(host => $"{host.Resident >> 20} MiB"))}; {(memory - _memoryBefore) / 1024.0 / count:F0} KiB more for each run than before there were any"));
    }

    public void Dispose() => _http.Dispose();

    private Task PushAsync(TimeSpan time)
    {
        long begun = Stopwatch.GetTimestamp();
        return Task.WhenAll(_runs.Select((run, index) => Task.Run(async () =>
        {
            string host = hosts[index % hosts.Count].Address;
            var period = rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)StepsPerBody / rate);
            await Task.Delay(period * index / _runs.Count);
            for (int turn = 1; Stopwatch.GetElapsedTime(begun) < time; turn++)
            {
                long sent = Stopwatch.GetTimestamp();
                int again = await run.SendAsync(host, StepsPerBody);
                lock (_answers)
                {
                    _answers.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                    _refused += again;
                }

                var due = (period * turn) + (period * index / _runs.Count) - Stopwatch.GetElapsedTime(begun);
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due);
                }
            }
        })));
    }
}
