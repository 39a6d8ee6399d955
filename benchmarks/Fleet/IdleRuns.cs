namespace TrainingDoctor.Benchmarks.Fleet;

/// <summary>Runs that have begun and are silent: what one costs a host that holds it, and one that has let go of it.</summary>
internal static class IdleRuns
{
    private const int Steps = 100;

    private const string Held = "training_doctor_fleet_held";

    /// <summary>Runs in memory at a time, below what a host takes.</summary>
    private const int AtATime = 400;

    /// <summary>Begins runs, lets them be silent, and prints what the host is left with when everything that it does not hold has been collected.</summary>
    /// <param name="host">The host.</param>
    /// <param name="count">How many runs.</param>
    /// <param name="layers">How many layers each has.</param>
    public static async Task<int> MeasureAsync(FleetHost host, int count, int layers)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 16 }) { Timeout = TimeSpan.FromMinutes(1) };

        // The first ones leave behind what any number of runs would.
        await BeginAsync(http, host, AtATime, layers);
        await LetGoAsync(http, host);
        var before = await SettledAsync(http, host);
        Console.WriteLine(FormattableString.Invariant($"after the first {AtATime} runs were let go: {before.Live >> 10} KiB live (three times measured, {before.Spread >> 10} KiB apart), {host.Resident >> 20} MiB resident"));
        for (int begun = 0; begun < count;)
        {
            int more = Math.Min(AtATime, count - begun);
            await BeginAsync(http, host, more, layers);
            begun += more;
            long live = await host.LiveAsync(http);
            long held = await host.CountAsync(http, Held);
            Console.WriteLine(FormattableString.Invariant($"{begun} runs more, {held} of them held: {live >> 10} KiB live{(held > 0 ? FormattableString.Invariant($", {(live - before.Live) / 1024 / held} KiB for each that is held") : string.Empty)}, {host.Resident >> 20} MiB resident"));
            await LetGoAsync(http, host);
            var after = await SettledAsync(http, host);
            Console.WriteLine(FormattableString.Invariant($"{begun} runs more, all let go: {after.Live >> 10} KiB live ({after.Spread >> 10} KiB apart), {(after.Live - before.Live) / 1024.0 / begun:F1} KiB for each, {host.Resident >> 20} MiB resident"));
        }

        return 0;
    }

    /// <summary>Waits until the host holds no run.</summary>
    private static async Task LetGoAsync(HttpClient http, FleetHost host)
    {
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
        while (await host.CountAsync(http, Held) > 0);
    }

    /// <summary>What is left when nobody asks anything of the host, and how far three looks at it are apart.</summary>
    private static async Task<(long Live, long Spread)> SettledAsync(HttpClient http, FleetHost host)
    {
        var looks = new List<long>();
        for (int look = 0; look < 3; look++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            looks.Add(await host.LiveAsync(http));
        }

        return (looks.Min(), looks.Max() - looks.Min());
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
