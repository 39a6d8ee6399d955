using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Bodies;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD9505: losses and outputs are kept with their graph.</summary>
internal static class KeptTensors
{
    private static readonly HashSet<string> Adding = ["Add", "Enqueue", "Push", "AddLast", "Append"];
    private static readonly HashSet<string> Cutting = ["detach", "detach_", "item", "ToSingle", "ToDouble", "data", "argmax", "eq", "ge", "gt", "le", "lt", "no_grad"];
    private static readonly HashSet<string> Keeping = ["MoveToOuterDisposeScope", "DetachFromDisposeScope", "clone", "cpu", "mean", "sum", "squeeze", "to", "alias", "unsqueeze", "reshape", "view", "flatten"];

    public static void Check(TrainingBody body, Reporter reporter)
    {
        if (!body.Events.Any(item => item.Kind == EventKind.Backward))
        {
            return;
        }

        foreach (var node in TrainingBody.InnerNodes(body.Node))
        {
            switch (node)
            {
                case InvocationExpressionSyntax call when call.CalledName() is { } name && Adding.Contains(name) && call.ArgumentList.Arguments.Count == 1 && call.Receiver() is { } collection:
                    if (body.Sources.Types.HoldsTensors(body.Sources.TypeOf(collection)) && Outlives(collection, call, body) && HasGraph(call.ArgumentList.Arguments[0].Expression, call, body))
                    {
                        Report(call, call.ArgumentList.Arguments[0].Expression, collection, reporter);
                    }

                    break;
                case AssignmentExpressionSyntax sum when Added(sum) is { } added && body.Sources.Types.IsTensor(body.Sources.TypeOf(sum.Left)):
                    if (Outlives(sum.Left, sum, body) && !IsDifferentiated(sum.Left, body) && HasGraph(added, sum, body))
                    {
                        Report(sum, added, sum.Left, reporter);
                    }

                    break;
            }
        }
    }

    private static void Report(ExpressionSyntax place, ExpressionSyntax kept, ExpressionSyntax holder, Reporter reporter) =>
        reporter.Report(BuildRules.RetainedGraph, place.GetLocation(), $"'{kept}' is kept in '{holder}' together with its graph: memory grows with every step", kept.ToString());

    // a += b, a = a + b
    private static ExpressionSyntax? Added(AssignmentExpressionSyntax assignment) => assignment switch
    {
        { RawKind: (int)SyntaxKind.AddAssignmentExpression } => assignment.Right,
        { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum } when sum.Left.ToString() == assignment.Left.ToString() => sum.Right,
        _ => null,
    };

    // Made outside of the loop that runs backward, or a field of the object whose method takes one step.
    private static bool Outlives(ExpressionSyntax holder, SyntaxNode place, TrainingBody body)
    {
        var loop = body.InnermostLoop(place);
        if (!body.Directly(loop).Any(item => item.Kind == EventKind.Backward))
        {
            return false;
        }

        return body.Sources.SymbolOf(holder) switch
        {
            ILocalSymbol local => loop is not null && !local.DeclaringSyntaxReferences.Any(reference => loop.Span.Contains(reference.Span)),
            IFieldSymbol or IPropertySymbol => loop is not null || (body.Method is { } method && CalledMethod.CallsOf(method, body.Node).Any(call => call.Ancestors().Any(SourceSyntax.IsLoop))),
            IParameterSymbol => loop is not null,
            _ => false,
        };
    }

    private static bool IsDifferentiated(ExpressionSyntax holder, TrainingBody body) =>
        body.Events.Any(item => item.Kind == EventKind.Backward && item.Callee is null && item.Receiver is not null && SymbolEqualityComparer.Default.Equals(item.Receiver, body.Sources.SymbolOf(holder)));

    private static bool HasGraph(ExpressionSyntax value, SyntaxNode place, TrainingBody body)
    {
        value = value.Bare();
        if (body.IsWithoutGraph(place) || !body.Sources.Types.IsTensor(body.Sources.TypeOf(value)))
        {
            return false;
        }

        while (value is InvocationExpressionSyntax call && call.CalledName() is { } name)
        {
            if (Cutting.Contains(name))
            {
                return false;
            }

            if (name is "call" or "forward" || Losses.Recognize(call, body.Sources) is not null)
            {
                return true;
            }

            if (!Keeping.Contains(name) || call.Receiver() is not { } inner)
            {
                return false;
            }

            value = inner.Bare();
        }

        if (value is not IdentifierNameSyntax identifier)
        {
            return false;
        }

        var symbol = body.Sources.SymbolOf(identifier);
        if (body.Events.Any(item => item.Kind == EventKind.Backward && item.Callee is null && item.Receiver is not null && SymbolEqualityComparer.Default.Equals(item.Receiver, symbol)))
        {
            return true;
        }

        return body.Sources.ValueOf(identifier)?.Bare() is InvocationExpressionSyntax made && made != value && !IsCut(made)
            && made.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Any(inner => inner.CalledName() is "call" or "forward");
    }

    private static bool IsCut(InvocationExpressionSyntax made) => made.CalledName() is { } name && Cutting.Contains(name);
}
