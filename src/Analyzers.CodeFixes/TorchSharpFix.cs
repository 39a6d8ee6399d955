using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TrainingDoctor.Analyzers.CodeFixes;

/// <summary>A code fix that replaces one node, or writes one statement.</summary>
public abstract class TorchSharpFix : CodeFixProvider
{
    /// <summary>Gets the title that the editor shows.</summary>
    protected abstract string Title { get; }

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
        {
            return;
        }

        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            diagnostic.Properties.TryGetValue("name", out string? name);
            if (Change(root, node, name) is { } changed)
            {
                context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), GetType().Name), diagnostic);
            }
        }
    }

    /// <summary>Makes the change.</summary>
    /// <param name="root">The file.</param>
    /// <param name="node">What is reported.</param>
    /// <param name="name">The optimizer, model or member that the report is about; null where it has none.</param>
    /// <returns>The file as it should be; null where no change is safe.</returns>
    protected abstract SyntaxNode? Change(SyntaxNode root, SyntaxNode node, string? name);

    /// <summary>A statement on a line of its own, to be indented by the formatter.</summary>
    /// <param name="code">Its source.</param>
    /// <returns>The statement.</returns>
    protected static StatementSyntax Statement(string code) => SyntaxFactory.ParseStatement(code).WithTrailingTrivia(SyntaxFactory.ElasticMarker).WithAdditionalAnnotations(Formatter.Annotation);

    /// <summary>Writes a statement where a loop's body begins.</summary>
    /// <param name="root">The file.</param>
    /// <param name="node">The loop, or a part of it.</param>
    /// <param name="code">The statement.</param>
    /// <returns>The file; null outside of loops.</returns>
    protected static SyntaxNode? BeginLoop(SyntaxNode root, SyntaxNode node, string code)
    {
        var body = node.FirstAncestorOrSelf<StatementSyntax>(statement => statement is CommonForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax) switch
        {
            CommonForEachStatementSyntax each => each.Statement,
            ForStatementSyntax counted => counted.Statement,
            WhileStatementSyntax whileTrue => whileTrue.Statement,
            DoStatementSyntax doWhile => doWhile.Statement,
            _ => null,
        };
        return body switch
        {
            BlockSyntax { Statements.Count: > 0 } block => root.InsertNodesBefore(block.Statements[0], [Statement(code)]),
            _ => null,
        };
    }

    /// <summary>Writes a statement before the one that holds a node.</summary>
    /// <param name="root">The file.</param>
    /// <param name="holder">The statement; must stand in a block or be a top-level statement.</param>
    /// <param name="code">The statement to write.</param>
    /// <returns>The file; null where nothing can be written before it.</returns>
    protected static SyntaxNode? Before(SyntaxNode root, StatementSyntax? holder, string code)
    {
        if (holder is null)
        {
            return null;
        }

        var written = Statement(code).WithLeadingTrivia(holder.GetLeadingTrivia());
        return holder.Parent switch
        {
            BlockSyntax => root.InsertNodesBefore(holder, [written]),
            GlobalStatementSyntax global => root.InsertNodesBefore(global, [SyntaxFactory.GlobalStatement(written)]),
            _ => null,
        };
    }

    /// <summary>The prefix with which a file names members of torch: none where it uses them statically.</summary>
    /// <param name="root">The file.</param>
    /// <returns><c>torch.</c>, or nothing.</returns>
    protected static string Torch(SyntaxNode root) =>
        root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax).OfType<UsingDirectiveSyntax>()
            .Any(directive => !directive.StaticKeyword.IsKind(SyntaxKind.None) && directive.Name?.ToString().EndsWith("torch", StringComparison.Ordinal) == true) ? string.Empty : "torch.";
}
