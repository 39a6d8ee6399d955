using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.CodeFixes;

/// <summary>TD9505: keeps the numbers of a tensor without its graph.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class DetachFix : TorchSharpFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TD9505");

    /// <inheritdoc/>
    protected override string Title => "Keep it without its graph";

    /// <inheritdoc/>
    protected override SyntaxNode? Change(SyntaxNode root, SyntaxNode node, string? name)
    {
        var kept = node switch
        {
            InvocationExpressionSyntax { ArgumentList.Arguments.Count: 1 } call => call.ArgumentList.Arguments[0].Expression,
            AssignmentExpressionSyntax { Right: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum } assignment when assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) => sum.Right,
            AssignmentExpressionSyntax assignment => assignment.Right,
            _ => null,
        };
        if (kept is null)
        {
            return null;
        }

        var bare = kept.WithoutTrivia();
        var receiver = bare is IdentifierNameSyntax or InvocationExpressionSyntax or MemberAccessExpressionSyntax or ParenthesizedExpressionSyntax ? bare : SyntaxFactory.ParenthesizedExpression(bare);
        var detached = SyntaxFactory.InvocationExpression(SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, receiver, SyntaxFactory.IdentifierName("detach")));
        return root.ReplaceNode(kept, detached.WithTriviaFrom(kept));
    }
}
