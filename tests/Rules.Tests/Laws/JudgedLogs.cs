using System.IO.Compression;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Laws;

/// <summary>A run read from a log, what is said of it, and what of that is not so.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Diagnosis">What is said.</param>
/// <param name="Violations">What breaks the law of quotation, a line each.</param>
internal sealed record JudgedLog(string Name, RunDiagnosis Diagnosis, IReadOnlyList<string> Violations);

/// <summary>Logs judged once for all laws that look at them.</summary>
internal static class JudgedLogs
{
    private static readonly Lazy<IReadOnlyList<JudgedLog>> AllLabelled = new(() =>
        [.. Directory.EnumerateDirectories(Path.Combine(Repository.Shared!, "logs")).SelectMany(Directory.EnumerateFiles).Order(StringComparer.Ordinal).SelectMany(Judge)]);

    private static readonly Lazy<IReadOnlyList<JudgedLog>> AllRecordings = new(() =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Host", "Demo", "Recordings"), "*.jsonl.br").Order(StringComparer.Ordinal).SelectMany(JudgePacked)]);

    /// <summary>Gets the labelled logs of the maintainers; only where they are at hand.</summary>
    public static IReadOnlyList<JudgedLog> Labelled => AllLabelled.Value;

    /// <summary>Gets the trainings recorded for the demonstration.</summary>
    public static IReadOnlyList<JudgedLog> Recordings => AllRecordings.Value;

    private static List<JudgedLog> JudgePacked(string path)
    {
        string unpacked = Path.Combine(Directory.CreateTempSubdirectory("recordings-").FullName, Path.GetFileNameWithoutExtension(path));
        try
        {
            using (var packed = new BrotliStream(File.OpenRead(path), CompressionMode.Decompress))
            using (var file = File.Create(unpacked))
            {
                packed.CopyTo(file);
            }

            return Judge(unpacked);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(unpacked)!, recursive: true);
        }
    }

    private static List<JudgedLog> Judge(string path)
    {
        var judged = new List<JudgedLog>();
        try
        {
            foreach (var source in LogOpener.Open(path))
            {
                var laws = new List<QuotationLaw>();
                var runs = LogDiagnosis.Diagnose(source, RuleSet.Default, (_, scopes) =>
                {
                    laws.Add(new QuotationLaw(scopes));
                    return laws[^1];
                });
                judged.AddRange(runs.Zip(laws).Select(pair => new JudgedLog(Path.GetFileName(path), pair.First, pair.Second.Violations(pair.First))));
            }
        }
        catch (LogFormatException)
        {
            // What cannot be read is the subject of the readers' tests.
        }

        return judged;
    }
}
