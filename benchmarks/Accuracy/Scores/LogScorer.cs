using System.Text.Json;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>Scores <c>diagnose</c> on logs that others wrote, against an expert's labels.</summary>
internal static class LogScorer
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    /// <summary>Scores all logs of a folder.</summary>
    /// <param name="folder">The folder with <c>labels.json</c>; null for <c>../shared/logs</c> beside the repository.</param>
    /// <returns>Null when there are none.</returns>
    public static LogScore? Run(string? folder)
    {
        folder ??= Beside();
        string labels = Path.Combine(folder ?? string.Empty, "labels.json");
        if (folder is null || !File.Exists(labels))
        {
            return null;
        }

        var entries = JsonSerializer.Deserialize<List<Label>>(File.ReadAllText(labels), Json)!;
        var judged = entries.Select(entry => (Label: entry, Judgement: Judge(Path.Combine(folder, entry.File), entry))).ToList();
        return new LogScore(
            entries.Count,
            entries.Select(entry => entry.Format).Distinct().Count(),
            [
                Kind("ill: an expected finding at warning or above", "ill"),
                Kind("healthy: nothing at warning or above", "healthy"),
                Kind("short: nothing at error", "short"),
                Kind("unclear: read", "unclear"),
            ],
            [.. judged.Where(item => item.Judgement.Wrong is not null).Select(item => item.Judgement.Wrong!)]);

        LogKindScore Kind(string name, string kind)
        {
            var of = judged.Where(item => item.Label.Kind == kind).ToList();
            return new LogKindScore(name, of.Count, of.Count(item => item.Judgement.Wrong is null));
        }
    }

    private static string? Beside()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Diagnostics.sln")))
            {
                string logs = Path.Combine(folder.FullName, "..", "shared", "logs");
                return Directory.Exists(logs) ? logs : null;
            }
        }

        return null;
    }

    private static (bool IsRead, string? Wrong) Judge(string path, Label label)
    {
        List<RunDiagnosis> runs = [];
        try
        {
            foreach (var source in LogOpener.Open(path))
            {
                runs.AddRange(LogDiagnosis.Diagnose(source, RuleSet.Default));
            }
        }
        catch (LogFormatException exception)
        {
            return (false, $"NOT READ: {label.File}: {exception.Message}");
        }

        var findings = runs.SelectMany(run => run.Findings).Where(finding => finding.Severity >= Severity.Warning).ToList();
        bool isRight = label.Kind switch
        {
            "ill" => findings.Any(finding => label.Expect.Contains(finding.Rule.Name)),
            "healthy" => findings.Count == 0,
            "short" => findings.All(finding => finding.Severity < Severity.Error),
            _ => true,
        };
        string found = string.Join("; ", findings.Select(finding => $"{finding.Severity} {finding.Rule.Name}: {finding.Message}"));
        return (true, isRight ? null : $"{label.Kind.ToUpperInvariant()} LOG WRONG: {label.File}: expected {string.Join(", ", label.Expect)} ({label.Expert}: {label.Evidence}); found: {found}");
    }

    private sealed record Label
    {
        public required string File { get; init; }

        public required string Format { get; init; }

        public required string Kind { get; init; }

        public IReadOnlyList<string> Expect { get; init; } = [];

        public string Expert { get; init; } = string.Empty;

        public string Evidence { get; init; } = string.Empty;
    }
}
