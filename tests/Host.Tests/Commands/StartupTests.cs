using System.Diagnostics;
using System.Text;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Tests.Commands;

/// <summary>What a post-mortem loads, in a process of its own.</summary>
[Trait("Speed", "Slow")]
public sealed class StartupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("startup").FullName;

    /// <summary>The runtime's own trace names every assembly that was loaded.</summary>
    [Theory]
    [InlineData("diagnose", false)]
    [InlineData("demo", true)]
    public async Task OnlyTrainingLoadsTorch(string command, bool loadsTorch)
    {
        byte[] events = await TraceAsync(command);

        Assert.True(Names(events, "TrainingDoctor.Diagnostics,"));
        Assert.Equal(loadsTorch, Names(events, "TorchSharp,"));
        Assert.False(Names(events, "ModelContextProtocol"));
    }

    /// <summary>A post-mortem starts at once: beside the host's own extensions it loads this, and nothing of web servers, telemetry, fleets, schemas or torch.</summary>
    [Fact]
    public async Task APostMortemLoadsNoMoreThanItNeeds()
    {
        byte[] events = await TraceAsync("diagnose");

        string[] needed = ["CsvHelper", "Newtonsoft.Json", "Spectre.Console", "Spectre.Console.Ansi", "System.CommandLine", "TrainingDoctor.Diagnostics", "TrainingDoctor.Rules", "traindoctor"];
        var shipped = Directory.EnumerateFiles(AppContext.BaseDirectory, "*.deps.json")
            .SelectMany(file => JObject.Parse(File.ReadAllText(file))["targets"]!.Children<JProperty>().SelectMany(target => target.Value.Children<JProperty>()))
            .SelectMany(library => (library.Value["runtime"] as JObject)?.Properties() ?? [])
            .Select(assembly => Path.GetFileNameWithoutExtension(assembly.Name))
            .Append("traindoctor")
            .Distinct();
        Assert.Empty(shipped.Where(assembly => !assembly.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) && Names(events, $"{assembly},")).Except(needed));
        Assert.All(["Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel.Core"], assembly => Assert.False(Names(events, $"{assembly},"), assembly));
    }

    [Theory]
    [InlineData("log.csv")]
    [InlineData("log.csv --quiet --output report.json")]
    public Task RehearsalsGoThroughWithoutAFault(string words) => Rehearsal.Begin(words.Split(' '));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool Names(byte[] events, string assembly) => events.AsSpan().IndexOf(Encoding.Unicode.GetBytes(assembly)) >= 0;

    /// <summary>Runs a command on a short log and returns what the runtime tells of its loader.</summary>
    private async Task<byte[]> TraceAsync(string command)
    {
        string log = Path.Combine(_folder, "log.csv");
        await File.WriteAllLinesAsync(log, ["step,loss", .. Enumerable.Range(1, 60).Select(step => FormattableString.Invariant($"{step},{1.0 / step}"))]);
        string trace = Path.Combine(_folder, "loaded.nettrace");
        var start = new ProcessStartInfo("dotnet", [BuiltCommand.Assembly, .. command == "demo" ? ["demo", "healthy"] : new[] { "diagnose", log }, "--quiet", "--output", Path.Combine(_folder, "report.json")])
        {
            WorkingDirectory = _folder,
            Environment = { ["DOTNET_EnableEventPipe"] = "1", ["DOTNET_EventPipeOutputPath"] = trace, ["DOTNET_EventPipeConfig"] = "Microsoft-Windows-DotNETRuntime:0x8:4" },
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        return await File.ReadAllBytesAsync(trace);
    }
}
