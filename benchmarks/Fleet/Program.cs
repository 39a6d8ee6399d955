// What a line of telemetry costs hosts that share their runs, beside one that has its runs for itself, and what an idle run costs in memory.
// dotnet run -c Release --project benchmarks/Fleet -- [--cluster redis://… --record postgres://…] [--hosts 1] [--runs 200] [--layers 50] [--rate 20] [--seconds 30] [--echo] [--idle 2000] [--take-up --steps 10000]
// --rate is steps per run and second; 0 sends as fast as the hosts take. --echo pushes to a plain Kestrel in turns. --idle counts memory instead of time; --take-up measures how long a report takes of runs that were let go, with snapshots and without, and after a kill.
using System.Globalization;
using TrainingDoctor.Benchmarks.Fleet;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Contains(Echo.Switch))
{
    return await Echo.ServeAsync();
}

string[] sharing = Option("--cluster", string.Empty) is { Length: > 0 } cluster ? ["--cluster", cluster, .. Option("--record", string.Empty) is { Length: > 0 } record ? ["--record", record] : Array.Empty<string>()] : [];
var hosts = new List<FleetHost>();
try
{
    for (int host = 0; host < Number("--hosts", 1); host++)
    {
        hosts.Add(await FleetHost.StartAsync(sharing, isSmall: args.Contains("--idle") || args.Contains("--take-up")));
    }

    if (args.Contains("--idle"))
    {
        return await IdleRuns.MeasureAsync(hosts[0], Number("--idle", 2000), Number("--layers", 50));
    }

    if (args.Contains("--take-up"))
    {
        return await TakenUpRuns.MeasureAsync(hosts, Option("--record", Option("--cluster", string.Empty)), Number("--runs", 8), Number("--layers", 50), Number("--steps", 10_000));
    }

    var (runs, layers, rate, time) = (Number("--runs", 200), Number("--layers", 50), Number("--rate", 20), TimeSpan.FromSeconds(Number("--seconds", 30)));
    if (args.Contains("--echo"))
    {
        return await BesideEcho.MeasureAsync(hosts[0], runs, layers, rate, time);
    }

    using var load = new PushedLoad(hosts, runs, layers, rate);
    await load.BeginAsync();
    await load.MeasureAsync(time);
    load.Print(FormattableString.Invariant($"{hosts.Count} host(s)"));
    return 0;
}
finally
{
    hosts.ForEach(host => host.Dispose());
}

string Option(string name, string otherwise)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
}

int Number(string name, int otherwise) => int.Parse(Option(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
