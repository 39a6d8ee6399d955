using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Bodies;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD6006, TD9503: validation in the wrong mode, or with a graph.</summary>
internal static class Validations
{
    private static readonly HashSet<string> Words = ["val", "valid", "validation", "validate", "test", "eval", "evaluate", "evaluation", "dev", "heldout", "holdout"];
    private static readonly HashSet<string> MethodWords = [.. Words, "accuracy", "validated", "evaluator"];

    public static void Check(TrainingBody body, Reporter reporter)
    {
        if (body.IsInModule || body.IsTest)
        {
            return;
        }

        var seen = new HashSet<ISymbol?>(SymbolEqualityComparer.Default);
        foreach (var call in body.Events.Where(item => item.Kind == EventKind.Call && item.Callee is null && IsValidation(item, body)))
        {
            if (!seen.Add(call.Receiver))
            {
                continue;
            }

            string name = call.Receiver?.Name ?? "the model";
            if (!IsInEvaluationMode(call, body) && ModeDependence.MayDependOnMode(call.Call.Receiver()!, body.Sources))
            {
                reporter.Report(BuildRules.WrongMode, call.Call.GetLocation(), $"'{name}' is validated without {name}.eval(): dropout and batch statistics stay as in training", call.Receiver?.Name);
            }

            if (!body.IsWithoutGraph(call.Call) && !CallersSwitchOff(body))
            {
                reporter.Report(BuildRules.RecordedValidation, call.Call.GetLocation(), $"'{name}' is validated outside of no_grad(): a graph is recorded for nothing");
            }
        }

        NeverTrainsAgain(body, reporter);
    }

    private static bool IsValidation(TrainingEvent call, TrainingBody body)
    {
        var loops = call.Call.LoopsAround(body.Node).ToList();
        bool trains = body.Events.Any(item => item.Kind == EventKind.Backward);
        var innermost = loops.FirstOrDefault();
        if (innermost is not null && body.Within(innermost).Any(item => item.Kind == EventKind.Backward && body.InnermostLoop(item.Call) == innermost) && !IsAfterLoopsWithBackward(call, body, innermost))
        {
            return false;
        }

        // A method that is named for it, and works on a model that it was given.
        if (!trains && body.Method is IMethodSymbol { MethodKind: not MethodKind.Constructor } method && SourceSyntax.HasWord(method.Name, MethodWords) && call.Receiver is IParameterSymbol or IFieldSymbol or IPropertySymbol or ILocalSymbol && !IsMadeHere(call.Receiver, body))
        {
            return true;
        }

        // A loop over validation data.
        if (innermost is CommonForEachStatementSyntax each && each.Expression.MentionsWord(Words) && !body.Within(innermost).Any(item => item.Kind == EventKind.Backward))
        {
            return true;
        }

        if (!trains)
        {
            return false;
        }

        // Beside the loop that trains: what the monitor is told of, or data that are named for it.
        var told = body.Events.FirstOrDefault(item => item.Kind == EventKind.MonitorValidation && item.Position > call.Position && item.Callee is null);
        return (told is not null && !body.Events.Any(item => item.Kind == EventKind.Backward && item.Position > call.Position && item.Position < told.Position) && IsAfterLoopsWithBackward(call, body, innermost))
            || (call.Call.ArgumentList.MentionsWord(Words) && IsAfterLoopsWithBackward(call, body, innermost));
    }

    // Within an epoch: after the loop over batches, not in it.
    private static bool IsAfterLoopsWithBackward(TrainingEvent call, TrainingBody body, SyntaxNode? innermost)
    {
        var last = body.Events.LastOrDefault(item => item.Kind == EventKind.Backward && item.Position < call.Position);
        var next = body.Events.FirstOrDefault(item => item.Kind == EventKind.Backward && item.Position > call.Position && body.InnermostLoop(item.Call) == innermost);
        return last is not null && next is null && (innermost is null || body.InnermostLoop(last.Call) != innermost || last.Callee is not null);
    }

    private static bool IsMadeHere(ISymbol? model, TrainingBody body) =>
        model is ILocalSymbol && model.DeclaringSyntaxReferences.Any(reference => body.Node.Span.Contains(reference.Span) && reference.SyntaxTree == body.Node.SyntaxTree && !(body.Node is CompilationUnitSyntax));

    private static bool IsInEvaluationMode(TrainingEvent call, TrainingBody body)
    {
        var last = body.Events.LastOrDefault(item => item.Position < call.Position && item.Kind is EventKind.Eval or EventKind.Train && item.Position < call.Position && item.MayConcern(call.Receiver));
        if (last is not null)
        {
            return last.Kind == EventKind.Eval;
        }

        // Nothing here says which mode; in a method of its own the callers may.
        return body.Method is not null && CalledMethod.CallsOf(body.Method, body.Node).Select(CalledMethod.Container).OfType<SyntaxNode>()
            .Any(caller => caller != body.Node && Calls(caller, "eval"));
    }

    private static bool CallersSwitchOff(TrainingBody body) =>
        body.Method is not null && CalledMethod.CallsOf(body.Method, body.Node).Select(CalledMethod.Container).OfType<SyntaxNode>()
            .Any(caller => caller != body.Node && (Calls(caller, "no_grad") || Calls(caller, "inference_mode")));

    private static bool Calls(SyntaxNode node, string name) => TrainingBody.InnerNodes(node).OfType<InvocationExpressionSyntax>().Any(call => call.CalledName() == name);

    // eval() within the loop over epochs, and training in the same loop that nothing sets back.
    private static void NeverTrainsAgain(TrainingBody body, Reporter reporter)
    {
        foreach (var eval in body.Events.Where(item => item.Kind == EventKind.Eval))
        {
            var loop = eval.Call.LoopsAround(body.Node).FirstOrDefault(outer => body.Within(outer).Any(item => item.Kind == EventKind.Backward));
            if (loop is null)
            {
                continue;
            }

            var within = body.Within(loop).ToList();
            if (within.Any(item => item.Kind == EventKind.Train && item.MayConcern(eval.Receiver)) || !IsTrained(eval, within, body))
            {
                continue;
            }

            var model = within.FirstOrDefault(item => item.Kind == EventKind.Call && item.Callee is null)?.Call.Receiver() ?? eval.Call.Receiver();
            if (eval.Callee is null ? ModeDependence.MayDependOnMode(eval.Call.Receiver()!, body.Sources) : model is null || ModeDependence.MayDependOnMode(model, body.Sources))
            {
                string name = eval.Receiver?.Name ?? "the model";
                reporter.Report(BuildRules.WrongMode, eval.Call.GetLocation(), $"After eval() the loop goes on to train '{name}' without train(): dropout and batch statistics stay off from the second round on");
            }
        }
    }

    // A teacher or target network is set to eval() for good: only a model whose outputs lead to backward() is trained.
    private static bool IsTrained(TrainingEvent eval, List<TrainingEvent> within, TrainingBody body)
    {
        if (eval.Receiver is null || eval.Callee is not null)
        {
            return true;
        }

        var calls = within.Where(item => item.Kind == EventKind.Call && item.Receiver is not null).ToList();
        return calls.Count == 0 || calls.Any(item => item.MayConcern(eval.Receiver) && !body.IsWithoutGraph(item.Call));
    }
}
