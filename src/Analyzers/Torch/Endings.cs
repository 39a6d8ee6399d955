using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Analyzers.Torch;

/// <summary>Follows a value back to the last operation that changed its numbers: through locals, fields, Sequential and the forward of a user's own modules.</summary>
internal sealed class Endings(SourceModels sources)
{
    private const int Depth = 12;

    private static readonly Dictionary<string, Ending> Operations = new()
    {
        ["softmax"] = Ending.Softmax,
        ["log_softmax"] = Ending.LogSoftmax,
        ["sigmoid"] = Ending.Sigmoid,
        ["sigmoid_"] = Ending.Sigmoid,
        ["expit"] = Ending.Sigmoid,
        ["logsigmoid"] = Ending.LogSigmoid,
        ["linear"] = Ending.Logits,
        ["relu"] = Ending.Other,
        ["tanh"] = Ending.Other,
        ["gelu"] = Ending.Other,
        ["Softmax"] = Ending.Softmax,
        ["Softmax2d"] = Ending.Softmax,
        ["LogSoftmax"] = Ending.LogSoftmax,
        ["Sigmoid"] = Ending.Sigmoid,
        ["LogSigmoid"] = Ending.LogSigmoid,
        ["Linear"] = Ending.Logits,
        ["Bilinear"] = Ending.Logits,
        ["Conv1d"] = Ending.Logits,
        ["Conv2d"] = Ending.Logits,
        ["Conv3d"] = Ending.Logits,
        ["ReLU"] = Ending.Other,
        ["Tanh"] = Ending.Other,
        ["GELU"] = Ending.Other,
    };

    private static readonly HashSet<string> Shapes =
    [
        "squeeze", "unsqueeze", "view", "reshape", "flatten", "to", "to_type", "@float", "float", "@double", "double", "cpu", "cuda", "transpose", "permute", "contiguous", "clone", "alias",
        "MoveToOuterDisposeScope", "DetachFromDisposeScope", "movedim", "t", "expand", "narrow", "select", "index_select", "clamp", "clamp_min", "clip", "view_as", "reshape_as", "detach",
    ];

    private static readonly HashSet<string> Wrapping = ["to", "cuda", "cpu", "half", "eval", "train"];

    // Modules that pass numbers on: what stands before them decides.
    private static readonly HashSet<string> Passing = ["Flatten", "Identity", "Unflatten"];

    /// <summary>What a tensor ends with.</summary>
    public Ending OfTensor(ExpressionSyntax expression, int depth = 0)
    {
        expression = expression.Bare();
        if (depth > Depth)
        {
            return Ending.Unknown;
        }

        switch (expression)
        {
            case InvocationExpressionSyntax call:
                return OfCall(call, depth);
            case ConditionalExpressionSyntax choice:
                return Same([OfTensor(choice.WhenTrue, depth + 1), OfTensor(choice.WhenFalse, depth + 1)]);
            case ElementAccessExpressionSyntax element when sources.Types.IsTensor(sources.TypeOf(element.Expression)):
                return OfTensor(element.Expression, depth + 1);
            case IdentifierNameSyntax or MemberAccessExpressionSyntax:
                return sources.ValueOf(expression) is { } value && sources.Types.IsTensor(sources.TypeOf(value)) ? OfTensor(value, depth + 1) : Ending.Unknown;
            default:
                return Ending.Unknown;
        }
    }

    /// <summary>What the output of a module ends with.</summary>
    public Ending OfModule(ExpressionSyntax expression, int depth = 0)
    {
        expression = expression.Bare();
        if (depth > Depth)
        {
            return Ending.Unknown;
        }

        var type = sources.TypeOf(expression);
        if (type is not null && sources.Types.IsFromTorch(type) && Operations.TryGetValue(type.Name, out var known))
        {
            return known;
        }

        if (sources.Types.IsOwnModule(type) && OfClass((INamedTypeSymbol)type!, depth + 1) is var own && own != Ending.Unknown)
        {
            return own;
        }

        switch (expression)
        {
            case InvocationExpressionSyntax call when call.CalledName() is { } name:
                if (name == "Sequential")
                {
                    return OfSequential(call.ArgumentList.Arguments.Select(argument => argument.Expression).ToList(), depth);
                }

                if (Operations.TryGetValue(name, out var made) && sources.Types.IsFromTorch(sources.MethodOf(call)))
                {
                    return made;
                }

                return Wrapping.Contains(name) && call.Receiver() is { } moved ? OfModule(moved, depth + 1) : Ending.Unknown;
            case ConditionalExpressionSyntax choice:
                return Same([OfModule(choice.WhenTrue, depth + 1), OfModule(choice.WhenFalse, depth + 1)]);
            case IdentifierNameSyntax or MemberAccessExpressionSyntax:
                return sources.ValueOf(expression) is { } value ? OfModule(value, depth + 1) : Ending.Unknown;
            default:
                return Ending.Unknown;
        }
    }

