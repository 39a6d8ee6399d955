using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Bodies;

/// <summary>Reads the calls of a body that matter to training, and looks one call deep into methods of the same project.</summary>
internal static class EventReader
{
    /// <summary>Reads the events of a body.</summary>
    public static IReadOnlyList<TrainingEvent> Read(SyntaxNode body, SourceModels sources)
    {
        var events = new List<TrainingEvent>();
        foreach (var call in TrainingBody.InnerNodes(body).OfType<InvocationExpressionSyntax>())
        {
            if (call.CalledName() is not { } name)
            {
                continue;
            }

            int position = call.NameToken()!.Value.SpanStart;
            if (IsWithinClosureOfStep(call, sources))
            {
                continue;
            }

            if (KindOf(call, name, sources) is { } kind)
            {
                events.Add(new TrainingEvent(kind, call, position, kind is EventKind.NoGrad or EventKind.Scope ? null : ReceiverOf(call, sources), callee: null));
            }
            else if (sources.TrainingMethods.Contains(name) && sources.MethodOf(call) is { DeclaringSyntaxReferences.Length: > 0 } callee && !sources.Types.IsModule(callee.ContainingType))
            {
                events.AddRange(CalledMethod.KindsOf(callee, sources).Select(inner => new TrainingEvent(inner, call, position, receiver: null, callee)));
            }
        }

        return [.. events.OrderBy(item => item.Position)];
    }

    /// <summary>What a call of TorchSharp or of the monitor does; null for nothing of interest.</summary>
    private static EventKind? KindOf(InvocationExpressionSyntax call, string name, SourceModels sources)
    {
        switch (name)
        {
            case "backward" when Is(call, sources, sources.Types.IsTensor):
                return EventKind.Backward;
            case "step" when Is(call, sources, sources.Types.IsOptimizer):
                return call.ArgumentList.Arguments.Count == 0 ? EventKind.Step : null;
            case "step" when Is(call, sources, sources.Types.IsScheduler):
                return EventKind.Schedule;
            case "eval" when Is(call, sources, sources.Types.IsModule):
                return EventKind.Eval;
            case "train" when Is(call, sources, sources.Types.IsModule):
                return call.ArgumentList.Arguments.FirstOrDefault()?.Expression.ToString() == "false" ? EventKind.Eval : EventKind.Train;
            case "call" or "forward" when Is(call, sources, sources.Types.IsModule) && !IsLoss(call, sources):
                return EventKind.Call;
            case "no_grad" or "inference_mode" or "set_grad_enabled":
                return EventKind.NoGrad;
            case "NewDisposeScope" or "DisposeEverything" or "DisposeEverythingBut":
                return EventKind.Scope;
            case "Step" when Is(call, sources, sources.Types.IsMonitor):
                return EventKind.MonitorStep;
            case "Validation" when Is(call, sources, sources.Types.IsMonitor):
                return EventKind.MonitorValidation;
            default:
                return ClearsGradients(call, name) ? EventKind.ZeroGrad : null;
        }
    }

    /// <summary>Whether a call clears gradients by its name: zero_grad of optimizer or module, grad.zero_(), a user's ZeroGradients().</summary>
    public static bool ClearsGradients(InvocationExpressionSyntax call, string name) =>
        name == "zero_"
            ? call.Receiver()?.ToString().IndexOf("grad", StringComparison.OrdinalIgnoreCase) >= 0
            : name.IndexOf("zero", StringComparison.OrdinalIgnoreCase) >= 0 && name.IndexOf("grad", StringComparison.OrdinalIgnoreCase) >= 0;

    private static bool Is(InvocationExpressionSyntax call, SourceModels sources, Func<ITypeSymbol?, bool> test) => call.Receiver() is { } receiver && test(sources.TypeOf(receiver));

    // A loss is a module too, but no model.
    private static bool IsLoss(InvocationExpressionSyntax call, SourceModels sources)
    {
        for (var type = sources.TypeOf(call.Receiver()!); type is not null; type = type.BaseType)
        {
            if (type.Name is "Loss" or "WeightedLoss")
            {
                return true;
            }
        }

        return Losses.Recognize(call, sources) is not null;
    }

    private static ISymbol? ReceiverOf(InvocationExpressionSyntax call, SourceModels sources) =>
        call.Receiver()?.Bare() is IdentifierNameSyntax or MemberAccessExpressionSyntax ? sources.SymbolOf(call.Receiver()) : null;

    // LBFGS is given what computes the loss: its step runs backward itself.
    private static bool IsWithinClosureOfStep(InvocationExpressionSyntax call, SourceModels sources) =>
        call.Ancestors().OfType<InvocationExpressionSyntax>().Any(outer => outer.CalledName() == "step" && outer.ArgumentList.Span.Contains(call.Span) && Is(outer, sources, sources.Types.IsOptimizer));
}
