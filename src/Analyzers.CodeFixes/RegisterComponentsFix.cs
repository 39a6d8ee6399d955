using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Checks;

namespace TrainingDoctor.Analyzers.CodeFixes;

/// <summary>TD7004: registers components at the end of the constructor, where all fields have their modules.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RegisterComponentsFix : TorchSharpFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create("TD7004");

    /// <inheritdoc/>
    protected override string Title => "Register components at the end of the constructor";

    /// <inheritdoc/>
    protected override SyntaxNode? Change(SyntaxNode root, SyntaxNode node, string? name)
    {
        if (node.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is not { Body: { } body } constructor || node is VariableDeclaratorSyntax || node.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>() != constructor)
        {
            return null;
        }

        var registrations = body.Statements.Where(statement => statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } && ModuleClasses.IsRegisterComponents(call)).ToList();

        // A call within a branch is left to its author.
        if (registrations.Count == 0 && body.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(ModuleClasses.IsRegisterComponents))
        {
            return null;
        }

        var moved = registrations.Count > 0 ? registrations[0].WithoutTrivia().WithTrailingTrivia(SyntaxFactory.ElasticMarker).WithAdditionalAnnotations(Microsoft.CodeAnalysis.Formatting.Formatter.Annotation) : Statement("RegisterComponents();");
        var statements = SyntaxFactory.List(body.Statements.Where(statement => !registrations.Contains(statement)).Append(moved));
        return root.ReplaceNode(body, body.WithStatements(statements));
    }
}
