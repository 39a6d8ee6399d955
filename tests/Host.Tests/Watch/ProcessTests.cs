using System.Diagnostics;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Watch;

/// <summary>The built program as a process: interrupted itself, or watching one that is killed.</summary>
[Trait("Speed", "Slow")]
public sealed class ProcessTests : IDisposable
{
    /// <summary>Writes telemetry, each line in two pieces, so that a kill may come between them; the loss is no number from step 40 on.</summary>
    private const string Writer = """
        printf '{"telemetry":"1.0","run":{"name":"killed","source":"live"}}\n'
        i=0
        while true; do
          loss=0.5; [ $i -ge 40 ] && loss='"NaN"'
          printf '{"step":%d,"m":[["loss",' $i
          printf '"",%s]]}\n' "$loss"
          i=$((i+1))
          [ $i -eq 1000 ] && echo 'a thousand' >&2
        done
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    private string Log => Path.Combine(_folder, "run.jsonl");

    /// <summary>One loss that is no number is a warning; many are an error, at which <c>--fail-on</c> is by default.</summary>
    [UnixTheory]
    [InlineData(30, "warning", 0)]
    [InlineData(1, "ill", 1)]
    public async Task AnInterruptFinishesTheReport(int period, string verdict, int exitCode)
    {
        await File.WriteAllLinesAsync(Path.Combine(_folder, "run.csv"), ["step,loss", .. Enumerable.Range(1, 59).Select(step => FormattableString.Invariant($"{step},{(step % period == 0 && step < 40 ? double.NaN : 0.2 + Math.Exp(-step / 10.0))}"))]);
        string report = Path.Combine(_folder, "report.out.json");
        using var watching = Start("watch", Path.Combine(_folder, "run.csv"), "--interval", "0.05", "--output", report);
        string? line;
        do
        {
            line = await watching.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
        }
        while (line?.Contains("TD4001", StringComparison.Ordinal) == false);

        Signal(watching, "-INT");
        await watching.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((exitCode, verdict), (watching.ExitCode, (string?)JObject.Parse(await File.ReadAllTextAsync(report))["verdict"]));
    }

    [UnixFact]
    public async Task AKilledWriterLosesOnlyTheLineItWasWriting()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec > '{Log}'\n{Writer}"]) { RedirectStandardError = true };
        using var writer = Process.Start(start)!;
        var watching = CommandLine.RunAsync("watch", _folder, "--interval", "0.05", "--stop-when-idle", "2", "--output", "-");
        await writer.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));

        writer.Kill();
        await writer.WaitForExitAsync();
        var watched = await watching.WaitAsync(TimeSpan.FromMinutes(2));

        string text = await File.ReadAllTextAsync(Log);
        int whole = text.Count(character => character == '\n') - 1;
        Assert.Equal(1, watched.ExitCode);
        Assert.Contains("killed: error TD4001", watched.Error, StringComparison.Ordinal);
        Assert.Equal(whole, (int)JObject.Parse(watched.Output)["run"]!["steps"]!);
        Assert.Equal((await CommandLine.RunAsync("diagnose", _folder, "--quiet", "--output", "-")).Output, watched.Output);
    }

    [UnixFact]
    public async Task AScriptStopsTheJobAtAnError()
    {
        // As the guide has it: the job runs beside the watching, which ends with 1 and so lets the script end the job.
        string program = BuiltCommand.Assembly;
        await File.WriteAllTextAsync(Path.Combine(_folder, "job.sh"), Writer);
        string script = $"""
            sh job.sh > run.jsonl & job=$!
            dotnet '{program}' watch run.jsonl --interval 0.05 --stop-when error --quiet || kill $job
            wait $job
            echo "job ended with $?"
            """;
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = _folder, RedirectStandardOutput = true })!;

        string output = await shell.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal("job ended with 143", output.Trim());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Signal(Process process, string signal) => Process.Start("/bin/kill", [signal, FormattableString.Invariant($"{process.Id}")])!.WaitForExit();

    /// <summary>Starts the program with interrupts as a terminal has them: a script's background job ignores them, and so would all that it starts.</summary>
    private Process Start(params string[] arguments)
    {
        string[] command = [.. OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : Array.Empty<string>(), "dotnet", BuiltCommand.Assembly, .. arguments];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = _folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    private static string? Reason => OperatingSystem.IsWindows() ? "needs signals and a shell" : null;

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class UnixFactAttribute : FactAttribute
    {
        public UnixFactAttribute() => Skip = Reason;
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class UnixTheoryAttribute : TheoryAttribute
    {
        public UnixTheoryAttribute() => Skip = Reason;
    }
}
