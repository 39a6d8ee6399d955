using System.Diagnostics;
using System.Text;
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
        string log = Path.Combine(_folder, "log.csv");
        await File.WriteAllLinesAsync(log, ["step,loss", .. Enumerable.Range(1, 60).Select(step => FormattableString.Invariant($"{step},{1.0 / step}"))]);
        string trace = Path.Combine(_folder, "loaded.nettrace");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "traindoctor.dll"), .. command == "demo" ? ["demo", "healthy"] : new[] { "diagnose", log }, "--quiet", "--output", Path.Combine(_folder, "report.json")])
        {
            WorkingDirectory = _folder,
            Environment = { ["DOTNET_EnableEventPipe"] = "1", ["DOTNET_EventPipeOutputPath"] = trace, ["DOTNET_EventPipeConfig"] = "Microsoft-Windows-DotNETRuntime:0x8:4" },
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();

        byte[] events = await File.ReadAllBytesAsync(trace);
        Assert.Equal(0, process.ExitCode);
        Assert.True(Names(events, "TrainingDoctor.Diagnostics,"));
        Assert.Equal(loadsTorch, Names(events, "TorchSharp,"));
        Assert.False(Names(events, "ModelContextProtocol"));
    }

    [Fact]
    public Task RehearsalsGoThroughWithoutAFault() => Rehearsal.Begin();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool Names(byte[] events, string assembly) => events.AsSpan().IndexOf(Encoding.Unicode.GetBytes(assembly)) >= 0;
}
