// What a line of telemetry costs hosts that share their runs, beside one that has its runs for itself, and what an idle run costs in memory.
// dotnet run -c Release --project benchmarks/Fleet -- [--cluster redis://… --record postgres://…] [--hosts 1] [--runs 200] [--layers 50] [--rate 20] [--seconds 30] [--idle 2000]
// --rate is steps per run and second; 0 sends as fast as the hosts take. --idle counts memory instead of time.
using System.Globalization;
using TrainingDoctor.Benchmarks.Fleet;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string[] sharing = Option("--cluster", string.Empty) is { Length: > 0 } cluster ? ["--cluster", cluster, .. Option("--record", string.Empty) is { Length: > 0 } record ? ["--record", record] : Array.Empty<string>()] : [];
var hosts = new List<FleetHost>();
try
{
    for (int host = 0; host < Number("--hosts", 1); host++)
    {
        hosts.Add(await FleetHost.StartAsync(sharing, isSmall: args.Contains("--idle")));
    }

    if (args.Contains("--idle"))
    {
        return await IdleRuns.MeasureAsync(hosts[0], Number("--idle", 2000), Number("--layers", 50));
    }

    return await PushedLoad.MeasureAsync(hosts, Number("--runs", 200), Number("--layers", 50), Number("--rate", 20), TimeSpan.FromSeconds(Number("--seconds", 30)));
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
