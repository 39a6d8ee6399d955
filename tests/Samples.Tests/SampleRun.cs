using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Tests;

/// <summary>A sample that ran as a program of its own, in a new folder.</summary>
internal sealed partial record SampleRun(int ExitCode, string Output, JsonElement Report, IReadOnlyList<string> Files)
{
    /// <summary>Gets the last share of right answers that the sample printed.</summary>
    public double Accuracy => Accuracies[^1];

    /// <summary>Gets the shares of right answers that the sample printed, in percent in the text.</summary>
    public IReadOnlyList<double> Accuracies => [.. Percentage().Matches(Output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) / 100)];

    public string? Verdict => Report.GetProperty("verdict").GetString();

    public IReadOnlyList<string?> Rules => [.. Report.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("rule").GetString())];

    public static SampleRun Of(string sample, params string[] arguments)
    {
        string folder = Directory.CreateTempSubdirectory("sample-").FullName;
        try
        {
            var start = new ProcessStartInfo("dotnet", [Program(sample), "--output", "report.json", .. arguments])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["OMP_NUM_THREADS"] = "1", ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" },
            };
            start.Environment.Remove("TRAINDOCTOR");
            start.Environment.Remove("TRAINING_DOCTOR");
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            string report = Path.Combine(folder, "report.json");
            Assert.True(File.Exists(report), $"{sample} wrote no report: {output}{errors.Result}");
            using var document = JsonDocument.Parse(File.ReadAllText(report));
            return new SampleRun(process.ExitCode, output, document.RootElement.Clone(), [.. Directory.EnumerateFiles(folder).Select(Path.GetFileName).OfType<string>()]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Program(string sample) => Path.Combine(
        Repository.Root, "samples", sample, "bin", Metadata("Configuration"), Metadata("TargetFramework"), $"TrainingDoctor.Samples.{sample}.dll");

    private static string Metadata(string key) =>
        typeof(SampleRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    [GeneratedRegex(@"([\d.]+) ?%")]
    private static partial Regex Percentage();
}
