using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD7004: modules and parameters in the fields of a module that are not registered.</summary>
internal static class ModuleClasses
{
    private static readonly HashSet<string> Registering = ["register_module", "add_module", "register_parameter", "register_buffer", "ConditionallyRegisterParameter"];
    private static readonly HashSet<string> Wrapping = ["Sequential", "ModuleList", "ModuleDict"];

    /// <summary>Checks the class of a module, one part of it where it is partial.</summary>
    public static void Check(ClassDeclarationSyntax declaration, SourceModels sources, Reporter reporter)
    {
        var model = sources.Of(declaration);
        if (model.GetDeclaredSymbol(declaration) is not { } type || !sources.Types.IsModule(type) || type.DeclaringSyntaxReferences[0].GetSyntax() != declaration)
        {
            return;
        }

        var parts = type.DeclaringSyntaxReferences.Select(reference => (ClassDeclarationSyntax)reference.GetSyntax()).ToList();
        var calls = parts.SelectMany(part => part.DescendantNodes().OfType<InvocationExpressionSyntax>()).ToList();
        bool registersByHand = calls.Any(call => call.CalledName() is { } name && Registering.Contains(name));
        var held = type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic && !field.IsConst).ToList();
        var registrable = held.Where(field => sources.Types.IsModule(field.Type) || sources.Types.IsParameter(field.Type)).ToList();

        Collections(held, calls, registersByHand, sources, reporter);
        if (registrable.Count == 0)
        {
            return;
        }

        var constructors = parts.SelectMany(part => part.Members.OfType<ConstructorDeclarationSyntax>()).Where(item => !item.Modifiers.Any(SyntaxKind.StaticKeyword)).ToList();
        if (!calls.Any(IsRegisterComponents))
        {
            if (!registersByHand && !IsRegisteredByBase(type, registrable, sources) && !registrable.All(field => IsLossOrWithoutParameters(field, sources)))
            {
                var place = constructors.Count > 0 ? constructors[0].Identifier : declaration.Identifier;
                reporter.Report(BuildRules.UnregisteredParameters, place.GetLocation(), $"'{type.Name}' never calls RegisterComponents(): the parameters of '{registrable[0].Name}' are not trained, moved or saved");
            }

            return;
        }

