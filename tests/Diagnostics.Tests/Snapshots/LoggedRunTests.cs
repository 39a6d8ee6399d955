using TrainingDoctor.Readers;

namespace TrainingDoctor.Tests.Snapshots;

/// <summary>Logs of every framework, of many layouts and of strangers, interrupted on their way.</summary>
public sealed class LoggedRunTests
{
    private static readonly string Tests = Path.Combine(Repository.Root, "tests", "Diagnostics.Tests");

    public static TheoryData<string> Frameworks => [.. Directory.EnumerateFiles(Path.Combine(Tests, "Frameworks", "Runs")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void TheRunOfAFrameworkIsJudgedAsAWholeOne(string file) => Hold(Path.Combine(Tests, "Frameworks", "Runs", file), spread: 6);

    /// <summary>Slow, since it goes through a hundred logs.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public void LogsOfManyLayoutsAreJudgedAsWholeOnes()
    {
        var logs = Directory.EnumerateFiles(Path.Combine(Tests, "Readers", "Layouts"), "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".cs", StringComparison.Ordinal) && !file.EndsWith(".expected.json", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Where((_, index) => index % 23 == 0);

        Assert.True(logs.Sum(log => Hold(log, spread: 2)) >= 40);
    }

    [SharedFact]
    [Trait("Speed", "Slow")]
    public void LogsOfStrangersAreJudgedAsWholeOnes()
    {
        var logs = ((string[])["logs", "logs2"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Shared!, folder), "*", SearchOption.AllDirectories))
            .Where(file => !file.EndsWith(".md", StringComparison.Ordinal) && !file.EndsWith("labels.json", StringComparison.Ordinal) && new FileInfo(file).Length is > 0 and < 2_000_000)
            .Order(StringComparer.Ordinal)
            .Where((_, index) => index % 5 == 0);

        Assert.True(logs.Sum(log => Hold(log, spread: 3)) >= 20);
    }

    /// <summary>Holds every run of a log to the law.</summary>
    /// <returns>How many runs there were.</returns>
    private static int Hold(string path, int spread)
    {
        var runs = new List<RunEvents>();
        try
        {
            foreach (var log in LogOpener.Open(path))
            {
                log.Read((_, scopes) =>
                {
                    runs.Add(new RunEvents(scopes));
                    return runs[^1];
                });
            }
        }
        catch (LogFormatException)
        {
            return 0;
        }

        runs.ForEach(run => ContinuedRun.Holds(run, RuleSet.Default, spread));
        return runs.Count;
    }
}
