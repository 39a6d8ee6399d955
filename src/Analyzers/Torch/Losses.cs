using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.Torch;

/// <summary>Losses whose inputs are bound to a form.</summary>
internal enum LossKind
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>Cross-entropy from logits; contains log-softmax.</summary>
    CrossEntropy,

    /// <summary>Negative log likelihood; wants log-probabilities.</summary>
    NegativeLogLikelihood,

    /// <summary>Binary cross-entropy of probabilities.</summary>
    BinaryCrossEntropy,

    /// <summary>Binary cross-entropy from logits; contains the sigmoid.</summary>
    BinaryCrossEntropyWithLogits,
}

/// <summary>A call of a loss, with what it is called on.</summary>
internal sealed class LossCall(LossKind kind, string name, ExpressionSyntax input, ExpressionSyntax? target)
{
    public LossKind Kind => kind;

    public string Name => name;

    public ExpressionSyntax Input => input;

    public ExpressionSyntax? Target => target;
}

/// <summary>Recognises calls of losses, by module or by function.</summary>
internal static class Losses
{
    private static readonly Dictionary<string, LossKind> Kinds = new()
    {
        ["CrossEntropyLoss"] = LossKind.CrossEntropy,
        ["cross_entropy"] = LossKind.CrossEntropy,
        ["NLLLoss"] = LossKind.NegativeLogLikelihood,
        ["nll_loss"] = LossKind.NegativeLogLikelihood,
        ["BCELoss"] = LossKind.BinaryCrossEntropy,
        ["binary_cross_entropy"] = LossKind.BinaryCrossEntropy,
        ["BCEWithLogitsLoss"] = LossKind.BinaryCrossEntropyWithLogits,
        ["binary_cross_entropy_with_logits"] = LossKind.BinaryCrossEntropyWithLogits,
    };

    /// <summary>Recognises a call of a loss.</summary>
    public static LossCall? Recognize(InvocationExpressionSyntax call, SourceModels sources)
    {
        string? name = call.CalledName();
        var arguments = call.ArgumentList.Arguments;
        if (name is null || arguments.Count == 0)
        {
            return null;
        }

        if (name is "call" or "forward" && arguments.Count >= 2)
        {
            return call.Receiver() is { } module && sources.Types.IsModule(sources.TypeOf(module)) && KindOf(module, sources, 0) is (var kind and not LossKind.None, { } type)
                ? new LossCall(kind, type, arguments[0].Expression, arguments[1].Expression)
                : null;
        }

        return Kinds.TryGetValue(name, out var function) && char.IsLower(name[0]) && sources.MethodOf(call) is { } method && sources.Types.IsFromTorch(method)
            ? new LossCall(function, name, call.Argument(method, "input") ?? arguments[0].Expression, call.Argument(method, "target"))
            : null;
    }

    private static (LossKind Kind, string? Name) KindOf(ExpressionSyntax module, SourceModels sources, int depth)
    {
        module = module.Bare();
        if (sources.TypeOf(module) is { } type && Kinds.TryGetValue(type.Name, out var known) && sources.Types.IsFromTorch(type))
        {
            return (known, type.Name);
        }

        return depth < 5 && module is IdentifierNameSyntax or MemberAccessExpressionSyntax && sources.ValueOf(module) is { } value ? KindOf(value, sources, depth + 1) : (LossKind.None, null);
    }
}
