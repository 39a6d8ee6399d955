using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TrainingDoctor.Tests.Packing;

/// <summary>Runs programs as a person would in a fresh shell: nothing of the build that runs the tests reaches them.</summary>
internal static class CommandLine
{
    /// <summary>Gets the folder of the .NET that runs the tests. An installed tool looks for it there, since no default place is certain.</summary>
    private static readonly string DotnetRoot = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    public static Task<CommandOutcome> Dotnet(string folder, params string[] arguments) => Run(folder, Path.Combine(DotnetRoot, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"), arguments);

    public static async Task<CommandOutcome> Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string name in start.Environment.Keys.Where(IsOfThisBuild).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["LC_ALL"] = "C";
        // A node that lives on would hold the temporary folder, and the pipe that is read below.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Task.WhenAll(output, error, process.WaitForExitAsync());
        return new CommandOutcome($"{Path.GetFileName(program)} {string.Join(' ', arguments)}", process.ExitCode, await output, await error);
    }

    private static bool IsOfThisBuild(string variable) =>
        new[] { "MSBUILD", "VSTEST", "DOTNET_HOST_PATH", "DOTNET_STARTUP_HOOKS", "TRAINDOCTOR", "TRAINING_DOCTOR" }.Any(prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
