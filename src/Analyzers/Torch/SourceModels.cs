using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.Torch;

/// <summary>Finds where a name got its value: the last assignment before a use, the initialiser or constructor of a field.</summary>
internal sealed class SourceModels(TorchTypes types)
{
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    private readonly SourceWords _words = new(types.Compilation);

    /// <summary>Gets the names of the project's methods that do something to a training run, themselves or one call deeper: no other call need be looked into.</summary>
    public HashSet<string> TrainingMethods => _words.TrainingMethods;

    /// <summary>Gets the types of TorchSharp.</summary>
    public TorchTypes Types => types;

    /// <summary>Whether a file may have anything to do with training.</summary>
    public bool MayTrain(SyntaxTree tree) => _words.MayTrain(tree);

    /// <summary>Takes the semantic model that the compiler has of a file, so that nothing is bound twice.</summary>
    public void Take(SemanticModel model) => _models.TryAdd(model.SyntaxTree, model);

    /// <summary>The semantic model of a node's file.</summary>
    public SemanticModel Of(SyntaxNode node) => _models.GetOrAdd(node.SyntaxTree, Make);

    /// <summary>The symbol of an expression.</summary>
    public ISymbol? SymbolOf(ExpressionSyntax? expression) => expression is null ? null : Of(expression).GetSymbolInfo(expression.Bare()).Symbol;

    /// <summary>The type of an expression.</summary>
    public ITypeSymbol? TypeOf(ExpressionSyntax expression) => Of(expression).GetTypeInfo(expression).Type;

    /// <summary>The method that a call calls.</summary>
    public IMethodSymbol? MethodOf(InvocationExpressionSyntax call)
    {
        var info = Of(call).GetSymbolInfo(call);
        return (info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) as IMethodSymbol;
    }

    /// <summary>The expression that gave a name the value that it has at a use; null where none, or none alone, is seen.</summary>
    public ExpressionSyntax? ValueOf(ExpressionSyntax use)
    {
        use = use.Bare();
        return SymbolOf(use) switch
        {
            ILocalSymbol local => LastLocal(local, use),
            IFieldSymbol field => OnlyValue(field),
            IPropertySymbol property => OnlyValue(property),
            _ => null,
        };
    }

    /// <summary>All expressions that are assigned to a field or property within its type.</summary>
    public IReadOnlyList<ExpressionSyntax> ValuesOf(ISymbol member)
    {
        var values = new List<ExpressionSyntax>();
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            switch (reference.GetSyntax())
            {
                case VariableDeclaratorSyntax { Initializer: { } initializer }:
                    values.Add(initializer.Value);
                    break;
                case PropertyDeclarationSyntax { Initializer: { } initializer }:
                    values.Add(initializer.Value);
                    break;
                case PropertyDeclarationSyntax { ExpressionBody: { } arrow }:
                    values.Add(arrow.Expression);
                    break;
            }
        }

        foreach (var type in member.ContainingType?.DeclaringSyntaxReferences.AsEnumerable() ?? [])
        {
            foreach (var assignment in type.GetSyntax().DescendantNodes().OfType<AssignmentExpressionSyntax>())
            {
                foreach (var (target, value) in Pairs(assignment))
                {
                    if (NameOf(target) == member.Name && SymbolEqualityComparer.Default.Equals(SymbolOf(target), member))
                    {
                        values.Add(value);
                    }
                }
            }
        }

        return values;
    }

    /// <summary>Targets and values of an assignment, the parts of a tuple one by one.</summary>
    public static IEnumerable<(ExpressionSyntax Target, ExpressionSyntax Value)> Pairs(AssignmentExpressionSyntax assignment)
    {
        if (assignment is { Left: TupleExpressionSyntax left, Right: TupleExpressionSyntax right } && left.Arguments.Count == right.Arguments.Count)
        {
            return left.Arguments.Zip(right.Arguments, (target, value) => (target.Expression, value.Expression));
        }

        return [(assignment.Left, assignment.Right)];
    }

    private static string? NameOf(ExpressionSyntax target) => target switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } member => member.Name.Identifier.ValueText,
        _ => null,
    };

    private ExpressionSyntax? OnlyValue(ISymbol member)
    {
        var values = ValuesOf(member);
        return values.Count == 1 ? values[0] : null;
    }

    private ExpressionSyntax? LastLocal(ILocalSymbol local, ExpressionSyntax use)
    {
        if (local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not VariableDeclaratorSyntax declarator)
        {
            return null;
        }

        var last = declarator.Initializer?.Value;
        var scope = declarator.FirstAncestorOrSelf<BlockSyntax>() ?? (SyntaxNode?)declarator.FirstAncestorOrSelf<CompilationUnitSyntax>();
        foreach (var assignment in scope?.DescendantNodes().OfType<AssignmentExpressionSyntax>() ?? [])
        {
            if (assignment.Span.End > use.SpanStart)
            {
                break;
            }

            foreach (var (target, value) in Pairs(assignment))
            {
                if (target is IdentifierNameSyntax name && name.Identifier.ValueText == local.Name && SymbolEqualityComparer.Default.Equals(SymbolOf(target), local))
                {
                    last = assignment.OperatorToken.ValueText == "=" ? value : null;
                }
            }
        }

        return last;
    }

    // The model of another file is asked for only where a loss meets a network, or a loop a model, that is defined there.
#pragma warning disable RS1030
    private SemanticModel Make(SyntaxTree tree) => types.Compilation.GetSemanticModel(tree);
#pragma warning restore RS1030
}
