// Many runs that push telemetry to one watching host at the same time: memory of both sides over time, and whether every line arrived or was counted.
// dotnet run -c Release --project benchmarks/Soak -- [--runs N] [--minutes T] [--receiver builtin|attach], or --cost: the price of a measurement on the training thread
using System.Globalization;
using TrainingDoctor.Benchmarks.Soak;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Contains(Receiver.Switch))
{
    return await Receiver.ServeAsync();
}

if (args.Contains("--cost"))
{
    return await PushCost.MeasureAsync();
}

return await PushSoak.RunAsync(
    runs: int.Parse(Option("--runs", "200"), CultureInfo.InvariantCulture),
    time: TimeSpan.FromMinutes(double.Parse(Option("--minutes", "10"), CultureInfo.InvariantCulture)),
    receiver: Option("--receiver", "builtin"));

string Option(string name, string otherwise)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
}
