using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Bodies;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD2005, TD9501, TD9502: what a loop does to gradients, and in which order.</summary>
internal static class GradientLoops
{
    public static void Check(TrainingBody body, Reporter reporter)
    {
        NeverCleared(body, reporter);
        foreach (var loop in body.Loops.Cast<SyntaxNode?>().Append(null))
        {
            StepBeforeBackward(body, loop, reporter);
            MeasuredTooLate(body, loop, reporter);
        }

        ClearedBetween(body, reporter);
    }

    private static void NeverCleared(TrainingBody body, Reporter reporter)
    {
        var reported = new HashSet<SyntaxNode>();
        foreach (var step in body.Events.Where(item => item.Kind == EventKind.Step))
        {
            var loop = body.InnermostLoop(step.Call);
            string optimizer = step.Receiver?.Name ?? "optimizer";
            if (loop is null)
            {
                if (step.Callee is null && IsOneStepOfALoop(body, step))
                {
                    reporter.Report(BuildRules.AccumulatingGradient, step.Call.GetLocation(), $"'{optimizer}' steps after every backward pass, and neither this method nor one that calls it in a loop clears the gradients", optimizer);
                }

                continue;
            }

            // A method of this file that takes a whole step is judged by itself.
            if (step.Callee is { } callee && callee.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree == body.Node.SyntaxTree)
                && body.Events.Any(item => item.Kind == EventKind.Backward && item.Call == step.Call))
            {
                continue;
            }

            var within = body.Within(loop).ToList();
            bool runsBackward = within.Any(item => item.Kind == EventKind.Backward);
            bool clears = within.Any(item => item.Kind == EventKind.ZeroGrad && Clears(item, step, body));
            if (runsBackward && !clears && !IsMadeWithin(loop, step.Receiver) && reported.Add(loop))
            {
                reporter.Report(BuildRules.AccumulatingGradient, loop.LoopKeyword().GetLocation(), $"The loop runs backward() and {optimizer}.step() and never clears the gradients: they add up over its iterations", step.Receiver?.Name);
            }
        }
    }

    // zero_grad of another optimizer does not help; that of a module may.
    private static bool Clears(TrainingEvent clearing, TrainingEvent step, TrainingBody body) =>
        clearing.MayConcern(step.Receiver) || !body.Sources.Types.IsOptimizer(clearing.Receiver switch
        {
            ILocalSymbol local => local.Type,
            IFieldSymbol field => field.Type,
            IPropertySymbol property => property.Type,
            IParameterSymbol parameter => parameter.Type,
            _ => null,
        });

    private static bool IsMadeWithin(SyntaxNode loop, ISymbol? optimizer) => optimizer is ILocalSymbol && optimizer.DeclaringSyntaxReferences.All(reference => loop.Span.Contains(reference.Span) && reference.SyntaxTree == loop.SyntaxTree);

    // A method that takes one step: what it leaves out may be done by those that call it.
    private static bool IsOneStepOfALoop(TrainingBody body, TrainingEvent step)
    {
        if (body.Method is not IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method
            || step.Receiver is ILocalSymbol
            || body.Events.Any(item => item.Kind == EventKind.ZeroGrad)
            || !body.Events.Any(item => item.Kind == EventKind.Backward && item.Callee is null && item.Position < step.Position))
        {
            return false;
        }

        var calls = CalledMethod.CallsOf(method, body.Node).ToList();
        return calls.Any(call => call.Ancestors().Any(SourceSyntax.IsLoop))
            && !calls.Select(CalledMethod.Container).OfType<SyntaxNode>()
                .SelectMany(caller => caller.DescendantNodes().OfType<InvocationExpressionSyntax>())
                .Any(call => call.CalledName() is { } name && EventReader.ClearsGradients(call, name));
    }

    private static void StepBeforeBackward(TrainingBody body, SyntaxNode? loop, Reporter reporter)
    {
        var direct = body.Directly(loop).ToList();
        var step = direct.FirstOrDefault(item => item.Kind == EventKind.Step && item.Callee is null);
        if (step is null
            || body.Events.Any(item => item.Kind == EventKind.Backward && item.Position < step.Position)
            || !direct.Any(item => item.Kind == EventKind.Backward && item.Callee is null && item.Position > step.Position))
        {
            return;
        }

        reporter.Report(BuildRules.MisplacedStep, step.Call.GetLocation(), $"{step.Receiver?.Name ?? "The optimizer"} steps before backward() has computed the gradients of this batch");
    }

    private static void ClearedBetween(TrainingBody body, Reporter reporter)
    {
        for (int i = 1; i + 1 < body.Events.Count; i++)
        {
            var clearing = body.Events[i];
            if (clearing.Kind != EventKind.ZeroGrad || clearing.Callee is not null)
            {
                continue;
            }

            var block = Block(clearing);
            var backward = body.Events.Take(i).LastOrDefault(item => item.Kind is EventKind.Backward or EventKind.Step);
            var next = body.Events.Skip(i + 1).FirstOrDefault(item => item.Kind is EventKind.Backward or EventKind.Step);
            if (backward is { Kind: EventKind.Backward } && next is { Kind: EventKind.Step, Callee: null } && Block(backward) == block && Block(next) == block && Concerns(clearing, next, body))
            {
                reporter.Report(BuildRules.MisplacedStep, clearing.Call.GetLocation(), "Gradients are cleared between backward() and step(): the optimizer steps along none");
            }
        }
    }

    private static bool Concerns(TrainingEvent clearing, TrainingEvent step, TrainingBody body) =>
        SymbolEqualityComparer.Default.Equals(clearing.Receiver, step.Receiver) || (clearing.Receiver is not null && body.Sources.Types.IsModule((clearing.Receiver as ILocalSymbol)?.Type) && body.Events.Count(item => item.Kind == EventKind.Step) == 1);

    private static SyntaxNode? Block(TrainingEvent item) => item.Call.Ancestors().FirstOrDefault(node => node is BlockSyntax or CompilationUnitSyntax or AnonymousFunctionExpressionSyntax);

    private static void MeasuredTooLate(TrainingBody body, SyntaxNode? loop, Reporter reporter)
    {
        var direct = body.Directly(loop).Where(item => item.Kind is EventKind.Backward or EventKind.ZeroGrad or EventKind.MonitorStep).ToList();
        for (int i = 0; i < direct.Count; i++)
        {
            if (direct[i].Kind != EventKind.MonitorStep || !direct.Any(item => item.Kind == EventKind.Backward))
            {
                continue;
            }

            var earlier = direct.Take(i).Concat(loop is null ? [] : direct.Skip(i + 1)).ToList();
            var before = direct.Take(i).LastOrDefault() ?? (loop is null ? null : earlier.LastOrDefault());
            if (before is { Kind: EventKind.ZeroGrad })
            {
                reporter.Report(BuildRules.LateMeasurement, direct[i].Call.GetLocation(), "monitor.Step stands after zero_grad(): the gradients of the step are gone");
            }
        }
    }
}
