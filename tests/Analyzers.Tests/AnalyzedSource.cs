using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingDoctor.Analyzers;

namespace TrainingDoctor.Tests;

/// <summary>Source that was compiled against TorchSharp and analyzed.</summary>
internal static class AnalyzedSource
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> AllReferences = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))]);

    /// <summary>Gets what a program is compiled against: what the tests run with.</summary>
    public static ImmutableArray<MetadataReference> References => AllReferences.Value;

    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;";

    /// <summary>Compiles files; top-level statements make a program.</summary>
    public static CSharpCompilation Compile(IEnumerable<(string Path, string Text)> files, bool hasUsings = false)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path)).ToList();
        if (hasUsings)
        {
            trees.Add(CSharpSyntaxTree.ParseText(Usings, options, "Usings.cs"));
        }

        bool isProgram = trees.Any(tree => tree.GetRoot().ChildNodes().Any(node => node.IsKind(SyntaxKind.GlobalStatement)));
        return CSharpCompilation.Create("Analyzed", trees, AllReferences.Value, new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
    }

    /// <summary>What the analyzer reports, in the order of files and lines.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> AnalyzeAsync(CSharpCompilation compilation)
    {
        var failures = new List<Exception>();
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (exception, _, _) => failures.Add(exception), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var found = await compilation.WithAnalyzers([new TorchSharpAnalyzer()], options).GetAnalyzerDiagnosticsAsync();
        Assert.Empty(failures);
        return [.. found.OrderBy(item => item.Location.SourceTree!.FilePath, StringComparer.Ordinal).ThenBy(item => item.Location.SourceSpan.Start)];
    }

    /// <summary>The errors of the compiler: a program that does not compile measures nothing.</summary>
    public static IEnumerable<string> Errors(CSharpCompilation compilation) => compilation.GetDiagnostics().Where(item => item.Severity == DiagnosticSeverity.Error).Select(item => item.ToString());

    /// <summary>The line of a diagnostic, counted from 1.</summary>
    public static int LineOf(Diagnostic item) => item.Location.GetLineSpan().StartLinePosition.Line + 1;
}
