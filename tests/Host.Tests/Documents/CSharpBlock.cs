using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainingDoctor.Tests.Documents;

/// <summary>Compiles a piece of code from a document: a whole file, statements of a training program, or members of a module.</summary>
internal static class CSharpBlock
{
    /// <summary>Contributors' guides speak of what only the product's own tests may see.</summary>
    private const string AssemblyThatMaySeeInternals = "TrainingDoctor.Diagnostics.Tests";

    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;
        global using TorchSharp; global using TorchSharp.Modules; global using TrainingDoctor; global using TrainingDoctor.Rules.Knowledge; global using TrainingDoctor.Differences; global using TrainingDoctor.Readers;
        global using TrainingDoctor.Reports; global using static TorchSharp.torch;
        """;

    /// <summary>What a training program has at hand where a document begins to speak.</summary>
    private const string Surroundings = """
        internal abstract class MyProgram : TrainingProgram { }
        internal sealed class RareValidationOptions { public int MostSteps { get; set; } }
        internal abstract class RareValidation(RareValidationOptions options) : Rule<RareValidationOptions>(options) { }
        internal abstract class Surroundings : nn.Module<Tensor, Tensor>
        {
            protected nn.Module<Tensor, Tensor> model = null!, _first = null!, _second = null!;
            protected nn.Module<Tensor, Tensor, Tensor> criterion = null!;
            protected optim.Optimizer optimizer = null!;
            protected IEnumerable<(Tensor X, Tensor Y)> batches = null!;
            protected TrainingMonitorOptions options = null!;
            protected TrainingMonitor monitor = null!;
            protected Tensor loss = null!, x = null!, y = null!;
            protected Surroundings() : base("") { }
            protected static T New<T>() => default!;
            protected static T New<TArgument, T>(TArgument argument) => default!;
        }
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    private static readonly IReadOnlyList<MetadataReference> References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>Compiles a block.</summary>
    /// <param name="code">The block.</param>
    /// <returns>What is wrong with it in the form that it comes nearest to; empty when it compiles.</returns>
    public static IReadOnlyList<string> Problems(string code)
    {
        string statements = code.Replace("new MyProgram()", "New<MyProgram>()", StringComparison.Ordinal)
            .Replace("new RareValidation(", "New<RareValidationOptions, RareValidation>(", StringComparison.Ordinal);

        // Where a document shows a program's first lines, its directives stand above the statements.
        string[] lines = statements.Split('\n');
        string directives = string.Join('\n', lines.TakeWhile(IsDirective));
        statements = string.Join('\n', lines.SkipWhile(IsDirective));
        return new[]
        {
            code,
            $"{directives}\ninternal abstract class Block : Surroundings {{ public async Task Run() {{ await Task.CompletedTask;\n{statements}\n}} }}",
            $"internal class Block : Surroundings {{\n{code}\n}}",
        }.Select(Compile).MinBy(problems => problems.Count)!;
    }

    private static bool IsDirective(string line) => line.Length == 0 || (line.StartsWith("using ", StringComparison.Ordinal) && line.TrimEnd().EndsWith(';') && !line.Contains('=', StringComparison.Ordinal) && !line.Contains(" var ", StringComparison.Ordinal));

    private static List<string> Compile(string source)
    {
        var trees = new[] { source, Usings, Surroundings }.Select(text => CSharpSyntaxTree.ParseText(text, Language));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);
        return
        [
            .. CSharpCompilation.Create(AssemblyThatMaySeeInternals, trees, References, options).GetDiagnostics()
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }
}
