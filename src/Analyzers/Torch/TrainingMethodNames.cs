using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.Torch;

/// <summary>Finds by names alone which methods of a project take part in training: one pass over the syntax spares the binding of all other calls.</summary>
internal static class TrainingMethodNames
{
    private static readonly HashSet<string> Names = ["backward", "step", "zero_grad", "eval", "train", "no_grad", "inference_mode", "set_grad_enabled", "zero_"];

    /// <summary>Finds the names of such methods and of those that call them.</summary>
    public static HashSet<string> Find(Compilation compilation)
    {
        var calls = new List<(string Method, HashSet<string> Called)>();
        foreach (var tree in compilation.SyntaxTrees)
        {
            foreach (var node in tree.GetRoot().DescendantNodes())
            {
                string? name = node switch
                {
                    MethodDeclarationSyntax method => method.Identifier.ValueText,
                    LocalFunctionStatementSyntax function => function.Identifier.ValueText,
                    _ => null,
                };
                if (name is not null)
                {
                    calls.Add((name, [.. node.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(call => call.CalledName()).OfType<string>()]));
                }
            }
        }

        var found = new HashSet<string>(calls.Where(item => item.Called.Overlaps(Names)).Select(item => item.Method));
        var callers = calls.Where(item => item.Called.Overlaps(found)).Select(item => item.Method).ToList();
        found.UnionWith(callers);
        return found;
    }
}