    /// <summary>The modules of a Sequential in their order, without their names; null where they can't be told.</summary>
    public IReadOnlyList<ExpressionSyntax>? Parts(IReadOnlyList<ExpressionSyntax> arguments)
    {
        if (arguments.Count == 1)
        {
            switch (arguments[0].Bare())
            {
                case CollectionExpressionSyntax list:
                    return list.Elements.All(element => element is ExpressionElementSyntax) ? list.Elements.Select(element => Unnamed(((ExpressionElementSyntax)element).Expression)).ToList() : null;
                case ArrayCreationExpressionSyntax { Initializer: { } items }:
                    return items.Expressions.Select(Unnamed).ToList();
                case ImplicitArrayCreationExpressionSyntax array:
                    return array.Initializer.Expressions.Select(Unnamed).ToList();
                case IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax when !sources.Types.IsModule(sources.TypeOf(arguments[0])):
                    return Listed(arguments[0].Bare());
            }
        }

        return arguments.Select(Unnamed).ToList();
    }

    private Ending OfSequential(IReadOnlyList<ExpressionSyntax> arguments, int depth)
    {
        var parts = Parts(arguments);
        for (int i = (parts?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (sources.TypeOf(parts![i]) is { } type && Passing.Contains(type.Name))
            {
                continue;
            }

            return OfModule(parts[i], depth + 1);
        }

        return Ending.Unknown;
    }

    private static ExpressionSyntax Unnamed(ExpressionSyntax expression) => expression.Bare() is TupleExpressionSyntax { Arguments.Count: 2 } tuple ? tuple.Arguments[1].Expression : expression;

    // What a list of layers was given by Add, in the order of the source, when nothing else is done to it.
    private List<ExpressionSyntax>? Listed(ExpressionSyntax list)
    {
        if (list is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToArray" or "ToList", Expression: { } inner } })
        {
            list = inner;
        }

        if (sources.SymbolOf(list) is not ILocalSymbol local || local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not VariableDeclaratorSyntax declarator)
        {
            return null;
        }

        var parts = declarator.Initializer?.Value switch
        {
            CollectionExpressionSyntax items => items.Elements.OfType<ExpressionElementSyntax>().Select(element => Unnamed(element.Expression)).ToList(),
            BaseObjectCreationExpressionSyntax { Initializer: { } items } => items.Expressions.Select(Unnamed).ToList(),
            _ => [],
        };
        foreach (var call in declarator.FirstAncestorOrSelf<BlockSyntax>()?.DescendantNodes().OfType<InvocationExpressionSyntax>() ?? [])
        {
            if (call.CalledName() == "Add" && call.Receiver() is IdentifierNameSyntax name && name.Identifier.ValueText == local.Name)
            {
                parts.AddRange(call.ArgumentList.Arguments.Select(argument => Unnamed(argument.Expression)));
            }
        }

        return parts.Count == 0 ? null : parts;
    }

    private Ending OfCall(InvocationExpressionSyntax call, int depth)
    {
        if (sources.MethodOf(call) is not { } method)
        {
            return Ending.Unknown;
        }

        string name = method.Name;
        if (name is "call" or "forward" && call.Receiver() is { } module && sources.Types.IsModule(sources.TypeOf(module)))
        {
            return OfModule(module, depth + 1);
        }

        if (!sources.Types.IsFromTorch(method))
        {
            return Ending.Unknown;
        }

        var input = sources.Types.IsTensor(method.ContainingType) || method.IsExtensionMethod ? call.Receiver() : call.ArgumentList.Arguments.FirstOrDefault()?.Expression;
        if (input is not null && name == "log")
        {
            return OfTensor(input, depth + 1) switch
            {
                Ending.Softmax => Ending.LogSoftmax,
                Ending.Sigmoid => Ending.LogSigmoid,
                _ => Ending.Unknown,
            };
        }

        if (Operations.TryGetValue(name, out var known))
        {
            return known;
        }

        return input is not null && Shapes.Contains(name) ? OfTensor(input, depth + 1) : Ending.Unknown;
    }

    private Ending OfClass(INamedTypeSymbol type, int depth)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            var forward = current.GetMembers("forward").OfType<IMethodSymbol>().FirstOrDefault(method => !method.IsAbstract);
            if (forward is null)
            {
                continue;
            }

            if (forward.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not MethodDeclarationSyntax declaration)
            {
                return Ending.Unknown;
            }

            var returned = declaration.ExpressionBody is { } arrow
                ? [arrow.Expression]
                : declaration.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
                    .OfType<ReturnStatementSyntax>().Select(statement => statement.Expression).OfType<ExpressionSyntax>().ToList();
            return returned.Count == 0 ? Ending.Unknown : Same(returned.Select(value => OfTensor(value, depth + 1)));
        }

        return Ending.Unknown;
    }

    private static Ending Same(IEnumerable<Ending> endings)
    {
        var distinct = endings.Distinct().Take(2).ToList();
        return distinct.Count == 1 ? distinct[0] : Ending.Unknown;
    }
}
