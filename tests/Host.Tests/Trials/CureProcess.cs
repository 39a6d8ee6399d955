using System.Diagnostics;
using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Trials;

/// <summary>Runs <c>traindoctor cure</c> as a process in a folder of its own.</summary>
internal sealed class CureProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    /// <summary>Gets the folder that commands run in.</summary>
    public string Folder => _folder;

    /// <summary>Gets where trials go.</summary>
    public string Trials => Path.Combine(_folder, "out");

    /// <summary>Gets what was run with what.</summary>
    public JObject Document => JObject.Parse(File.ReadAllText(Path.Combine(Trials, "trials.json")));

    /// <summary>Gets the trials.</summary>
    public IReadOnlyList<JToken> Runs => [.. Document["trials"]!];

    /// <summary>Gets the path of a script that stands for somebody's training.</summary>
    /// <param name="name">Its file.</param>
    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Trials", "Scripts", name);

    /// <summary>Copies a script into the folder.</summary>
    /// <param name="name">Its file.</param>
    public string Put(string name)
    {
        File.Copy(Script(name), Path.Combine(_folder, name));
        return name;
    }

    /// <summary>Writes a file into the folder.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">What is in it.</param>
    public string Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder, name), text);
        return name;
    }

    /// <summary>Starts the program.</summary>
    /// <param name="arguments">What stands behind <c>cure --folder …</c>.</param>
    public Process Start(params string[] arguments)
    {
        string[] command = [.. OperatingSystem.IsLinux() ? ["env", "--default-signal=INT,TERM"] : Array.Empty<string>(), "dotnet", BuiltCommand.Assembly, "cure", "--folder", Trials, .. arguments];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = _folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Runs the program to its end.</summary>
    /// <param name="arguments">What stands behind <c>cure --folder …</c>.</param>
    public async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await EndAsync(process);
    }

    /// <summary>Waits for the program's end.</summary>
    /// <param name="process">The program.</param>
    public static async Task<(int ExitCode, string Output, string Error)> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Returns the command lines of processes that still have this folder in theirs, or in their environment.</summary>
    public IReadOnlyList<string> LeftBehind()
    {
        var left = new List<string>();
        foreach (string process in OperatingSystem.IsLinux() ? Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)) : [])
        {
            try
            {
                string words = File.ReadAllText(Path.Combine(process, "cmdline"));
                if (words.Length > 0 && (words + File.ReadAllText(Path.Combine(process, "environ"))).Contains(_folder, StringComparison.Ordinal))
                {
                    left.Add(words.Replace('\0', ' '));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Over by now, or another user's.
            }
        }

        return left;
    }

    /// <summary>Returns the command lines of such processes that do not go away: one that was killed is there until the system has put it away.</summary>
    public async Task<IReadOnlyList<string>> StillThereAsync()
    {
        long begun = Stopwatch.GetTimestamp();
        var left = LeftBehind();
        while (left.Count > 0 && Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(10))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            left = LeftBehind();
        }

        return left;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>A test that needs signals, a shell and Python (without any package).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ScriptFactAttribute : FactAttribute
{
    public ScriptFactAttribute() => Skip = ScriptNeeds.Reason;
}

/// <summary>The same for several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ScriptTheoryAttribute : TheoryAttribute
{
    public ScriptTheoryAttribute() => Skip = ScriptNeeds.Reason;
}

internal static class ScriptNeeds
{
    public static string? Reason { get; } = OperatingSystem.IsWindows() ? "needs signals and a shell"
        : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, "python3"))) ? null : "needs python3";
}
