using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.Torch;

/// <summary>Finds by names alone which methods of a project take part in training: that spares the binding of all other calls.</summary>
internal static class TrainingMethodNames
{
    private static readonly HashSet<string> Names = ["backward", "step", "zero_grad", "eval", "train", "no_grad", "inference_mode", "set_grad_enabled", "zero_"];

    /// <summary>Finds the names of such methods and of those that call them.</summary>
    public static HashSet<string> Find(IReadOnlyList<SyntaxTree> trees, SourceWords words)
    {
        var found = Calling(Names, trees, words);
        found.UnionWith(Calling([.. found], trees, words));
        return found;
    }

    private static HashSet<string> Calling(HashSet<string> names, IReadOnlyList<SyntaxTree> trees, SourceWords words)
    {
        var callers = new HashSet<string>();
        foreach (var tree in trees.Where(tree => words.Of(tree).Overlaps(names)))
        {
            foreach (var call in tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>().Where(call => call.CalledName() is { } name && names.Contains(name)))
            {
                // A local function that takes part makes the method around it take part too.
                foreach (var ancestor in call.Ancestors())
                {
                    switch (ancestor)
                    {
                        case MethodDeclarationSyntax method:
                            callers.Add(method.Identifier.ValueText);
                            break;
                        case LocalFunctionStatementSyntax function:
                            callers.Add(function.Identifier.ValueText);
                            break;
                    }
                }
            }
        }

        return callers;
    }
}
