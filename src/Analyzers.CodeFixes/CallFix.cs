using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.CodeFixes;

/// <summary>TD0002: runs a module by <c>call</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class CallFix : TorchSharpFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TD0002");

    /// <inheritdoc/>
    protected override string Title => "Run the module by call";

    /// <inheritdoc/>
    protected override SyntaxNode? Change(SyntaxNode root, SyntaxNode node, string? name) =>
        node is IdentifierNameSyntax called ? root.ReplaceNode(called, called.WithIdentifier(SyntaxFactory.Identifier(called.GetLeadingTrivia(), "call", called.GetTrailingTrivia()))) : null;
}
