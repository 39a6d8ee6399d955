using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD1006: targets of a type that the loss does not take.</summary>
internal static class TargetTypes
{
    private enum Kind
    {
        Unknown,
        Int64,
        OtherInteger,
        Float,
        OneHot,
        Boolean,
    }

    private static readonly HashSet<string> Shapes = ["squeeze", "unsqueeze", "view", "reshape", "flatten", "cpu", "cuda", "contiguous", "clone", "detach", "transpose", "alias", "expand"];

    public static void Check(LossCall loss, SourceModels sources, Reporter reporter)
    {
        if (loss.Target is not { } target)
        {
            return;
        }

        string? fault = (loss.Kind, Of(target, sources, 0)) switch
        {
            (LossKind.CrossEntropy, Kind.OneHot) => $"{loss.Name} takes class indices, or probabilities of a floating type: one-hot integers are neither",
            (LossKind.CrossEntropy or LossKind.NegativeLogLikelihood, Kind.OtherInteger or Kind.Boolean) => $"{loss.Name} takes class indices of 64 bits",
            (LossKind.NegativeLogLikelihood, Kind.OneHot) => $"{loss.Name} takes class indices, not one-hot rows",
            (LossKind.BinaryCrossEntropy or LossKind.BinaryCrossEntropyWithLogits, Kind.Int64 or Kind.OtherInteger or Kind.OneHot or Kind.Boolean) => $"{loss.Name} takes targets of the output's floating type, not integers",
            _ => null,
        };
        if (fault is not null)
        {
            reporter.Report(BuildRules.InvalidTarget, target.GetLocation(), fault);
        }
    }

    private static Kind Of(ExpressionSyntax expression, SourceModels sources, int depth)
    {
        expression = expression.Bare();
        if (depth > 8)
        {
            return Kind.Unknown;
        }

        if (expression is IdentifierNameSyntax or MemberAccessExpressionSyntax)
        {
            return sources.ValueOf(expression) is { } value ? Of(value, sources, depth + 1) : Kind.Unknown;
        }

        if (expression is not InvocationExpressionSyntax call || sources.MethodOf(call) is not { } method || !sources.Types.IsFromTorch(method))
        {
            return Kind.Unknown;
        }

        switch (method.Name)
        {
            case "one_hot":
                return Kind.OneHot;
            case "argmax" or "argmin":
                return Kind.Int64;
            case "randint" or "arange" or "tensor" or "zeros" or "ones" or "full" or "from_array" or "as_tensor":
                return call.Argument(method, "dtype") is { } made && Named(made) is var named and not Kind.Unknown ? named : method.Name switch
                {
                    "randint" => Kind.Int64,
                    "zeros" or "ones" => Kind.Float,
                    "tensor" or "from_array" or "as_tensor" => Elements(method.Parameters.FirstOrDefault()?.Type),
                    _ => Kind.Unknown,
                };
            case "rand" or "randn" or "rand_like" or "randn_like":
                return Kind.Float;
            case "zeros_like" or "ones_like":
                return Kind.Unknown;
            case "eq" or "gt" or "ge" or "lt" or "le" or "ne" or "logical_and" or "logical_or" or "logical_not":
                return Kind.Boolean;
            case "to" or "to_type" or "type":
                return call.ArgumentList.Arguments.Select(argument => Named(argument.Expression)).FirstOrDefault(kind => kind != Kind.Unknown) is var converted and not Kind.Unknown
                    ? converted
                    : call.Receiver() is { } moved && !call.ArgumentList.Arguments.Any(argument => sources.TypeOf(argument.Expression)?.Name == "ScalarType") ? Of(moved, sources, depth + 1) : Kind.Unknown;
            case "long" or "int64":
                return Kind.Int64;
            case "int" or "short" or "byte" or "int32":
                return Kind.OtherInteger;
            case "float" or "double" or "half" or "softmax" or "sigmoid":
                return Kind.Float;
            default:
                return Shapes.Contains(method.Name) && call.Receiver() is { } inner && sources.Types.IsTensor(sources.TypeOf(inner)) ? Of(inner, sources, depth + 1) : Kind.Unknown;
        }
    }

    private static Kind Named(ExpressionSyntax type) => (type switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        _ => string.Empty,
    }).ToUpperInvariant() switch
    {
        "INT64" or "LONG" => Kind.Int64,
        "INT32" or "INT16" or "INT8" or "BYTE" or "UINT8" or "INT" or "SHORT" => Kind.OtherInteger,
        "FLOAT32" or "FLOAT64" or "FLOAT16" or "BFLOAT16" or "FLOAT" or "DOUBLE" or "HALF" => Kind.Float,
        "BOOL" => Kind.Boolean,
        _ => Kind.Unknown,
    };

    private static Kind Elements(ITypeSymbol? type) => Element(type)?.SpecialType switch
    {
        SpecialType.System_Int64 => Kind.Int64,
        SpecialType.System_Int32 or SpecialType.System_Int16 or SpecialType.System_Byte or SpecialType.System_SByte => Kind.OtherInteger,
        SpecialType.System_Single or SpecialType.System_Double => Kind.Float,
        SpecialType.System_Boolean => Kind.Boolean,
        _ => Kind.Unknown,
    };

    private static ITypeSymbol? Element(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => Element(array.ElementType),
        INamedTypeSymbol { IsGenericType: true, TypeArguments.Length: 1 } named => Element(named.TypeArguments[0]),
        _ => type,
    };
}
