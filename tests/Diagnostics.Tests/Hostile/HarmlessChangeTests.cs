using System.Collections.Concurrent;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>A change that tells nothing of the training keeps the diagnosis: the verdict, the findings, the number of steps and the last loss.</summary>
public sealed class HarmlessChangeTests
{
    /// <summary>Logs of the maintainers' folder that are tried; larger ones hold more of the same.</summary>
    private const long Largest = 1_000_000;

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (name, bytes) in SmallLogs.All)
            {
                foreach (var change in HarmlessChanges.For(bytes))
                {
                    data.Add(name, change.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void AChangeThatMeansNothingKeepsTheDiagnosis(string name, string change)
    {
        byte[] log = SmallLogs.All.Single(item => item.Name == name).Bytes;

        Assert.Equal(Diagnosis(name, log), Diagnosis(name, HarmlessChanges.All.Single(item => item.Name == change).Apply(log)));
    }

    [SharedFact]
    public void LogsOfStrangersKeepTheirDiagnosis()
    {
        var different = new ConcurrentBag<string>();
        int pairs = 0;
        string folder = Path.Combine(Repository.Shared!, "logs");
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => Path.GetDirectoryName(path) != folder && new FileInfo(path).Length is > 0 and < Largest).Order(StringComparer.Ordinal);
        Parallel.ForEach(files, path =>
        {
            byte[] log = File.ReadAllBytes(path);
            string name = Path.GetFileName(path);
            string expected = Diagnosis(name, log);
            foreach (var change in HarmlessChanges.For(log))
            {
                string actual = Diagnosis(name, change.Apply(log));
                Interlocked.Increment(ref pairs);
                if (actual != expected)
                {
                    different.Add($"{Path.GetRelativePath(folder, path)}: {change.Name}: '{actual}' instead of '{expected}'");
                }
            }
        });

        Assert.True(pairs > 800, $"{pairs} pairs");
        Assert.True(different.IsEmpty, $"{different.Count} of {pairs} pairs differ:\n{string.Join('\n', different.Order(StringComparer.Ordinal))}");
    }

    private static string Diagnosis(string name, byte[] log)
    {
        using var stream = new MemoryStream(log);
        try
        {
            var runs = LogDiagnosis.Diagnose(LogOpener.OpenStream(stream, name, new LogReadOptions { Parallelism = 1 }), RuleSet.Default);
            return string.Join('\n', runs.Select(run => FormattableString.Invariant($"{run.Verdict} {run.Facts.StepCount} {run.Facts.Of(Metric.Loss)?.Last:R} {string.Join(' ', run.Findings.Select(finding => finding.Rule.Id))}")));
        }
        catch (LogFormatException exception)
        {
            return exception.Message;
        }
    }
}
