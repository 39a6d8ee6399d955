using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD9508: forward changes the tensor that it was given.</summary>
internal static class ChangedInputs
{
    private static readonly HashSet<string> Harmless = ["requires_grad_", "detach_", "retain_grad_", "rename_", "share_memory_"];

    public static void Check(MethodDeclarationSyntax forward, SourceModels sources, Reporter reporter)
    {
        if (forward.Identifier.ValueText != "forward" || sources.Of(forward).GetDeclaredSymbol(forward) is not { } method || !sources.Types.IsModule(method.ContainingType))
        {
            return;
        }

        foreach (var parameter in method.Parameters.Where(parameter => sources.Types.IsTensor(parameter.Type)))
        {
            // From its own assignment on, the name stands for another tensor.
            int end = forward.DescendantNodes().OfType<AssignmentExpressionSyntax>()
                .Where(assignment => SourceModels.Pairs(assignment).Any(pair => Is(pair.Target, parameter)))
                .Select(assignment => assignment.Span.End).DefaultIfEmpty(int.MaxValue).Min();
            foreach (var node in forward.DescendantNodes().Where(node => node.Span.End <= end))
            {
                switch (node)
                {
                    case InvocationExpressionSyntax call when call.CalledName() is { } name && name.EndsWith("_", StringComparison.Ordinal) && !Harmless.Contains(name):
                        if (call.Receiver() is { } receiver && Is(Viewed(receiver), parameter))
                        {
                            Report(call, parameter, name, reporter);
                        }
                        else if (call.ArgumentList.Arguments.FirstOrDefault()?.Expression is { } argument && Is(Viewed(argument), parameter) && sources.Types.IsFromTorch(sources.MethodOf(call)) && !sources.Types.IsTensor(sources.TypeOf(call.Receiver() ?? call)))
                        {
                            Report(call, parameter, name, reporter);
                        }

                        break;
                    case ArgumentSyntax { NameColon.Name.Identifier.ValueText: "inplace", Expression: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression }, Parent.Parent: InvocationExpressionSyntax function }:
                        if (function.ArgumentList.Arguments[0].Expression is { } changed && Is(changed, parameter))
                        {
                            Report(function, parameter, function.CalledName()!, reporter);
                        }

                        break;
                    case AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax element } assignment when Is(element.Expression, parameter):
                        Report(assignment, parameter, null, reporter);
                        break;
                }
            }
        }
    }

    // A view shares its numbers with what it is a view of.
    private static ExpressionSyntax Viewed(ExpressionSyntax expression)
    {
        while (true)
        {
            expression = expression.Bare();
            var inner = expression switch
            {
                InvocationExpressionSyntax call when call.CalledName() is "view" or "squeeze" or "unsqueeze" or "transpose" or "select" or "narrow" => call.Receiver(),
                ElementAccessExpressionSyntax element => element.Expression,
                _ => null,
            };
            if (inner is null)
            {
                return expression;
            }

            expression = inner;
        }
    }

    private static bool Is(ExpressionSyntax expression, IParameterSymbol parameter) => expression is IdentifierNameSyntax name && name.Identifier.ValueText == parameter.Name;

    private static void Report(SyntaxNode place, IParameterSymbol parameter, string? method, Reporter reporter) =>
        reporter.Report(BuildRules.ChangedInput, place.GetLocation(), method is null ? $"Elements of '{parameter.Name}' are assigned: the caller's tensor is changed" : $"'{method}' changes '{parameter.Name}' in place: the caller's tensor is changed", method);
}
