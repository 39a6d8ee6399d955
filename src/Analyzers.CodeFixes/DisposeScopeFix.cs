using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainingDoctor.Analyzers.CodeFixes;

/// <summary>TD9506: opens a dispose scope where the loop begins.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class DisposeScopeFix : TorchSharpFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TD9506");

    /// <inheritdoc/>
    protected override string Title => "Open a dispose scope for each iteration";

    /// <inheritdoc/>
    protected override SyntaxNode? Change(SyntaxNode root, SyntaxNode node, string? name)
    {
        string scope = node.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == "scope") ? "disposeScope" : "scope";
        return BeginLoop(root, node, $"using var {scope} = {Torch(root)}NewDisposeScope();");
    }
}
