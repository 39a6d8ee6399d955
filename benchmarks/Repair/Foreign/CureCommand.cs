using System.Diagnostics;
using System.Text.Json;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Runs <c>traindoctor cure -- COMMAND</c> with its defaults, and reads what it says of itself.</summary>
internal static class CureCommand
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Gets the folder of the repository.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Diagnostics.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("The benchmark runs outside the repository.");
            }

            return folder.FullName;
        }
    }

    private static string Doctor => Directory.EnumerateFiles(Path.Combine(Root, "src", "Host", "bin", "Release"), "traindoctor.dll", SearchOption.AllDirectories).First();

    /// <summary>Cures a command.</summary>
    /// <param name="folder">The folder that it runs in; trials go into <c>trials</c> within.</param>
    /// <param name="options">What stands before <c>--</c> beside the defaults.</param>
    /// <param name="command">What stands behind it.</param>
    /// <returns>What was printed, and the document of the trials; nulls where it took longer than ten minutes, or wrote none.</returns>
    public static (string? Told, JsonDocument? Trials) Run(string folder, IEnumerable<string> options, IEnumerable<string> command)
    {
        string trials = Path.Combine(folder, "trials");
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in new[] { Doctor, "cure", "--yes", "--no-confirm", "--folder", trials }.Concat(options).Append("--").Concat(command))
        {
            start.ArgumentList.Add(word);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Longest))
        {
            process.Kill(entireProcessTree: true);
            return default;
        }

        string document = Path.Combine(trials, "trials.json");
        return ($"{output.Result}\n{error.Result}", File.Exists(document) ? JsonDocument.Parse(File.ReadAllText(document)) : null);
    }

    /// <summary>Returns a text of the document of trials.</summary>
    /// <param name="trials">The document.</param>
    /// <param name="name">The property.</param>
    public static string? TextOf(JsonDocument trials, string name) => trials.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
