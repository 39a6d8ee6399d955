using System.Text.RegularExpressions;

namespace TrainingDoctor.Tests.Documents;

/// <summary>
/// Code in documents: a block below <c>&lt;!-- snippet: FILE#NAME --&gt;</c> is the region <c>// snippet: NAME</c> … <c>// end-snippet</c> of a compiled sample, and
/// TRAINDOCTOR_UPDATE_DOCS=1 writes it anew; any other block compiles.
/// </summary>
public sealed partial class SnippetTests
{
    private static readonly bool Update = TestEnvironment.Read("UPDATE_DOCS") == "1";

    public static TheoryData<string> Documents => Document.Paths;

    [Theory]
    [MemberData(nameof(Documents))]
    public void QuotedCodeIsThatOfTheSample(string path)
    {
        var document = new Document(path);
        var lines = document.Text.Split('\n').ToList();
        foreach (var block in document.Blocks().Reverse())
        {
            if (Marker().Match(block.Before) is not { Success: true } marker)
            {
                continue;
            }

            string[] region = Region(File.ReadAllText(Path.Combine(Repository.Root, marker.Groups["file"].Value)), marker.Groups["name"].Value)
                ?? throw new InvalidOperationException($"{block.At()}: {marker.Groups["file"].Value} has no '// snippet: {marker.Groups["name"].Value}'");
            if (Update)
            {
                lines.RemoveRange(block.Start + 1, block.Lines.Count);
                lines.InsertRange(block.Start + 1, region);
                File.WriteAllText(document.File, string.Join('\n', lines));
                continue;
            }

            Assert.True(region.SequenceEqual(block.Lines), $"{block.At()} is not what {marker.Groups["file"].Value} says; run the tests with TRAINDOCTOR_UPDATE_DOCS=1");
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void OtherCodeCompiles(string path)
    {
        // A decision quotes code of its day; an analyzer's page quotes pieces of ill programs.
        if (path.StartsWith("docs/decisions/", StringComparison.Ordinal) || path.StartsWith("docs/analyzers/", StringComparison.Ordinal))
        {
            return;
        }

        var wrong = new Document(path).Blocks()
            .Where(block => block.Language is "csharp" or "cs" or "c#" && !Marker().IsMatch(block.Before))
            .Select(block => (Place: block.At(), Problems: CSharpBlock.Problems(block.Code)))
            .Where(block => block.Problems.Count > 0);

        Assert.Empty(wrong.Select(block => $"{block.Place}: {string.Join("; ", block.Problems)}"));
    }

    [Fact]
    public void CodeThatDoesNotCompileIsSeen()
    {
        Assert.Empty(CSharpBlock.Problems("using var monitor = TrainingMonitor.Attach(model);"));
        Assert.NotEmpty(CSharpBlock.Problems("using var monitor = TrainingMonitor.AttachTo(model);"));
    }

    [Fact]
    public void ARegionIsFoundAndItsIndentationTakenOff()
    {
        const string Source = "{\n    // snippet: a\n    if (x)\n    {\n\n        y();\n    }\n\n    // end-snippet\n}\n";

        Assert.Equal(["if (x)", "{", "", "    y();", "}"], Region(Source, "a") ?? []);
        Assert.Null(Region(Source, "b"));
    }

    private static string[]? Region(string source, string name)
    {
        string[] lines = source.ReplaceLineEndings("\n").Split('\n');
        int start = Array.FindIndex(lines, line => line.Trim() == $"// snippet: {name}");
        int end = start < 0 ? -1 : Array.FindIndex(lines, start, line => line.Trim() == "// end-snippet");
        if (end < 0)
        {
            return null;
        }

        string[] region = [.. lines[(start + 1)..end].SkipWhile(string.IsNullOrWhiteSpace).Reverse().SkipWhile(string.IsNullOrWhiteSpace).Reverse()];
        int indentation = region.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return [.. region.Select(line => line.Trim().Length == 0 ? string.Empty : line[indentation..])];
    }

    [GeneratedRegex(@"^<!-- snippet: (?<file>[^#\s]+)#(?<name>[\w-]+) -->$")]
    private static partial Regex Marker();
}
