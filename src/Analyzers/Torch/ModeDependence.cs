using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.Torch;

/// <summary>Whether train() and eval() make a difference to a model.</summary>
internal static class ModeDependence
{
    private const int Depth = 6;

    private static readonly string[] Dependent = ["dropout", "batchnorm", "batch_norm", "instancenorm", "instance_norm", "rrelu", "transformer", "training"];

    /// <summary>Whether a model may hold dropout or batch statistics: true unless all of its source is seen and none is there.</summary>
    public static bool MayDependOnMode(ExpressionSyntax model, SourceModels sources) => MayDepend(model.Bare(), sources, Depth, []);

    private static bool MayDepend(ExpressionSyntax model, SourceModels sources, int depth, HashSet<ISymbol> visited)
    {
        if (depth == 0)
        {
            return true;
        }

        if (sources.Types.IsOwnModule(sources.TypeOf(model)))
        {
            return MayDepend((INamedTypeSymbol)sources.TypeOf(model)!, sources, depth, visited);
        }

        return model switch
        {
            InvocationExpressionSyntax call when call.CalledName() is "Sequential" or "ModuleList" => IsNamed(call) || call.DescendantNodes().OfType<ExpressionSyntax>()
                .Any(part => part is IdentifierNameSyntax { Parent: ArgumentSyntax } or BaseObjectCreationExpressionSyntax && sources.Types.IsModule(sources.TypeOf(part)) && MayDepend(part, sources, depth - 1, visited))
                || call.ArgumentList.Arguments.Any(argument => !sources.Types.IsModule(sources.TypeOf(argument.Expression)) && argument.Expression is not TupleExpressionSyntax),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: { } inner, Name.Identifier.ValueText: "to" or "cuda" or "cpu" } } => MayDepend(inner.Bare(), sources, depth - 1, visited),
            InvocationExpressionSyntax call when sources.Types.IsFromTorch(sources.MethodOf(call)) => IsNamed(call),
            IdentifierNameSyntax or MemberAccessExpressionSyntax => sources.ValueOf(model) is not { } value || MayDepend(value.Bare(), sources, depth - 1, visited),
            _ => true,
        };
    }

    private static bool MayDepend(INamedTypeSymbol type, SourceModels sources, int depth, HashSet<ISymbol> visited)
    {
        if (!visited.Add(type))
        {
            return false;
        }

        if (type.DeclaringSyntaxReferences.Any(reference => IsNamed(reference.GetSyntax())))
        {
            return true;
        }

        return type.GetMembers().OfType<IFieldSymbol>().Any(field =>
            sources.Types.HoldsModules(field.Type)
            || (sources.Types.IsOwnModule(field.Type) && MayDepend((INamedTypeSymbol)field.Type, sources, depth - 1, visited))
            || (sources.Types.IsModule(field.Type) && !sources.Types.IsOwnModule(field.Type) && sources.ValuesOf(field).Any(value =>
                value.Bare() is IdentifierNameSyntax or BaseObjectCreationExpressionSyntax && MayDepend(value.Bare(), sources, depth - 1, visited))));
    }

    private static bool IsNamed(SyntaxNode node) => node.DescendantTokens().Any(token =>
        token.IsKind(SyntaxKind.IdentifierToken) && Dependent.Any(word => token.ValueText.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0));
}
