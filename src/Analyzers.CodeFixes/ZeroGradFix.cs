using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.CodeFixes;

/// <summary>TD2005: clears the gradients where the loop or the method begins.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ZeroGradFix : TorchSharpFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TD2005");

    /// <inheritdoc/>
    protected override string Title => "Clear the gradients with zero_grad()";

    /// <inheritdoc/>
    protected override SyntaxNode? Change(SyntaxNode root, SyntaxNode node, string? name)
    {
        if (name is null)
        {
            return null;
        }

        // Reported at the loop, or, in a method that takes one step, at that step.
        return node is InvocationExpressionSyntax
            ? node.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>()?.Body is { Statements.Count: > 0 } body ? Before(root, body.Statements[0], $"{name}.zero_grad();") : null
            : BeginLoop(root, node, $"{name}.zero_grad();");
    }
}
