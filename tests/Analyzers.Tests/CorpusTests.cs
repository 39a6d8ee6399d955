using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace TrainingDoctor.Tests;

/// <summary>The repository's own programs: an exact list of what is reported in the corpus, which has ill programs on purpose, and in the samples.</summary>
public sealed class CorpusTests
{
    // By member, not by line, so that the list lives as long as the faults do.
    private static readonly string[] Corpus =
    [
        "Framework/FaultyModules.cs: TD0002 at _first.forward",
        "Framework/FaultyModules.cs: TD0002 at _second.forward",
        "Framework/FaultyModules.cs: TD7004 at _hidden",
    ];

    private static readonly string[] Samples =
    [
        "CustomModule/Program.cs: TD0002 at _hidden.forward",
        "CustomModule/Program.cs: TD0002 at _out.forward",
    ];

    [Fact]
    public async Task TheCorpusHasTheFaultsThatItWasGiven()
    {
        string folder = Path.Combine(Repository.Root, "tests", "Corpus");
        Assert.Equal(Corpus, await Reports(folder, folder, Usings(folder)));
    }

    [Fact]
    public async Task SamplesHaveNoneButThePitfallThatOneShows()
    {
        string samples = Path.Combine(Repository.Root, "samples");
        var found = new List<string>();
        foreach (string folder in Directory.EnumerateDirectories(samples).Where(folder => Directory.EnumerateFiles(folder, "*.csproj").Any()))
        {
            found.AddRange(await Reports(samples, folder, string.Empty));
        }

        Assert.Equal(Samples, found.Order(StringComparer.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> Reports(string root, string folder, string usings)
    {
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Select(path => (Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText(path))).Append(("Usings.g.cs", usings));
        var found = await AnalyzedSource.AnalyzeAsync(AnalyzedSource.Compile(files, hasUsings: true));
        return [.. found.Select(item => $"{item.Location.SourceTree!.FilePath}: {item.Id} at {Place(item)}").Order(StringComparer.Ordinal)];
    }

    private static string Place(Diagnostic item)
    {
        var node = item.Location.SourceTree!.GetRoot().FindNode(item.Location.SourceSpan, getInnermostNodeForTie: true);
        return item.Id == "TD0002" ? node.Parent!.ToString() : node.ToString().Split('=')[0].Trim();
    }

    private static string Usings(string folder) => string.Join('\n', XDocument.Load(Path.Combine(folder, "Directory.Build.props")).Descendants("Using")
        .Concat(XDocument.Load(Directory.EnumerateFiles(folder, "*.csproj").Single()).Descendants("Using"))
        .Select(item => $"global using {(item.Attribute("Static") is null ? string.Empty : "static ")}{item.Attribute("Include")!.Value};").Distinct());
}
