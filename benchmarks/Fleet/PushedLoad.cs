using System.Diagnostics;

namespace TrainingDoctor.Benchmarks.Fleet;

/// <summary>Runs that push to hosts in turns: what it costs the hosts, and how long a sender waits.</summary>
internal static class PushedLoad
{
    /// <summary>Steps in a body where nothing else says how many: what a monitor of twenty steps a second gathers in half a second.</summary>
    private const int StepsPerBody = 10;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    /// <summary>Pushes and prints.</summary>
    /// <param name="hosts">The hosts; a run is pushed to one of them.</param>
    /// <param name="count">How many runs.</param>
    /// <param name="layers">How many layers each has.</param>
    /// <param name="rate">Steps per run and second; 0 for as many as are taken.</param>
    /// <param name="time">How long.</param>
    public static async Task<int> MeasureAsync(IReadOnlyList<FleetHost> hosts, int count, int layers, int rate, TimeSpan time)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1) };
        var runs = Enumerable.Range(0, count).Select(_ => new PushedRun(http, Guid.NewGuid().ToString("N"), layers)).ToList();

        // What is compiled and connected first is not counted.
        await PushAsync(hosts, runs, rate, WarmUp);
        var before = hosts.Select(host => host.ProcessorTime).ToList();
        long linesBefore = runs.Sum(run => run.Lines);
        long begun = Stopwatch.GetTimestamp();
        var (answers, refused) = await PushAsync(hosts, runs, rate, time);

        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        long lines = runs.Sum(run => run.Lines) - linesBefore;
        double processor = hosts.Select((host, index) => (host.ProcessorTime - before[index]).TotalSeconds).Sum();
        answers.Sort();
        Console.WriteLine(FormattableString.Invariant($"{hosts.Count} host(s), {count} runs of {layers} layers, {(rate == 0 ? "as fast as they are taken" : $"{rate} steps a second each")}, {seconds:F0} s"));
        Console.WriteLine(FormattableString.Invariant($"lines acknowledged   {lines} ({lines / seconds:F0} a second, {lines * (layers + 1) / seconds:F0} measurements a second)"));
        Console.WriteLine(FormattableString.Invariant($"hosts' processors    {processor:F1} s, {processor * 1e6 / lines:F0} us a line"));
        Console.WriteLine(FormattableString.Invariant($"answers              median {Quantile(answers, 0.5):F1} ms, 99 % within {Quantile(answers, 0.99):F1} ms, longest {answers[^1]:F0} ms; refused for a moment {refused}"));
        Console.WriteLine(FormattableString.Invariant($"hosts' memory        {string.Join(", ", hosts.Select(host => $"{host.Resident >> 20} MiB"))}"));
        return 0;
    }

    /// <summary>Pushes.</summary>
    /// <returns>How long each answer took, in milliseconds, and how many times a host could not take what it was sent.</returns>
    private static async Task<(List<double> Answers, int Refused)> PushAsync(IReadOnlyList<FleetHost> hosts, IReadOnlyList<PushedRun> runs, int rate, TimeSpan time)
    {
        var answers = new List<double>();
        int refused = 0;
        long begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(runs.Select((run, index) => Task.Run(async () =>
        {
            string host = hosts[index % hosts.Count].Address;
            var period = rate == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)StepsPerBody / rate);
            await Task.Delay(period * index / runs.Count);
            for (int turn = 1; Stopwatch.GetElapsedTime(begun) < time; turn++)
            {
                long sent = Stopwatch.GetTimestamp();
                int again = await run.SendAsync(host, StepsPerBody);
                lock (answers)
                {
                    answers.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                    refused += again;
                }

                var due = (period * turn) + (period * index / runs.Count) - Stopwatch.GetElapsedTime(begun);
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due);
                }
            }
        })));
        return (answers, refused);
    }

    private static double Quantile(List<double> sorted, double share) => sorted[(int)(share * (sorted.Count - 1))];
}
