using TrainingDoctor.Readers;
using TrainingDoctor.Reports;
using TrainingDoctor.Rules.Knowledge.Frameworks;

namespace TrainingDoctor.Tests.Frameworks;

/// <summary>One small ill run of each framework, made for this, and the report that a user of the framework reads, word for word in both languages.</summary>
public sealed class FrameworkReportTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Diagnostics.Tests", "Frameworks");

    /// <summary>No log of these two tells by itself who wrote it: plain PyTorch prints what its user likes, and ML.NET keeps no log.</summary>
    private static readonly string[] Named = ["pytorch", "mlnet"];

    /// <summary>Words that belong to other frameworks, and to networks where trees are grown.</summary>
    private static readonly Dictionary<string, string[]> Foreign = new()
    {
        ["csharp"] = ["torch.nn.", "TrainingArguments", "keras.", "def "],
        ["shell"] = ["optimizer.", "TrainingArguments", "keras.", "nn."],
        ["yaml"] = ["optimizer.", "TrainingArguments(", "keras.", "nn.", "("],
        ["trees"] = ["torch", "ropout", "activation", "batch norm", "gradient norm", "Warm"],
    };

    public static TheoryData<string> Runs => [.. Directory.EnumerateFiles(Path.Combine(Folder, "Runs")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void EveryFrameworkHasARun() => Assert.Equal(
        FrameworkCatalog.All.Select(framework => framework.Name).Where(name => name != "unknown").Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Folder, "Runs")).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    /// <summary>Set TRAINDOCTOR_ACCEPT=1 to write the reports anew after sentences or rules have changed.</summary>
    [Theory]
    [MemberData(nameof(Runs))]
    public void TheReportIsAsItWasRead(string file)
    {
        var report = Diagnose(file);

        foreach (var language in ReportLanguage.All)
        {
            string path = Path.Combine(Folder, "Reports", $"{Path.GetFileNameWithoutExtension(file)}.{language.Tag}.md");
            string written = Markdown(report, language);
            if (TestEnvironment.Read("ACCEPT") == "1")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, written);
            }

            Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), written);
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void TheFirstRemedyWithCodeIsInTheRunsOwnFramework(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        var report = Diagnose(file);
        var framework = FrameworkCatalog.Find(name)!;

        Assert.Equal(name, report.ToDocument().Run.Framework);
        Assert.True(report.Verdict is Verdict.Ill or Verdict.Warning);
        Assert.NotNull(report.Primary);
        var coded = report.Findings.SelectMany(finding => finding.Remedies).Where(remedy => remedy.Code is not null).ToList();
        Assert.All(coded, remedy => Assert.Equal((framework.Name, framework.Language), (remedy.Framework, remedy.Language)));
        Assert.True(coded.Count > 0 || name == "mlnet", $"{name} has no code");
        foreach (string kind in new[] { framework.Language, framework.Offers.Contains("trees") ? "trees" : string.Empty })
        {
            foreach (string word in Foreign.GetValueOrDefault(kind, []))
            {
                Assert.DoesNotContain(coded, remedy => remedy.Code!.Contains(word, StringComparison.Ordinal));
            }
        }

        if (framework.Offers.Contains("trees"))
        {
            Assert.DoesNotContain(report.Findings.SelectMany(finding => finding.Remedies), remedy => Foreign["trees"].Any(word => remedy.Title.ToString().Contains(word, StringComparison.Ordinal)));
        }
    }

    private static DiagnosisReport Diagnose(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        using var stream = File.OpenRead(Path.Combine(Folder, "Runs", file));
        var source = LogOpener.OpenStream(stream, file, new LogReadOptions { Framework = Named.Contains(name) ? name : null });
        return DiagnosisReport.Create(Assert.Single(LogDiagnosis.Diagnose(source, RuleSet.Default)), series: null);
    }

    /// <summary>The report down to the list of rules that could not judge, which grows with every rule.</summary>
    private static string Markdown(DiagnosisReport report, ReportLanguage language)
    {
        using var text = new StringWriter { NewLine = "\n" };
        report.WriteTo(ReportExporters.Create(ReportFormat.Markdown, new ExportOptions { Language = language }), text);
        string written = text.ToString().ReplaceLineEndings("\n");
        return written[..(written.LastIndexOf("<details>", StringComparison.Ordinal) is >= 0 and var end ? end : written.Length)];
    }
}
