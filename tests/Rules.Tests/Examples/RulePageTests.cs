using TrainingDoctor.Documentation;

namespace TrainingDoctor.Tests.Examples;

/// <summary>The pages under docs/rules are what the rules say of themselves. TRAINDOCTOR_UPDATE_DOCS=1 writes them anew.</summary>
public sealed class RulePageTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "rules");
    private static readonly bool Update = TestEnvironment.Read("UPDATE_DOCS") == "1";

    public static TheoryData<string> Rules => [.. RuleCatalog.All.Select(entry => entry.Descriptor.Id)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void ThePageIsCurrent(string ruleId)
    {
        var entry = RuleCatalog.Find(ruleId)!;
        var plots = new List<(string Caption, string Address)>();
        if (RuleExamples.All.GetValueOrDefault(ruleId) is { Shown: { } metric } example)
        {
            Check($"images/{ruleId}-ill.svg", TracePlot.Draw(example.Ill, metric, example.IllCaption));
            Check($"images/{ruleId}-healthy.svg", TracePlot.Draw(example.Healthy, metric, example.HealthyCaption));
            plots.Add((example.IllCaption, $"images/{ruleId}-ill.svg"));
            plots.Add((example.HealthyCaption, $"images/{ruleId}-healthy.svg"));
        }

        Check(Path.GetFileName(entry.Descriptor.Page), RulePage.ToMarkdown(entry, plots: plots));
    }

    [Fact]
    public void TheIndexIsCurrent()
    {
        var lines = RuleCatalog.All.Select(entry => entry.Descriptor)
            .Select(rule => $"| [{rule.Id}]({Path.GetFileName(rule.Page)}) | {rule.Name} | {KebabCase.Of(rule.Severity)} | {rule.Summary} |");

        Check("README.md", $"# Rules\n\nMade from the rules' own metadata; `traindoctor explain RULE` shows the same text.\n\n| ID | Rule | Severity at most | Symptom |\n|---|---|---|---|\n{string.Join('\n', lines)}\n");
    }

    [Fact]
    public void NoPageIsLeftOver()
    {
        var known = RuleCatalog.All.Select(entry => Path.GetFileName(entry.Descriptor.Page)).Append("README.md");

        Assert.Empty(Directory.EnumerateFiles(Folder, "*.md").Select(path => Path.GetFileName(path)).Except(known));
    }

    private static void Check(string name, string expected)
    {
        string path = Path.Combine(Folder, name);
        if (Update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
        }

        Assert.True(File.Exists(path), $"{path} is missing; run the tests with TRAINDOCTOR_UPDATE_DOCS=1");
        Assert.True(File.ReadAllText(path).ReplaceLineEndings("\n") == expected, $"{path} is stale; run the tests with TRAINDOCTOR_UPDATE_DOCS=1");
    }
}
