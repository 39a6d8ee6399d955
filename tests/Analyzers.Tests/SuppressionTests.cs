using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using TrainingDoctor.Analyzers;

namespace TrainingDoctor.Tests;

/// <summary>Severities follow <c>.editorconfig</c> and comments in the source, as with any analyzer.</summary>
public sealed class SuppressionTests
{
    private const string Reported = """
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        public static class Program
        {
            public static Tensor Run(Module<Tensor, Tensor> model, Tensor x) => model.{|#0:forward|}(x);
        }
        """;

    [Fact]
    public Task NoneSilencesARule() => Verify(Reported.Replace("{|#0:forward|}", "forward", StringComparison.Ordinal), "dotnet_diagnostic.TD0002.severity = none");

    [Fact]
    public Task ErrorRaisesARule() => Verify(Reported, "dotnet_diagnostic.TD0002.severity = error", new DiagnosticResult("TD0002", DiagnosticSeverity.Error).WithLocation(0));

    [Fact]
    public Task APragmaSilencesOnePlace() => Verify(Reported.Replace("{|#0:forward|}", "forward", StringComparison.Ordinal).Replace("    public static Tensor", "#pragma warning disable TD0002\n    public static Tensor", StringComparison.Ordinal), string.Empty);

    private static Task Verify(string source, string setting, params DiagnosticResult[] expected)
    {
        var test = new CSharpCodeFixTest<TorchSharpAnalyzer, EmptyCodeFixProvider, DefaultVerifier> { TestCode = source, ReferenceAssemblies = new ReferenceAssemblies("net10.0") };
        test.TestState.AdditionalReferences.AddRange(AnalyzedSource.References);
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", $"root = true\n\n[*.cs]\n{setting}\n"));
        test.TestState.ExpectedDiagnostics.AddRange(expected);
        return test.RunAsync();
    }
}
