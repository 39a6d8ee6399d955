using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.CodeFixes;

/// <summary>TD9507: ties functional dropout to the module's mode.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class TrainingArgumentFix : TorchSharpFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TD9507");

    /// <inheritdoc/>
    protected override string Title => "Tie dropout to the module's mode";

    /// <inheritdoc/>
    protected override SyntaxNode? Change(SyntaxNode root, SyntaxNode node, string? name)
    {
        // Only forward belongs to a module for certain: there the mode is at hand.
        if (node is not InvocationExpressionSyntax call || call.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.Identifier.ValueText != "forward")
        {
            return null;
        }

        var argument = SyntaxFactory.Argument(SyntaxFactory.NameColon("training").WithColonToken(SyntaxFactory.Token(SyntaxKind.ColonToken).WithTrailingTrivia(SyntaxFactory.Space)), default, SyntaxFactory.IdentifierName("training"));
        var arguments = call.ArgumentList.Arguments;
        var separators = arguments.GetSeparators().Append(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space));
        return root.ReplaceNode(call.ArgumentList, call.ArgumentList.WithArguments(SyntaxFactory.SeparatedList(arguments.Append(argument), separators)));
    }
}
