using System.Globalization;
using System.Text;
using TrainingDoctor.Analyzers;
using TrainingDoctor.Analyzers.Catalog;

namespace TrainingDoctor.Tests;

/// <summary>What holds for every rule of the build: IDs shared with the rules of runs mean the same there, pages are current, programs prove each of them.</summary>
public sealed class CatalogTests
{
    private static readonly string Pages = Path.Combine(Repository.Root, "docs", "analyzers");

    [Fact]
    public void SharedIdsNameTheSameRule()
    {
        foreach (var rule in BuildCatalog.All.Where(rule => rule.IsMeasuredToo))
        {
            Assert.Equal(RuleCatalog.Find(rule.Id)?.Descriptor.Name, rule.Name);
        }
    }

    [Fact]
    public void RulesOfRunsSayWhichOfThemTheBuildCanSee() =>
        Assert.Equal(RuleCatalog.All.Where(entry => entry.Descriptor.IsSeenAtBuild).Select(entry => entry.Descriptor.Id).Order(StringComparer.Ordinal), BuildCatalog.All.Where(rule => rule.IsMeasuredToo).Select(rule => rule.Id));

    [Fact]
    public void OwnIdsAreThoseOfAnalyzersAndUnique()
    {
        Assert.Distinct(BuildCatalog.All.Select(rule => rule.Id));
        Assert.Distinct(BuildCatalog.All.Select(rule => rule.Name));
        Assert.Equal(BuildCatalog.All.Select(rule => rule.Id).Order(StringComparer.Ordinal), BuildCatalog.All.Select(rule => rule.Id));
        Assert.All(BuildCatalog.All.Where(rule => !rule.IsMeasuredToo), rule => Assert.InRange(int.Parse(rule.Id[2..], CultureInfo.InvariantCulture), 9501, 9539));
        Assert.Equal(BuildCatalog.All.Select(rule => rule.Id), new TorchSharpAnalyzer().SupportedDiagnostics.Select(descriptor => descriptor.Id));
    }

    /// <summary>The compiler's own tracking of releases cannot follow descriptors that are made from a table.</summary>
    [Fact]
    public void TheListsOfReleasesHoldEveryRule()
    {
        string folder = Path.Combine(Repository.Root, "src", "Analyzers");
        var listed = new[] { "AnalyzerReleases.Shipped.md", "AnalyzerReleases.Unshipped.md" }
            .SelectMany(file => File.ReadAllLines(Path.Combine(folder, file)))
            .Where(line => line.StartsWith("TD", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(columns => (columns[0], columns[1], columns[2], columns[3]));

        Assert.Equal(BuildCatalog.All.Select(rule => (rule.Id, rule.Descriptor.Category, rule.Descriptor.DefaultSeverity.ToString(), rule.Name)), listed.OrderBy(rule => rule.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public void EachRuleIsMarkedInAProgram()
    {
        string programs = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Analyzers.Tests", "Programs"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.All(BuildCatalog.All, rule => Assert.Matches($@"//! .*{rule.Id}", programs));
    }

    [Theory]
    [InlineData("https://forge.example/doctors/training.git", "https://forge.example/doctors/training/blob/v1.2.3/docs/analyzers")]
    [InlineData("https://forge.example/doctors/training/", "https://forge.example/doctors/training/blob/v1.2.3/docs/analyzers")]
    [InlineData("/srv/training.git", null)]
    [InlineData(null, null)]
    public void PagesStandWhereTheBuildsRemoteIs(string? remote, string? folder) => Assert.Equal(folder, PageAddress.FolderOf(remote, "1.2.3"));

    [Fact]
    public void EachRuleLinksToItsPageWhereTheBuildKnowsTheAddress() => Assert.All(
        BuildCatalog.All,
        rule => Assert.Equal(PageAddress.Of(rule.Id, rule.Name) ?? string.Empty, rule.Descriptor.HelpLinkUri));

    [Fact]
    public void PagesAreCurrent()
    {
        var pages = BuildCatalog.All.ToDictionary(rule => $"{rule.Id}-{rule.Name}.md", Page);
        pages["README.md"] = Index();
        if (TestEnvironment.UpdatesDocs)
        {
            Directory.CreateDirectory(Pages);
            foreach (string path in Directory.EnumerateFiles(Pages))
            {
                File.Delete(path);
            }

            foreach (var (name, text) in pages)
            {
                File.WriteAllText(Path.Combine(Pages, name), text);
            }
        }

        Assert.Equal(pages.Keys.Order(StringComparer.Ordinal), Directory.EnumerateFiles(Pages).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.All(pages, page => Assert.Equal(page.Value, File.ReadAllText(Path.Combine(Pages, page.Key))));
    }

    private static string Page(BuildRule rule)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {rule.Id}: {rule.Name}\n\n{rule.Descriptor.Title}.\n\n- Severity: {Severity(rule)}\n- Code fix: {rule.Fix ?? "none"}\n");
        if (rule.IsMeasuredToo)
        {
            text.Append(CultureInfo.InvariantCulture, $"- Measured in runs too: [{rule.Id}](../rules/{rule.Id}-{rule.Name}.md)\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n## What it finds\n\n{rule.Explanation}\n\n## Why it matters\n\n{rule.Why}\n\n## Reported\n\n```csharp\n{rule.Ill}\n```\n\n## Not reported\n\n```csharp\n{rule.Healthy}\n```\n");
        if (rule.Limitations is { } limitations)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## Known limitations\n\n{limitations}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n## Suppression\n\nIn `.editorconfig`: `dotnet_diagnostic.{rule.Id}.severity = none`; at one place: `#pragma warning disable {rule.Id}`.\n").ToString();
    }

    private static string Index()
    {
        var text = new StringBuilder("# Rules of the build\n\nMade from the analyzer's own metadata. How to install and configure it: [guide](../guides/analyzers.md).\n\n| ID | Rule | Severity | Finds | Code fix |\n|---|---|---|---|---|\n");
        foreach (var rule in BuildCatalog.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| [{rule.Id}]({rule.Id}-{rule.Name}.md) | {rule.Name} | {Severity(rule)} | {rule.Descriptor.Title} | {(rule.Fix is null ? "" : "yes")} |\n");
        }

        return text.ToString();
    }

    private static string Severity(BuildRule rule) => rule.Descriptor.DefaultSeverity.ToString().ToLowerInvariant();
}
