using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Runs;
using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Runs;

namespace TrainingDoctor.Tests.Reports;

/// <summary>The reports of several runs are one document in every format.</summary>
public sealed partial class SeveralRunsTests : IDisposable
{
    private static readonly IReadOnlyList<DiagnosisReport> Runs = [SampleRun.Ill(), SampleRun.Healthy(), SampleRun.NonFinite()];

    private readonly string _folder = Directory.CreateTempSubdirectory("reports-").FullName;

    [Fact]
    public void TheJsonIsAnEnvelopeOfReportsAndTheirTable()
    {
        string json = Write(ReportFormat.Json);

        ReportSchema.ValidateRuns(json);
        var document = JObject.Parse(json);
        Assert.Equal(["schemaVersion", "runs", "table"], document.Properties().Select(property => property.Name));
        Assert.Equal(Runs.Select(report => JObject.Parse(report.ToJson()).ToString()), document["runs"]!.Select(run => run.ToString()));
        Assert.Equal(["ill", "healthy", "ill"], document["table"]!.Select(row => (string?)row["verdict"]));
        Assert.Equal(Runs.Count, ReportJson.ParseAll(json).Count);
    }

    /// <summary>The document of a report is several times as large as the report: of ten thousand runs each is written before the next is made.</summary>
    [Fact]
    public void TheJsonIsWrittenRunByRun()
    {
        const int Many = 100;
        var report = SampleRun.Ill();
        int size = report.ToJson().Length;
        var writer = new WatchingWriter();

        new JsonReportExporter().Write([.. Enumerable.Repeat(report, Many)], writer);

        Assert.InRange(writer.Written, Many * size / 2, long.MaxValue);
        Assert.InRange(writer.Longest, 1, size);
    }

    /// <summary>Documents are made ahead of the one that is written, on other processors.</summary>
    [Fact]
    public void ManyReportsAreWrittenInTheirOrder()
    {
        string[] names = [.. Enumerable.Range(0, 60).Select(run => string.Create(CultureInfo.InvariantCulture, $"run-{run:D2}"))];

        string json = Write(ReportFormat.Json, [.. names.Select(name => SampleRun.Ill(name: name, steps: 40))]);

        Assert.Equal(names, JObject.Parse(json)["runs"]!.Select(run => (string?)run["run"]!["name"]));
    }

    [Fact]
    public void OneRunStaysABareReport()
    {
        Assert.Equal(SampleRun.Ill().ToJson(), Write(ReportFormat.Json, [SampleRun.Ill()]));
        Assert.Single(ReportJson.ParseAll(SampleRun.Ill().ToJson()));
    }

    [Fact]
    public void TheTableQuotesTheLossesThatWereMeasured()
    {
        var row = JObject.Parse(Write(ReportFormat.Json))["table"]![1]!;

        // 0.1 + 2.2 exp(-399 / 60), the last of a curve that only falls.
        Assert.Equal(0.1 + (2.2 * Math.Exp(-399 / 60.0)), (double)row["bestLoss"]!["value"]!, 1e-12);
        Assert.Equal((399, "loss"), ((long)row["lastLoss"]!["step"]!, (string?)row["lastLoss"]!["metric"]));
    }

    [Fact]
    public void SarifHoldsARunForEachWithAnIdentityOfItsOwn()
    {
        var twice = new[] { SampleRun.Healthy(), SampleRun.Healthy(), SampleRun.Ill() };

        var runs = JObject.Parse(Write(ReportFormat.Sarif, twice))["runs"]!;
        var again = JObject.Parse(Write(ReportFormat.Sarif, twice))["runs"]!;

        List<string?> identities = [.. runs.Select(run => (string?)run["automationDetails"]!["id"])];
        Assert.Equal(["traindoctor/runs/calm.csv/", "traindoctor/runs/calm.csv#2/", "traindoctor/digits/"], identities);
        Assert.Equal(identities, again.Select(run => (string?)run["automationDetails"]!["id"]));
    }

    [Fact]
    public void JunitHoldsASuiteForEachAndSuitesHaveNamesOfTheirOwn()
    {
        var suites = XDocument.Parse(Write(ReportFormat.Junit)).Root!.Elements("testsuite").ToList();

        Assert.Equal(Runs.Count, suites.Select(suite => (string)suite.Attribute("name")!).Distinct().Count());
        Assert.Contains(suites, suite => ((string)suite.Attribute("name")!).Contains("runs/calm.csv", StringComparison.Ordinal));
    }

    [Fact]
    public void MarkdownIsOneTableWithTheDetailsFolded()
    {
        string text = Write(ReportFormat.Markdown);

        Assert.Contains("\n## 3 runs: 2 ill, 0 warning, 0 inconclusive, 1 healthy.", text, StringComparison.Ordinal);
        Assert.Equal(Runs.Count, Run().Count(text));
        Assert.True(text.IndexOf("| digits |", StringComparison.Ordinal) < text.IndexOf("<details>", StringComparison.Ordinal));
        Assert.Equal(text.Split("<details>").Length, text.Split("</details>").Length);
    }

