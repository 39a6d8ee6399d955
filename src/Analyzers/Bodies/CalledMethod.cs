using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Bodies;

/// <summary>What another method of the project does to the run, read from the names of its calls, and who calls a method.</summary>
internal static class CalledMethod
{
    private const int Depth = 2;

    /// <summary>The kinds of what a method does, in the order of its source.</summary>
    public static IReadOnlyList<EventKind> KindsOf(IMethodSymbol method, SourceModels sources) => KindsOf(method, sources, Depth);

    /// <summary>The methods and local functions in one file that call a method by its name, each with the calls.</summary>
    public static IEnumerable<InvocationExpressionSyntax> CallsOf(ISymbol method, SyntaxNode near) =>
        near.SyntaxTree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>().Where(call => call.CalledName() == method.Name);

    /// <summary>The member or local function that a node stands in.</summary>
    public static SyntaxNode? Container(SyntaxNode node) =>
        node.Ancestors().FirstOrDefault(ancestor => ancestor is LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or CompilationUnitSyntax);

    private static List<EventKind> KindsOf(IMethodSymbol method, SourceModels sources, int depth)
    {
        var kinds = new List<EventKind>();
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            var body = reference.GetSyntax();
            foreach (var call in body.DescendantNodes().OfType<InvocationExpressionSyntax>().OrderBy(call => call.NameToken()?.SpanStart ?? call.SpanStart))
            {
                if (call.CalledName() is not { } name)
                {
                    continue;
                }

                if (ByName(call, name) is { } kind)
                {
                    kinds.Add(kind);
                }
                else if (depth > 1 && call.Expression is IdentifierNameSyntax && method.ContainingType?.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault() is { } next && !SymbolEqualityComparer.Default.Equals(next, method))
                {
                    kinds.AddRange(KindsOf(next, sources, depth - 1));
                }
            }
        }

        return kinds;
    }

    private static EventKind? ByName(InvocationExpressionSyntax call, string name)
    {
        if (call.Receiver() is not { } receiver)
        {
            return name is "no_grad" or "inference_mode" ? EventKind.NoGrad : EventReader.ClearsGradients(call, name) ? EventKind.ZeroGrad : null;
        }

        return name switch
        {
            "backward" => EventKind.Backward,
            "step" => receiver.ToString().IndexOf("sched", StringComparison.OrdinalIgnoreCase) >= 0 ? EventKind.Schedule : EventKind.Step,
            "eval" => EventKind.Eval,
            "train" => call.ArgumentList.Arguments.FirstOrDefault()?.Expression.ToString() switch { null or "true" => EventKind.Train, "false" => EventKind.Eval, _ => null },
            "no_grad" or "inference_mode" => EventKind.NoGrad,
            _ => EventReader.ClearsGradients(call, name) ? EventKind.ZeroGrad : null,
        };
    }
}
