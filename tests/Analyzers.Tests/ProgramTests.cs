using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace TrainingDoctor.Tests;

/// <summary>Whole programs, ill ones and sound ones that look alike. A comment <c>//! ID</c> stands on each line that has to be reported; nothing else may be.</summary>
public sealed partial class ProgramTests(ITestOutputHelper output)
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Analyzers.Tests", "Programs");

    public static TheoryData<string> Programs => [.. Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task ReportsWhatIsMarkedAndNothingElse(string program)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Folder, program));
        var compilation = AnalyzedSource.Compile([(program, text)]);
        Assert.Empty(AnalyzedSource.Errors(compilation));

        var found = (await AnalyzedSource.AnalyzeAsync(compilation)).Select(item => $"{AnalyzedSource.LineOf(item)}: {item.Id}").ToList();
        var expected = text.Split('\n').SelectMany((line, index) => Marks().Match(line) is { Success: true } marks ? marks.Groups[1].Value.Trim().Split(' ').Select(id => $"{index + 1}: {id}") : []).ToList();
        foreach (string missed in Without(expected, found))
        {
            output.WriteLine($"missed {missed}");
        }

        foreach (string unexpected in Without(found, expected))
        {
            output.WriteLine($"unexpected {unexpected}");
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    private static List<string> Without(List<string> items, List<string> others)
    {
        var rest = items.ToList();
        others.ForEach(other => rest.Remove(other));
        return rest;
    }

    [GeneratedRegex(@"//! ([A-Z0-9 ]+)$")]
    private static partial Regex Marks();
}
