using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Bodies;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD7004: a model is moved or replaced after its optimizer was made, which goes on to hold the old parameters.</summary>
internal static class StaleOptimizers
{
    private static readonly HashSet<string> Moving = ["to", "cuda", "cpu", "half", "@double", "double", "bfloat16"];

    public static void Check(TrainingBody body, Reporter reporter)
    {
        var sources = body.Sources;
        foreach (var made in TrainingBody.InnerNodes(body.Node).OfType<InvocationExpressionSyntax>())
        {
            if (OptimizedModel(made, sources) is not { } model || Holder(made, sources) is not { } optimizer)
            {
                continue;
            }

            foreach (var (place, what) in Changes(model, made, body))
            {
                if (IsUsed(optimizer, place, body))
                {
                    reporter.Report(BuildRules.UnregisteredParameters, place.GetLocation(), $"'{model.Name}' is {what} after '{optimizer.Name}' was made: the optimizer goes on to hold the old parameters");
                    break;
                }
            }
        }
    }

    // The model whose parameters() an optimizer is made of.
    private static ISymbol? OptimizedModel(InvocationExpressionSyntax made, SourceModels sources)
    {
        if (made.ArgumentList.Arguments.FirstOrDefault()?.Expression.Bare() is not InvocationExpressionSyntax parameters
            || parameters.CalledName() is not ("parameters" or "named_parameters")
            || parameters.Receiver()?.Bare() is not (IdentifierNameSyntax or MemberAccessExpressionSyntax)
            || !sources.Types.IsOptimizer(sources.TypeOf(made)))
        {
            return null;
        }

        return sources.SymbolOf(parameters.Receiver()) is (ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol) and { } model ? model : null;
    }

    private static ISymbol? Holder(InvocationExpressionSyntax made, SourceModels sources) => made.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => sources.Of(variable).GetDeclaredSymbol(variable),
        AssignmentExpressionSyntax assignment => sources.SymbolOf(assignment.Left),
        _ => null,
    };

    private static IEnumerable<(SyntaxNode Place, string What)> Changes(ISymbol model, InvocationExpressionSyntax made, TrainingBody body)
    {
        foreach (var node in TrainingBody.InnerNodes(body.Node).Where(node => node.SpanStart > made.Span.End && !AreAlternatives(node, made)))
        {
            switch (node)
            {
                case InvocationExpressionSyntax call when call.CalledName() is { } name && Moving.Contains(name) && Is(call.Receiver(), model, body):
                    yield return (call, "moved or converted");
                    break;
                case AssignmentExpressionSyntax assignment when Is(assignment.Left, model, body) && !assignment.Right.ToString().StartsWith(model.Name + ".", StringComparison.Ordinal):
                    yield return (assignment, "replaced");
                    break;
            }
        }
    }

    private static bool Is(ExpressionSyntax? expression, ISymbol model, TrainingBody body) =>
        expression is IdentifierNameSyntax name && name.Identifier.ValueText == model.Name && SymbolEqualityComparer.Default.Equals(body.Sources.SymbolOf(name), model);

    // Two branches of one choice never follow each other.
    private static bool AreAlternatives(SyntaxNode one, SyntaxNode other) => one.Ancestors().OfType<IfStatementSyntax>().Any(choice =>
        choice.Else is { } otherwise && ((choice.Statement.Span.Contains(one.Span) && otherwise.Span.Contains(other.Span)) || (choice.Statement.Span.Contains(other.Span) && otherwise.Span.Contains(one.Span))))
        || one.FirstAncestorOrSelf<SwitchSectionSyntax>() is { } section && other.FirstAncestorOrSelf<SwitchSectionSyntax>() is { } another && section != another;

    // Used after the change, and not made anew before that.
    private static bool IsUsed(ISymbol optimizer, SyntaxNode change, TrainingBody body)
    {
        foreach (var name in TrainingBody.InnerNodes(body.Node).OfType<IdentifierNameSyntax>())
        {
            if (name.SpanStart > change.Span.End && name.Identifier.ValueText == optimizer.Name && SymbolEqualityComparer.Default.Equals(body.Sources.SymbolOf(name), optimizer))
            {
                return name.Parent is not AssignmentExpressionSyntax assignment || assignment.Left != name;
            }
        }

        return false;
    }
}
