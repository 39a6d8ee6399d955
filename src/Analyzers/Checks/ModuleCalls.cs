using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD0002, TD9507, TD5008: single calls of modules and functions.</summary>
internal static class ModuleCalls
{
    private static readonly HashSet<string> Dropouts = ["dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout", "feature_dropout"];
    private static readonly Version FirstUninitialized = new(0, 107);
    private static readonly Version FirstUnknown = new(0, 108);

    public static void Check(InvocationExpressionSyntax call, SourceModels sources, Reporter reporter)
    {
        switch (call.CalledName())
        {
            case "forward" when call.Receiver() is { } receiver and not BaseExpressionSyntax and not ThisExpressionSyntax:
                if (sources.Types.IsModule(sources.TypeOf(receiver)) && !IsLoss(sources.TypeOf(receiver)) && Losses.Recognize(call, sources) is null)
                {
                    reporter.Report(BuildRules.ForwardInsteadOfCall, call.NameToken()!.Value.GetLocation(), $"'{receiver.Bare()}' is run by forward: hooks fire through call only");
                }

                break;
            case { } name when Dropouts.Contains(name):
                if (sources.MethodOf(call) is { } method && sources.Types.IsFromTorch(method) && method.Parameters.Any(parameter => parameter.Name == "training") && call.Argument(method, "training") is null)
                {
                    reporter.Report(
                        BuildRules.UntiedDropout,
                        call.GetLocation(),
                        name == "alpha_dropout" ? $"'{name}' without its argument 'training' never drops anything" : $"'{name}' without its argument 'training' goes on in validation and use");
                }

                break;
            case "GroupNorm":
                GroupNorm(call, sources, reporter);
                break;
        }
    }

    private static bool IsLoss(ITypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name is "Loss" or "WeightedLoss")
            {
                return true;
            }
        }

        return false;
    }

    private static void GroupNorm(InvocationExpressionSyntax call, SourceModels sources, Reporter reporter)
    {
        var version = sources.Types.Version;
        if (version < FirstUninitialized || version >= FirstUnknown || sources.MethodOf(call) is not { } method || !sources.Types.IsFromTorch(method)
            || (call.Argument(method, "affine") is { } affine && affine.ToString() == "false"))
        {
            return;
        }

        // Set where it is made: by its name, or by a loop over all modules that asks for the type.
        string? name = call.Ancestors().Select(node => node switch
        {
            VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
            PropertyDeclarationSyntax property => property.Identifier.ValueText,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } => target.Identifier.ValueText,
            AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax target } => target.Name.Identifier.ValueText,
            _ => null,
        }).FirstOrDefault(found => found is not null);
        bool isLocal = call.Ancestors().Any(node => node is VariableDeclarationSyntax { Parent: not FieldDeclarationSyntax });
        var scope = (isLocal ? call.FirstAncestorOrSelf<MemberDeclarationSyntax>() : call.FirstAncestorOrSelf<TypeDeclarationSyntax>()) ?? call.SyntaxTree.GetRoot();
        bool isSet = scope.DescendantNodes().Any(node => node switch
        {
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: "weight", Expression: { } owner } => owner.ToString().TrimEnd('!') is var text && (text == name || text == "this." + name),
            DeclarationPatternSyntax pattern => pattern.Type.ToString().EndsWith("GroupNorm", StringComparison.Ordinal),
            TypeOfExpressionSyntax typeOf => typeOf.Type.ToString().EndsWith("GroupNorm", StringComparison.Ordinal),
            TypeArgumentListSyntax list => list.Parent is GenericNameSyntax { Identifier.ValueText: "OfType" } && list.Arguments.Any(argument => argument.ToString().EndsWith("GroupNorm", StringComparison.Ordinal)),
            _ => false,
        });
        if (!isSet)
        {
            reporter.Report(BuildRules.UninitializedGroupNorm, call.GetLocation(), $"GroupNorm of TorchSharp {version.Major}.{version.Minor} leaves weight and bias uninitialised: set the weight to 1 and the bias to 0");
        }
    }
}
