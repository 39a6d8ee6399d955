using System.Reflection;

// dotnet Blind.dll NAME [--repaired] --report FILE.json | --list
var programs = Assembly.GetExecutingAssembly().GetTypes()
    .Where(type => type is { Name: "Training", Namespace: not null } && type.Namespace.StartsWith("Blind.", StringComparison.Ordinal))
    .ToDictionary(type => type.Namespace!["Blind.".Length..].ToLowerInvariant());

if (args.Contains("--list"))
{
    foreach (string name in programs.Keys.Order())
    {
        Console.WriteLine(name);
    }

    return 0;
}

string report = args.SkipWhile(word => word != "--report").Skip(1).FirstOrDefault() ?? "report.json";
if (args.Length == 0 || !programs.TryGetValue(args[0].ToLowerInvariant(), out var program))
{
    Console.Error.WriteLine("Which program? --list names them.");
    return 2;
}

TorchSharp.torch.set_num_threads(1);
program.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [args.Contains("--repaired"), report]);
return 0;
