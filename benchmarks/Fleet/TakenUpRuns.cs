using System.Diagnostics;
using Npgsql;

namespace TrainingDoctor.Benchmarks.Fleet;

/// <summary>Runs that no host holds any more: how long whoever asks for one waits for its report, with its snapshot and without, and after its host was killed.</summary>
internal static class TakenUpRuns
{
    private const int StepsPerBody = 100;

    /// <summary>Begins runs, has them let go, and prints how long their reports take.</summary>
    /// <param name="hosts">The hosts; the first is pushed to and, where there is another, killed in the end.</param>
    /// <param name="address">Where the records are.</param>
    /// <param name="count">How many runs.</param>
    /// <param name="layers">How many layers each has.</param>
    /// <param name="steps">How long each is.</param>
    public static async Task<int> MeasureAsync(IReadOnlyList<FleetHost> hosts, string address, int count, int layers, int steps)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(1) };
        var uri = new Uri(address);
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port,
            Username = uri.UserInfo.Split(':')[0],
            Password = uri.UserInfo.Split(':').ElementAtOrDefault(1),
            Database = uri.AbsolutePath.Trim('/'),
        }.ConnectionString);
        string[] ids = [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString("N"))];
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (id, _) =>
        {
            var run = new PushedRun(http, id, layers);
            for (int sent = 0; sent < steps; sent += StepsPerBody)
            {
                await run.SendAsync(hosts[0].Address, StepsPerBody);
            }
        });
        Console.WriteLine(FormattableString.Invariant($"{count} runs of {layers} layers and {steps} steps"));

        // The first readings compile.
        foreach (string what in new[] { "first", "with snapshots", "without", "with snapshots" })
        {
            await LetGoAsync(http, hosts[0]);
            if (what == "without")
            {
                Console.WriteLine($"snapshots            {await AskAsync(database, "SELECT count(*) || ', on average ' || round(avg(length(data)) / 1024) || ' KiB beside records of ' || (SELECT round(avg(bytes) / 1024) FROM traindoctor.runs) || ' KiB' FROM traindoctor.snapshots")}");
                await AskAsync(database, "DELETE FROM traindoctor.snapshots");
            }

            await ReadAsync(http, hosts[0], ids, what);
        }

        if (hosts.Count > 1)
        {
            long died = Stopwatch.GetTimestamp();
            hosts[0].Dispose();
            await Task.WhenAll(ids.Select(id => ReachAsync(http, $"{hosts[1].Address}/api/v1/runs/{id}")));
            Console.WriteLine(FormattableString.Invariant($"after a kill         all {count} on another host after {Stopwatch.GetElapsedTime(died).TotalSeconds:F1} s"));
        }

        return 0;
    }

    private static async Task ReadAsync(HttpClient http, FleetHost host, string[] ids, string what)
    {
        var waited = new List<double>();
        var processor = host.ProcessorTime;
        long replayed = await host.CountAsync(http, "training_doctor_fleet_replayed_bytes");
        foreach (string id in ids)
        {
            long asked = Stopwatch.GetTimestamp();
            await http.GetStringAsync(new Uri($"{host.Address}/api/v1/runs/{id}"));
            waited.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }

        double busy = (host.ProcessorTime - processor).TotalMilliseconds / ids.Length;
        await Task.Delay(TimeSpan.FromSeconds(1));
        waited.Sort();
        replayed = await host.CountAsync(http, "training_doctor_fleet_replayed_bytes") - replayed;
        Console.WriteLine(FormattableString.Invariant($"{what,-20} a report after {waited[waited.Count / 2]:F0} ms (median; longest {waited[^1]:F0}), {busy:F0} ms of the host's processors, {replayed / ids.Length / 1024} KiB replayed"));
    }

    private static async Task LetGoAsync(HttpClient http, FleetHost host)
    {
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        while (await host.CountAsync(http, "training_doctor_fleet_held") > 0);
    }

    private static async Task ReachAsync(HttpClient http, string address)
    {
        for (bool isThere = false; !isThere;)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(address));
                isThere = answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // It is on its way.
            }

            await Task.Delay(isThere ? 0 : 50);
        }
    }

    private static async Task<string?> AskAsync(NpgsqlDataSource database, string question)
    {
        await using var command = database.CreateCommand(question);
        return await command.ExecuteScalarAsync() as string;
    }
}