        if (!registersByHand)
        {
            AssignedTooLate(constructors, registrable, parts, sources, reporter);
        }
    }

    /// <summary>Whether a call is RegisterComponents of the module itself.</summary>
    public static bool IsRegisterComponents(InvocationExpressionSyntax call) => call.CalledName() == "RegisterComponents" && call.Receiver() is null or ThisExpressionSyntax or BaseExpressionSyntax;

    // A base class of the project that registers: it sees what initialisers made before its constructor ran.
    private static bool IsRegisteredByBase(INamedTypeSymbol type, List<IFieldSymbol> fields, SourceModels sources)
    {
        for (var ancestor = type.BaseType; ancestor is { DeclaringSyntaxReferences.Length: > 0 }; ancestor = ancestor.BaseType)
        {
            if (ancestor.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax().DescendantNodes().OfType<ConstructorDeclarationSyntax>()
                .Any(constructor => constructor.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(IsRegisterComponents))))
            {
                return fields.All(field => field.DeclaringSyntaxReferences.All(reference => reference.GetSyntax() is VariableDeclaratorSyntax { Initializer: not null } or PropertyDeclarationSyntax { Initializer: not null }));
            }
        }

        return false;
    }

    private static bool IsLossOrWithoutParameters(IFieldSymbol field, SourceModels sources) =>
        sources.Types.IsFromTorch(field.Type) && WithoutParameters.Contains(field.Type.Name);

    private static readonly HashSet<string> WithoutParameters =
    [
        "ReLU", "Tanh", "Sigmoid", "Softmax", "LogSoftmax", "GELU", "LeakyReLU", "SiLU", "Flatten", "MaxPool1d", "MaxPool2d", "AvgPool1d", "AvgPool2d", "Identity",
        "CrossEntropyLoss", "MSELoss", "BCELoss", "BCEWithLogitsLoss", "NLLLoss", "L1Loss", "Loss",
    ];

    private static void Collections(List<IFieldSymbol> fields, List<InvocationExpressionSyntax> calls, bool registersByHand, SourceModels sources, Reporter reporter)
    {
        if (registersByHand)
        {
            return;
        }

        foreach (var field in fields.Where(field => sources.Types.HoldsModules(field.Type)))
        {
            string name = MemberName(field);
            bool isWrapped = calls.Any(call => call.CalledName() is { } called && Wrapping.Contains(called) && call.ArgumentList.DescendantTokens().Any(token => token.ValueText == name));
            if (!isWrapped && field.Locations.FirstOrDefault(location => location.IsInSource) is { } place)
            {
                reporter.Report(BuildRules.UnregisteredParameters, place, $"Modules in '{name}' are not registered: RegisterComponents() does not look into {Kind(field.Type)}; use ModuleList, ModuleDict or register_module", name);
            }
        }
    }

    private static string MemberName(IFieldSymbol field) => field.AssociatedSymbol?.Name ?? field.Name;

    private static string Kind(ITypeSymbol type) => type is IArrayTypeSymbol ? "arrays" : type.IsTupleType ? "tuples" : type.Name.IndexOf("Dictionary", StringComparison.Ordinal) >= 0 ? "dictionaries" : "collections";

    private static void AssignedTooLate(List<ConstructorDeclarationSyntax> constructors, List<IFieldSymbol> fields, List<ClassDeclarationSyntax> parts, SourceModels sources, Reporter reporter)
    {
        foreach (var constructor in constructors)
        {
            if (constructor.DescendantNodes().OfType<InvocationExpressionSyntax>().FirstOrDefault(IsRegisterComponents) is not { } registration)
            {
                continue;
            }

            foreach (var assignment in constructor.DescendantNodes().OfType<AssignmentExpressionSyntax>().Where(assignment => assignment.SpanStart > registration.SpanStart))
            {
                foreach (var (target, _) in SourceModels.Pairs(assignment))
                {
                    if (sources.SymbolOf(target) is { } member && fields.FirstOrDefault(field => SymbolEqualityComparer.Default.Equals(field, member) || SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, member)) is not null)
                    {
                        reporter.Report(BuildRules.UnregisteredParameters, assignment.GetLocation(), $"'{member.Name}' is assigned after RegisterComponents(), which has seen what was there before", member.Name);
                    }
                }
            }
        }

        // Made when it is first needed: registered by nobody, and unknown to the optimizer.
        foreach (var forward in parts.SelectMany(part => part.Members.OfType<MethodDeclarationSyntax>()).Where(method => method.Identifier.ValueText == "forward"))
        {
            foreach (var assignment in forward.DescendantNodes().OfType<AssignmentExpressionSyntax>())
            {
                if (sources.SymbolOf(assignment.Left) is IFieldSymbol member && fields.Contains(member, SymbolEqualityComparer.Default))
                {
                    reporter.Report(BuildRules.UnregisteredParameters, assignment.GetLocation(), $"'{member.Name}' is made in forward: neither the module nor its optimizer knows it", member.Name);
                }
            }
        }
    }

    /// <summary>A field of a user's module that is given another layer from outside: the module goes on to hold the old one.</summary>
    public static void CheckReplacement(AssignmentExpressionSyntax assignment, SourceModels sources, Reporter reporter)
    {
        if (assignment.Left is not MemberAccessExpressionSyntax { Expression: not (ThisExpressionSyntax or BaseExpressionSyntax) } member
            || sources.SymbolOf(member) is not { } target
            || !sources.Types.IsModule(target.ContainingType)
            || target.ContainingType.DeclaringSyntaxReferences.Length == 0
            || !(target is IFieldSymbol field ? sources.Types.IsModule(field.Type) : target is IPropertySymbol property && IsAuto(property) && sources.Types.IsModule(property.Type)))
        {
            return;
        }

        string receiver = member.Expression.ToString();
        var method = assignment.Ancestors().FirstOrDefault(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or CompilationUnitSyntax);
        bool registers = method?.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call => call.CalledName() is { } name && Registering.Contains(name) && call.Receiver()?.ToString() == receiver) ?? false;
        if (!registers)
        {
            reporter.Report(BuildRules.UnregisteredParameters, assignment.GetLocation(), $"'{target.Name}' is replaced from outside: '{receiver}' goes on to register the old layer, and parameters() does not return the new one's", target.Name);
        }
    }

    private static bool IsAuto(IPropertySymbol property) => property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is PropertyDeclarationSyntax { AccessorList: { } accessors } && accessors.Accessors.All(accessor => accessor.Body is null && accessor.ExpressionBody is null);
}
