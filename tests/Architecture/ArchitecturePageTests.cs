using System.Text.RegularExpressions;

namespace TrainingDoctor.Tests;

/// <summary>docs/architecture.md draws the plan and names tests that exist. <c>TRAINDOCTOR_UPDATE_DOCS=1</c> writes what is drawn anew.</summary>
public partial class ArchitecturePageTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "architecture.md");

    [Fact]
    public void ThePageIsWhatThePlanSays()
    {
        string text = File.ReadAllText(Page).ReplaceLineEndings("\n");
        string expected = With(With(With(text, "picture", Picture.Draw()), "rooms", Picture.List()), "beside", Picture.ListBeside());
        if (TestEnvironment.UpdatesDocs)
        {
            File.WriteAllText(Page, expected);
            return;
        }

        Assert.True(text == expected, $"{Page} is stale; run TRAINDOCTOR_UPDATE_DOCS=1 dotnet test -c Release tests/Architecture");
    }

    [Fact]
    public void LawsAreHeldByTestsThatExist()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        var named = File.ReadLines(Page).SkipWhile(line => !line.StartsWith("| law", StringComparison.Ordinal)).SelectMany(line => TestName().Matches(line)).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, tests));
    }

    private static string With(string text, string name, IEnumerable<string> lines)
    {
        string begin = $"<!-- made: {name} -->\n";
        int start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        int end = text.IndexOf("<!-- end -->", start, StringComparison.Ordinal);
        return string.Concat(text.AsSpan(0, start), string.Join('\n', lines).TrimEnd('\n'), "\n", text.AsSpan(end));
    }

    [GeneratedRegex("`([A-Z][A-Za-z]+(?:Tests|Law))`")]
    private static partial Regex TestName();
}
