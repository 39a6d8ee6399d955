using System.Collections.Immutable;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingDoctor.Analyzers;

namespace TrainingDoctor.Benchmarks;

/// <summary>Compiles source against TorchSharp and analyzes it.</summary>
internal static class Compiler
{
    private const string Implicit = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    internal static readonly Lazy<ImmutableArray<MetadataReference>> References = new(Load);

    /// <summary>Gets the assemblies that programs need beside what this one runs on, such as a test framework. To be filled before anything is compiled.</summary>
    public static IList<string> Further { get; } = [];

    /// <summary>The usings that the project of a folder declares for all its files.</summary>
    public static string Usings(string folder) => string.Join('\n', Directory.EnumerateFiles(folder, "*.csproj").Concat(Directory.EnumerateFiles(folder, "*.props"))
        .SelectMany(project => XDocument.Load(project).Descendants("Using"))
        .Where(item => item.Attribute("Include") is not null)
        .Select(item => $"global using {(item.Attribute("Static") is null ? string.Empty : "static ")}{(item.Attribute("Alias") is { } alias ? alias.Value + " = " : string.Empty)}{item.Attribute("Include")!.Value};").Distinct());

    /// <summary>Makes a compilation.</summary>
    public static CSharpCompilation Compile(IEnumerable<(string Path, string Text)> files, bool hasUsings)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path)).ToList();
        if (hasUsings)
        {
            trees.Add(CSharpSyntaxTree.ParseText(Implicit, options, "Implicit.g.cs"));
        }

        return CSharpCompilation.Create("Analyzed", trees, References.Value, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release));
    }

    /// <summary>What the analyzer reports, in the order of files and lines.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> AnalyzeAsync(CSharpCompilation compilation)
    {
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (exception, _, _) => Console.Error.WriteLine(exception), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var found = await compilation.WithAnalyzers([new TorchSharpAnalyzer()], options).GetAnalyzerDiagnosticsAsync();
        return [.. found.OrderBy(item => item.Location.SourceTree!.FilePath, StringComparer.Ordinal).ThenBy(item => item.Location.SourceSpan.Start)];
    }

    private static ImmutableArray<MetadataReference> Load() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Concat(Further).Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))];
}