    [Fact]
    public void HtmlIsAnIndexAndAPageForEach()
    {
        string path = Path.Combine(_folder, "new", "report.html");

        ReportExporters.Write(Runs, path);

        string index = File.ReadAllText(path);
        string[] pages = [.. Link().Matches(index).Select(match => match.Groups[1].Value)];
        Assert.Equal(["report-runs/1-digits.html", "report-runs/2-calm.html", "report-runs/3-overflow.html"], pages);
        Assert.All(pages, page => Assert.Contains("<main id=\"main\">", File.ReadAllText(Path.Combine(_folder, "new", page)), StringComparison.Ordinal));
    }

    [Fact]
    public void TheConsoleShowsTheTableAndDetailsWhereTheyAreAskedFor()
    {
        string table = Write(ReportFormat.Console);
        string full = Write(ReportFormat.Console, Runs, new ExportOptions { HasDetails = true });

        Assert.DoesNotContain("Likely cause", table, StringComparison.Ordinal);
        Assert.All(Runs, report => Assert.Contains(report.Run.Name, table, StringComparison.Ordinal));
        Assert.Contains("Likely cause", full, StringComparison.Ordinal);
    }

    [Fact]
    public void TheConsoleTellsWhatTheReaderDecidedOfSeveralRuns()
    {
        string text = "epoch,loss\n" + string.Concat(Enumerable.Range(0, 180).Select(i => string.Create(CultureInfo.InvariantCulture, $"{1 + (i % 3)},{3 - (i % 3)}\n")));
        var log = LogOpener.OpenStream(new MemoryStream(Encoding.UTF8.GetBytes(text)), "grid.csv");

        string table = Write(ReportFormat.Console, [.. LogDiagnosis.Diagnose(log, RuleSet.Default).Select(run => DiagnosisReport.Create(run))]);

        Assert.Contains("10 further runs of this log were counted, not read", table.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void AnnotationsNameTheRun()
    {
        string text = Write(ReportFormat.Annotations);

        Assert.Contains("title=digits%3A TD", text, StringComparison.Ordinal);
        Assert.Contains("title=overflow%3A TD", text, StringComparison.Ordinal);
        Assert.DoesNotContain("digits%3A", Write(ReportFormat.Annotations, [SampleRun.Ill()]), StringComparison.Ordinal);
    }

    [Fact]
    public void CodeQualityListsEveryFindingOnceWithAFingerprintThatOtherNumbersDoNotChange()
    {
        var issues = JArray.Parse(Write(ReportFormat.CodeQuality));

        Assert.Equal(Runs.Sum(report => report.Findings.Count), issues.Count);
        Assert.Equal(issues.Count, issues.Select(issue => (string?)issue["fingerprint"]).Distinct().Count());
        Assert.All(issues, issue => Assert.Contains((string?)issue["severity"], new[] { "info", "minor", "critical" }));
        Assert.All(issues, issue => Assert.NotNull((string?)issue["location"]!["path"]));
        Assert.Equal(Fingerprint("1.relu"), Fingerprint("2.relu"));

        static string? Fingerprint(string layer) => (string?)JArray.Parse(Write(ReportFormat.CodeQuality, [SampleRun.Ill(layer)]))[0]["fingerprint"];
    }

    [Fact]
    public void RunsOfOneNameAreToldApartByTheirFolders()
    {
        RunDescription[] runs = [new() { Name = "metrics", Path = "a/x/metrics.csv" }, new() { Name = "metrics", Path = "b/x/metrics.csv" }, new() { Name = "other" }, new() { Name = "other" }];

        Assert.Equal(["a/x/metrics", "b/x/metrics", "other", "other (2)"], TrainingDoctor.Reports.Runs.RunLabels.Of(runs));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Write(ReportFormat format, IReadOnlyList<DiagnosisReport>? reports = null, ExportOptions? options = null)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        ReportExporters.Create(format, options ?? new ExportOptions()).Write(reports ?? Runs, writer);
        return writer.ToString();
    }

    [GeneratedRegex(@"^\| (digits|calm|overflow) \|", RegexOptions.Multiline)]
    private static partial Regex Run();

    [GeneratedRegex("<a href=\"([^\"#]+)\"")]
    private static partial Regex Link();

    /// <summary>Counts what is written, and how much of it at once.</summary>
    private sealed class WatchingWriter : TextWriter
    {
        public long Written { get; private set; }

        public int Longest { get; private set; }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Count(1);

        public override void Write(char[] buffer, int index, int count) => Count(count);

        public override void Write(string? value) => Count(value?.Length ?? 0);

        private void Count(int length)
        {
            Written += length;
            Longest = Math.Max(Longest, length);
        }
    }
}
