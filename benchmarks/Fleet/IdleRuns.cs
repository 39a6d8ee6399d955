namespace TrainingDoctor.Benchmarks.Fleet;

/// <summary>Runs that have begun and are silent: what one costs a host that holds it, and one that has let go of it.</summary>
internal static class IdleRuns
{
    private const int Steps = 100;

    /// <summary>Runs in memory at a time, below what a host takes.</summary>
    private const int AtATime = 400;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(25);

    /// <summary>Begins runs, lets them be silent, and prints the memory.</summary>
    /// <param name="host">The host.</param>
    /// <param name="count">How many runs.</param>
    /// <param name="layers">How many layers each has.</param>
    public static async Task<int> MeasureAsync(FleetHost host, int count, int layers)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 16 }) { Timeout = TimeSpan.FromMinutes(1) };

        // The first ones leave behind what any number of runs would.
        await BeginAsync(http, host, AtATime, layers);
        await Task.Delay(Idle);
        long before = await SmallestAsync(http, host);
        Console.WriteLine(FormattableString.Invariant($"heaps after the first {AtATime} runs were let go: {before >> 10} KiB"));
        for (int begun = 0; begun < count; begun += AtATime)
        {
            await BeginAsync(http, host, Math.Min(AtATime, count - begun), layers);
            await Task.Delay(TimeSpan.FromSeconds(3));
            long held = await host.HeapAsync(http);
            await Task.Delay(Idle);
            long after = await SmallestAsync(http, host);
            Console.WriteLine(FormattableString.Invariant($"{begun + AtATime} runs more: {held >> 10} KiB while {AtATime} are held, {after >> 10} KiB when they are let go, {(after - before) / 1024.0 / (begun + AtATime):F1} KiB for each"));
        }

        return 0;
    }

    /// <summary>What is left after collections that a host has time for when nobody asks anything of it.</summary>
    private static async Task<long> SmallestAsync(HttpClient http, FleetHost host)
    {
        long smallest = long.MaxValue;
        for (int look = 0; look < 10; look++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            smallest = Math.Min(smallest, await host.HeapAsync(http));
        }

        return smallest;
    }

    private static Task BeginAsync(HttpClient http, FleetHost host, int count, int layers) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
        {
            var run = new PushedRun(http, Guid.NewGuid().ToString("N"), layers);
            for (int sent = 0; sent < Steps; sent += 20)
            {
                await run.SendAsync(host.Address, 20);
            }
        });
}
