using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.Bodies;

/// <summary>What a call does to a training run.</summary>
internal enum EventKind
{
    /// <summary>A backward pass.</summary>
    Backward,

    /// <summary>A step of an optimizer.</summary>
    Step,

    /// <summary>Gradients are cleared.</summary>
    ZeroGrad,

    /// <summary>A step of a schedule.</summary>
    Schedule,

    /// <summary>A model is set to evaluation mode.</summary>
    Eval,

    /// <summary>A model is set to training mode.</summary>
    Train,

    /// <summary>Recording of the graph is switched off.</summary>
    NoGrad,

    /// <summary>A model is run.</summary>
    Call,

    /// <summary>The monitor is told of a step.</summary>
    MonitorStep,

    /// <summary>The monitor is told of a validation.</summary>
    MonitorValidation,

    /// <summary>A dispose scope is opened or emptied.</summary>
    Scope,
}

/// <summary>Something that a method does to a training run, itself or by calling another.</summary>
/// <param name="kind">What it is.</param>
/// <param name="call">The call, in this body.</param>
/// <param name="position">Where the call's name stands: the order of events.</param>
/// <param name="receiver">The optimizer, model or schedule that it is done to; null where that isn't a name.</param>
/// <param name="callee">The method of the same project that does it; null where the body does it itself.</param>
internal sealed class TrainingEvent(EventKind kind, InvocationExpressionSyntax call, int position, ISymbol? receiver, IMethodSymbol? callee)
{
    public EventKind Kind => kind;

    public InvocationExpressionSyntax Call => call;

    public int Position => position;

    public ISymbol? Receiver => receiver;

    public IMethodSymbol? Callee => callee;

    /// <summary>Whether two events may be about the same thing: one of them is not known by name, or both have one name.</summary>
    public bool MayConcern(ISymbol? other) => receiver is null || other is null || SymbolEqualityComparer.Default.Equals(receiver, other);
}
