using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.CodeFixes;

/// <summary>TD9508: takes the method that returns a new tensor.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class OutOfPlaceFix : TorchSharpFix
{
    // Methods whose name without the underscore is a method that returns the same as a new tensor.
    private static readonly HashSet<string> Twins =
    [
        "abs_", "add_", "clamp_", "clip_", "cos_", "div_", "exp_", "floor_", "log_", "masked_fill_", "mul_", "neg_", "pow_", "relu_", "round_", "sigmoid_", "sin_", "sqrt_", "square_", "sub_", "tanh_",
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TD9508");

    /// <inheritdoc/>
    protected override string Title => "Leave the input as it is";

    /// <inheritdoc/>
    protected override SyntaxNode? Change(SyntaxNode root, SyntaxNode node, string? name)
    {
        if (name is null || !Twins.Contains(name) || node is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax input } member } call)
        {
            return null;
        }

        var pure = call.WithExpression(member.WithName(SyntaxFactory.IdentifierName(name.TrimEnd('_'))));
        return call.Parent is ExpressionStatementSyntax statement
            ? root.ReplaceNode(statement, statement.WithExpression(SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, input.WithoutTrivia(), pure.WithoutTrivia())
                .WithOperatorToken(SyntaxFactory.Token(SyntaxFactory.TriviaList(SyntaxFactory.Space), SyntaxKind.EqualsToken, SyntaxFactory.TriviaList(SyntaxFactory.Space))).WithTriviaFrom(call)))
            : root.ReplaceNode(call, pure);
    }
}
