using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.CodeFixes;

/// <summary>TD6006, TD9503: sets the model to evaluation mode, or switches the graph off, before the validation.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ValidationFix : TorchSharpFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TD6006");

    /// <inheritdoc/>
    protected override string Title => "Set the model to evaluation mode before";

    /// <inheritdoc/>
    protected override SyntaxNode? Change(SyntaxNode root, SyntaxNode node, string? name) =>
        name is not null && node is InvocationExpressionSyntax call && call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "call" or "forward" }
            ? Before(root, Outermost(node), $"{name}.eval();")
            : null;

    /// <summary>The statement of a method's own block that holds a node: before its loops, so that it runs once.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The statement; null in an expression body.</returns>
    internal static StatementSyntax? Outermost(SyntaxNode node)
    {
        var loop = node.Ancestors().OfType<StatementSyntax>().FirstOrDefault(statement => statement is CommonForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax);
        return loop is not null && !loop.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "backward" })
            ? loop
            : node.FirstAncestorOrSelf<StatementSyntax>(statement => statement.Parent is BlockSyntax or GlobalStatementSyntax);
    }
}

/// <summary>TD9503: switches the graph off before the validation.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class NoGradFix : TorchSharpFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TD9503");

    /// <inheritdoc/>
    protected override string Title => "Validate without a graph";

    /// <inheritdoc/>
    protected override SyntaxNode? Change(SyntaxNode root, SyntaxNode node, string? name)
    {
        // Only where the method does nothing else: what follows in it must not train.
        var method = node.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>();
        return method is not null && !method.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "backward" })
            ? Before(root, ValidationFix.Outermost(node), $"using var guard = {Torch(root)}no_grad();")
            : null;
    }
}
