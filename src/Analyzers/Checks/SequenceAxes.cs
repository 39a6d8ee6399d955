using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD7011: samples and places of a sequence are exchanged, as names and sizes in the source show.</summary>
internal static class SequenceAxes
{
    private static readonly HashSet<string> Recurrent = ["LSTM", "GRU", "RNN"];
    private static readonly HashSet<string> Sized = ["randn", "rand", "zeros", "ones", "empty", "view", "reshape"];
    private static readonly HashSet<string> Batch = ["batch", "batches", "bsz", "samples"];
    private static readonly HashSet<string> Place = ["seq", "sequence", "time", "timesteps", "steps", "length", "len", "places", "tokens"];

    public static void Check(InvocationExpressionSyntax call, SourceModels sources, Reporter reporter)
    {
        if (call.CalledName() is not ("call" or "forward") || call.Receiver() is not { } receiver || sources.TypeOf(receiver) is not { } type || !Recurrent.Contains(type.Name) || !sources.Types.IsFromTorch(type)
            || sources.ValueOf(receiver)?.Bare() is not InvocationExpressionSyntax made || sources.MethodOf(made) is not { } factory || call.ArgumentList.Arguments.FirstOrDefault()?.Expression is not { } input)
        {
            return;
        }

        bool isBatchFirst = (made.Argument(factory, "batchFirst", "batch_first") as LiteralExpressionSyntax)?.IsKind(SyntaxKind.TrueLiteralExpression) ?? false;
        if (made.Argument(factory, "batchFirst", "batch_first") is { } given and not LiteralExpressionSyntax)
        {
            _ = given;
            return;
        }

        if (Fault(Sizes(input, sources), isBatchFirst, made.Argument(factory, "inputSize", "input_size"), sources) is { } fault)
        {
            reporter.Report(BuildRules.SwappedAxes, call.GetLocation(), $"'{receiver}' {fault}");
        }

        LastPlace(call, receiver, isBatchFirst, sources, reporter);
    }

    private static string? Fault(IReadOnlyList<ExpressionSyntax>? sizes, bool isBatchFirst, ExpressionSyntax? width, SourceModels sources)
    {
        if (sizes is not { Count: 3 })
        {
            return null;
        }

        if (width is not null && Number(width, sources) is { } expected && Number(sizes[2], sources) is { } last && last != expected && (Number(sizes[1], sources) == expected || Number(sizes[0], sources) == expected))
        {
            return $"takes {expected} features on the last axis, and is given them on another";
        }

        bool batchIsFirst = sizes[0].MentionsWord(Batch) && sizes[1].MentionsWord(Place);
        bool placeIsFirst = sizes[0].MentionsWord(Place) && sizes[1].MentionsWord(Batch);
        return (batchIsFirst, placeIsFirst, isBatchFirst) switch
        {
            (true, _, false) => "takes places before samples, and is given samples first: set batchFirst or transpose",
            (_, true, true) => "takes samples before places, and is given places first",
            _ => null,
        };
    }

    // The sizes that a tensor is made with, in the same method.
    private static IReadOnlyList<ExpressionSyntax>? Sizes(ExpressionSyntax input, SourceModels sources)
    {
        input = input.Bare();
        if (input is IdentifierNameSyntax)
        {
            return sources.ValueOf(input) is { } value && value.Bare() is not IdentifierNameSyntax ? Sizes(value, sources) : null;
        }

        if (input is not InvocationExpressionSyntax call || call.CalledName() is not { } name || !Sized.Contains(name))
        {
            return null;
        }

        var arguments = call.ArgumentList.Arguments.Where(argument => argument.NameColon is null).Select(argument => argument.Expression).ToList();
        return arguments.Count == 1
            ? arguments[0] switch
            {
                ImplicitArrayCreationExpressionSyntax array => [.. array.Initializer.Expressions],
                ArrayCreationExpressionSyntax { Initializer: { } items } => [.. items.Expressions],
                CollectionExpressionSyntax list when list.Elements.All(element => element is ExpressionElementSyntax) => [.. list.Elements.Select(element => ((ExpressionElementSyntax)element).Expression)],
                _ => null,
            }
            : arguments;
    }

    private static long? Number(ExpressionSyntax expression, SourceModels sources) => sources.Of(expression).GetConstantValue(expression).Value switch
    {
        int value => value,
        long value => value,
        _ => null,
    };

    // What is taken of the first output: its last place, or its last sample.
    private static void LastPlace(InvocationExpressionSyntax call, ExpressionSyntax receiver, bool isBatchFirst, SourceModels sources, Reporter reporter)
    {
        var output = call.Parent switch
        {
            AssignmentExpressionSyntax { Left: DeclarationExpressionSyntax { Designation: ParenthesizedVariableDesignationSyntax names } } => (names.Variables[0] as SingleVariableDesignationSyntax)?.Identifier.ValueText,
            AssignmentExpressionSyntax { Left: TupleExpressionSyntax tuple } => tuple.Arguments[0].Expression switch
            {
                DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax name } => name.Identifier.ValueText,
                IdentifierNameSyntax name => name.Identifier.ValueText,
                _ => null,
            },
            _ => null,
        };
        if (output is null || call.FirstAncestorOrSelf<BlockSyntax>() is not { } block)
        {
            return;
        }

        foreach (var node in block.DescendantNodes().Where(node => node.SpanStart > call.Span.End))
        {
            int? axis = node switch
            {
                ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax name } element when name.Identifier.ValueText == output => AxisOf(element.ArgumentList.Arguments),
                InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name, Name.Identifier.ValueText: "select" } } select
                    when name.Identifier.ValueText == output && select.ArgumentList.Arguments is { Count: 2 } arguments && IsLast(arguments[1].Expression) => (int?)Number(arguments[0].Expression, sources),
                _ => null,
            };
            if (axis is 0 && isBatchFirst)
            {
                reporter.Report(BuildRules.SwappedAxes, node.GetLocation(), $"'{receiver}' puts samples first: this is its output for the last sample, not for the last place");
            }
            else if (axis is 1 && !isBatchFirst)
            {
                reporter.Report(BuildRules.SwappedAxes, node.GetLocation(), $"'{receiver}' puts places first: this is its output for the last sample, not for the last place");
            }
        }
    }

    private static int? AxisOf(SeparatedSyntaxList<ArgumentSyntax> arguments)
    {
        if (arguments.Count > 0 && IsLast(arguments[0].Expression))
        {
            return 0;
        }

        return arguments.Count > 1 && IsWhole(arguments[0].Expression) && IsLast(arguments[1].Expression) ? 1 : null;
    }

    private static bool IsLast(ExpressionSyntax index) => index switch
    {
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression, Operand: LiteralExpressionSyntax { Token.ValueText: "1" } } => true,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.IndexExpression, Operand: LiteralExpressionSyntax { Token.ValueText: "1" } } => true,
        InvocationExpressionSyntax call => call.CalledName() == "Single" && call.ArgumentList.Arguments.Count == 1 && IsLast(call.ArgumentList.Arguments[0].Expression),
        _ => false,
    };

    private static bool IsWhole(ExpressionSyntax index) => index switch
    {
        RangeExpressionSyntax { LeftOperand: null, RightOperand: null } => true,
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText == "Colon",
        IdentifierNameSyntax name => name.Identifier.ValueText == "Colon",
        InvocationExpressionSyntax call => call.CalledName() == "Slice" && call.ArgumentList.Arguments.Count == 0,
        _ => false,
    };
}
