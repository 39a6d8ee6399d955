using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Bodies;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD9506: tensors are made in a loop and never disposed of.</summary>
internal static class DisposeScopes
{
    public static void Check(TrainingBody body, Reporter reporter)
    {
        if (body.IsInModule || body.IsTest)
        {
            return;
        }

        foreach (var loop in body.Loops)
        {
            bool runs = body.Directly(loop).Any(item => item.Callee is null && item.Kind is EventKind.Call or EventKind.Backward);
            if (!runs || IsScoped(loop, body) || Lost(loop, body) is not { } lost)
            {
                continue;
            }

            reporter.Report(BuildRules.UndisposedTensors, loop.LoopKeyword().GetLocation(), $"Tensors are made in this loop and not disposed of, such as '{Short(lost)}': native memory grows with every iteration");
        }
    }

    private static bool IsScoped(SyntaxNode loop, TrainingBody body)
    {
        var scopes = body.Events.Where(item => item.Kind == EventKind.Scope).ToList();
        if (scopes.Any(item => loop.Span.Contains(item.Call.Span)))
        {
            return true;
        }

        var outer = loop.LoopsAround(body.Node).ToList();
        if (outer.Any(around => scopes.Any(item => around.LoopBody().Span.Contains(item.Call.Span) && item.Position < loop.SpanStart)))
        {
            return true;
        }

        // One scope around all, here or where the method is called: enough for a method that is called once for an epoch, not for a program.
        return outer.Count == 0 && !body.IsProgram && (scopes.Any(item => item.Position < loop.SpanStart) || (body.Method is { } method && CalledMethod.CallsOf(method, body.Node).Any(IsCalledInScope)));
    }

    // A scope that a caller opens outside of its own loop is emptied no more often than that loop ends.
    private static bool IsCalledInScope(InvocationExpressionSyntax call) => call.Ancestors().TakeWhile(node => !node.IsLoop() && node is not MemberDeclarationSyntax and not LocalFunctionStatementSyntax).Any(node => node switch
    {
        UsingStatementSyntax block => Opens((SyntaxNode?)block.Declaration ?? block.Expression),
        BlockSyntax block => block.Statements.TakeWhile(statement => statement.SpanStart < call.SpanStart).OfType<LocalDeclarationStatementSyntax>().Any(statement => statement.UsingKeyword.RawKind != 0 && Opens(statement)),
        _ => false,
    });

    private static bool Opens(SyntaxNode? node) => node?.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Any(call => call.CalledName() == "NewDisposeScope") == true;

    // The first expression of the loop that makes a tensor which nothing takes care of.
    private static ExpressionSyntax? Lost(SyntaxNode loop, TrainingBody body)
    {
        var sources = body.Sources;
        foreach (var node in TrainingBody.InnerNodes(loop.LoopBody()).OfType<ExpressionSyntax>())
        {
            if (node is InvocationExpressionSyntax or BinaryExpressionSyntax or PrefixUnaryExpressionSyntax or ElementAccessExpressionSyntax
                && body.InnermostLoop(node) == loop
                && sources.Types.IsTensor(sources.TypeOf(node))
                && Makes(node, sources)
                && !IsCaredFor(node, loop, sources))
            {
                return node;
            }
        }

        return null;
    }

    private static bool Makes(ExpressionSyntax node, SourceModels sources) => node switch
    {
        InvocationExpressionSyntax call => call.CalledName() is { } name && !name.EndsWith("_", StringComparison.Ordinal)
            && name is not ("MoveToOuterDisposeScope" or "DetachFromDisposeScope" or "MoveToOtherDisposeScope" or "grad" or "First" or "Last" or "Single" or "ElementAt" or "Dequeue" or "Pop")
            && sources.MethodOf(call) is { } method && (sources.Types.IsFromTorch(method) || method.DeclaringSyntaxReferences.Length > 0) && !(sources.Types.IsFromTorch(method) && method.ContainingType.Name is "Optimizer"),
        ElementAccessExpressionSyntax element => sources.Types.IsTensor(sources.TypeOf(element.Expression)) && element.Parent is not AssignmentExpressionSyntax,
        _ => true,
    };

    private static bool IsCaredFor(ExpressionSyntax node, SyntaxNode loop, SourceModels sources)
    {
        SyntaxNode child = node;
        var parent = node.Parent;
        while (parent is ParenthesizedExpressionSyntax or CastExpressionSyntax or ConditionalExpressionSyntax or PostfixUnaryExpressionSyntax)
        {
            (child, parent) = (parent, parent.Parent);
        }

        switch (parent)
        {
            case UsingStatementSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax or YieldStatementSyntax:
                return true;
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable }:
                return variable.Parent?.Parent is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword } or UsingStatementSyntax
                    || IsHandedOn(variable.Identifier.ValueText, variable, loop);
            case AssignmentExpressionSyntax assignment when assignment.Right == child:
                return assignment.Left is not IdentifierNameSyntax name || sources.SymbolOf(name) is not ILocalSymbol || IsHandedOn(name.Identifier.ValueText, assignment, loop);
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "MoveToOuterDisposeScope" or "Dispose" or "DisposeAfterwards" }:
                return true;
            case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add" or "Enqueue" or "Push" } } }:
                return true;
            case ExpressionStatementSyntax:
                return node is not InvocationExpressionSyntax call || call.CalledName() is not ("call" or "forward");
            default:
                return false;
        }
    }

    // Disposed of by name, or kept by somebody else.
    private static bool IsHandedOn(string name, SyntaxNode from, SyntaxNode loop) =>
        loop.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call =>
            (call.CalledName() is "Dispose" or "DetachFromDisposeScope" && call.Receiver()?.ToString() == name)
            || (call.CalledName() is "Add" or "Enqueue" or "Push" && call.ArgumentList.Arguments.Any(argument => argument.Expression.ToString() == name)))
        || loop.DescendantNodes().OfType<UsingStatementSyntax>().Any(block => block.Expression?.ToString() == name);

    private static string Short(ExpressionSyntax expression)
    {
        string text = string.Join(" ", expression.ToString().Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= 60 ? text : text.Substring(0, 57) + "...";
    }
}
