using System.Diagnostics;
using System.Xml.Linq;
using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Commands;

/// <summary><c>traindoctor diff</c> as a user and as a script meets it.</summary>
public sealed class DiffTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Fact]
    public async Task RunsThatPartExitWith1AndSayWhereInTheFirstLine()
    {
        var outcome = await CommandLine.RunAsync("diff", Log("good.csv", 0.1), "--against", Log("bad.csv", 0.0001), "-o", At("d.json"), "-o", At("d.html"), "-o", At("d.md"), "-o", At("d.txt"));

        Assert.Equal((1, string.Empty), (outcome.ExitCode, outcome.Error));
        Assert.StartsWith("They part at step 1 in the updates: learning_rate is 0.0001 against 0.1", outcome.Output, StringComparison.Ordinal);
        var json = JObject.Parse(File.ReadAllText(At("d.json")));
        Assert.Equal(("updates", 1, false), ((string?)json["place"], (int)json["partsAt"]!, (bool)json["isSame"]!));
        Assert.Equal(outcome.Output, File.ReadAllText(At("d.txt")));
        Assert.Contains("learning\\_rate", File.ReadAllText(At("d.md")), StringComparison.Ordinal);
        string page = File.ReadAllText(At("d.html"));
        Assert.Contains("<h1>They part at step 1", page, StringComparison.Ordinal);
        Assert.Equal(["good", "bad"], XDocument.Parse($"<x>{page[page.IndexOf("<ul class=\"legend\">", StringComparison.Ordinal)..(page.IndexOf("</ul>", StringComparison.Ordinal) + 5)]}</x>").Descendants("li").Select(line => line.Value.Trim()));
    }

    [Fact]
    public async Task RunsThatDoNotPartExitWith0()
    {
        var outcome = await CommandLine.RunAsync("diff", Log("a.csv", 0.1, seed: 1), Log("b.csv", 0.1, seed: 2), "--against", Log("c.csv", 0.1, seed: 3));

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("They do not part: none of 2 series", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeveralRunsInQuestionAreComparedOneByOne()
    {
        var outcome = await CommandLine.RunAsync("diff", Log("a.csv", 0.1), "--against", Log("b.csv", 0.1, seed: 2), Log("c.csv", 0.0001), "-o", At("d.json"));

        Assert.Equal(1, outcome.ExitCode);
        Assert.True((bool)JObject.Parse(File.ReadAllText(At("d-1.json")))["isSame"]!);
        Assert.False((bool)JObject.Parse(File.ReadAllText(At("d-2.json")))["isSame"]!);
    }

    [Theory]
    [InlineData("--against", "diff", "{0}")]
    [InlineData("no such file", "diff", "{0}", "--against", "nowhere.csv")]
    [InlineData(".html", "diff", "{0}", "--against", "{0}", "-o", "d.sarif")]
    [InlineData("in common", "diff", "{0}", "--against", "{1}")]
    [InlineData("no role", "diff", "{0}", "--against", "{0}", "--map", "nonsense=loss")]
    [InlineData("2 runs in question", "diff", "{0}", "--against", "{0}", "{0}", "-o", "-")]
    [InlineData("empty", "diff", "{0}", "--against", "")]
    public async Task WrongUseExitsWith2AndOneLine(string said, params string[] words)
    {
        File.WriteAllLines(At("other.csv"), ["step,accuracy", .. Enumerable.Range(1, 50).Select(step => FormattableString.Invariant($"{step},{0.9 - (1.0 / step)}"))]);

        var outcome = await CommandLine.RunAsync([.. words.Select(word => word.Replace("{0}", Log("a.csv", 0.1), StringComparison.Ordinal).Replace("{1}", At("other.csv"), StringComparison.Ordinal))]);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(said, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CompareIsAnAliasThatSaysSo()
    {
        var outcome = await CommandLine.RunAsync("diagnose", Log("a.csv", 0.1), Log("b.csv", 0.0001), "--compare");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("traindoctor diff", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        Assert.StartsWith("They part at step 1", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItSpeaksJapanese()
    {
        var outcome = await CommandLine.RunAsync("diff", Log("a.csv", 0.1), "--against", Log("b.csv", 0.0001), "--lang", "ja");

        Assert.DoesNotContain("They part", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("learning_rate", outcome.Output, StringComparison.Ordinal);
    }

    /// <summary>What the exit codes are for: a training is a script, its log is compared, and git finds the commit that broke it.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public void GitBisectFindsTheCommitThatBrokeATraining()
    {
        string repository = At("repository");
        Directory.CreateDirectory(repository);
        Git("init", "--quiet");
        string good = Log("good.csv", 0.1);
        double[] rates = [0.1, 0.1, 0.1, 0.1, 0.0001, 0.0001, 0.0001];
        var commits = new List<string>();
        for (int i = 0; i < rates.Length; i++)
        {
            // The log that the training of this commit writes; each commit is another seed.
            File.Copy(Log($"{i}.csv", rates[i], seed: i + 10), Path.Combine(repository, "train.csv"), overwrite: true);
            File.WriteAllText(Path.Combine(repository, "notes.txt"), $"commit {i}");
            Git("add", ".");
            Git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", $"commit {i}");
            commits.Add(Git("rev-parse", "HEAD").Trim());
        }

        Git("bisect", "start", commits[^1], commits[0]);
        string host = BuiltCommand.Assembly;

        string found = Git("bisect", "run", "dotnet", host, "diff", good, "--against", "train.csv", "--quiet");

        Assert.Contains($"{commits[4]} is the first bad commit", found, StringComparison.Ordinal);

        string Git(params string[] words)
        {
            var start = new ProcessStartInfo("git", words) { WorkingDirectory = repository, RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"git {string.Join(' ', words)}: {output}{process.StandardError.ReadToEnd()}");
            return output;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    /// <summary>A training whose loss falls as fast as its rate lets it.</summary>
    private string Log(string name, double rate, int seed = 1)
    {
        var random = new Random(seed);
        string path = At(name);
        File.WriteAllLines(path, ["step,loss,lr", .. Enumerable.Range(1, 200).Select(step =>
            FormattableString.Invariant($"{step},{((2.3 * Math.Exp(-step * rate / 3)) + 0.1) * (1 + (0.05 * (random.NextDouble() - 0.5)))},{rate}"))]);
        return path;
    }
}
