using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Readers;
using TrainingDoctor.Reports;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Watch;

/// <summary>Logs of strangers, grown again as they once grew.</summary>
[Trait("Speed", "Slow")]
public sealed class RealLogWatchTests : IDisposable
{
    private const int Looks = 12;
    private const int LargestLog = 300_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [SharedFact]
    public async Task WhatIsToldOfAGrowingLogStandsInTheReport()
    {
        var files = new DirectoryInfo(Path.Combine(Repository.Shared!, "logs")).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Length < LargestLog && file.Name is not ("labels.json" or "README.md"))
            .OrderBy(file => file.FullName, StringComparer.Ordinal)
            .ToList();
        int told = 0;
        var withdrawn = new List<string>();
        foreach (var file in files)
        {
            var (early, final) = await GrowAsync(file);
            told += early.Count;
            withdrawn.AddRange(early.Where(rule => !final.Contains(rule)).Select(rule => $"{file.Directory!.Name}/{file.Name}: {rule}"));
        }

        Assert.True(told > 0);
        Assert.Empty(withdrawn);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(HashSet<string> Early, HashSet<string> Final)> GrowAsync(FileInfo file)
    {
        byte[] bytes = await File.ReadAllBytesAsync(file.FullName);
        string folder = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        string log = Path.Combine(folder, file.Name);
        var request = new ReportRequest([], null, FailPolicy.Parse("error", hasBaseline: false, onInconclusive: false, []), IsQuiet: true, HasSeries: false, RuleSet.Default, ReportLanguage.English, Baseline: null);
        var watcher = new LogWatcher(folder, new LogReadOptions(), request, new RunBoard(), new StillTime());
        var early = new HashSet<string>();
        for (int look = 1; look <= Looks; look++)
        {
            await File.WriteAllBytesAsync(log, bytes[..(int)((long)bytes.Length * look / Looks)]);
            early.UnionWith(Look(watcher));
        }

        while (watcher.HasChanged)
        {
            early.UnionWith(Look(watcher));
        }

        try
        {
            return (early, [.. watcher.Finish().Reports.SelectMany(report => report.Findings).Select(finding => finding.Rule.Id)]);
        }
        catch (LogFormatException)
        {
            return (early, []);
        }
    }

    private static IEnumerable<string> Look(LogWatcher watcher) => watcher.Look(CancellationToken.None).Select(found => found.Finding.Rule.Id);
}
