using Microsoft.CodeAnalysis;

namespace TrainingDoctor.Analyzers.Torch;

/// <summary>The types of TorchSharp that a compilation knows. Null where it does not reference TorchSharp, so that other projects pay nothing.</summary>
internal sealed class TorchTypes
{
    private readonly INamedTypeSymbol _module;
    private readonly INamedTypeSymbol _tensor;
    private readonly INamedTypeSymbol? _optimizer;
    private readonly INamedTypeSymbol? _scheduler;
    private readonly INamedTypeSymbol? _parameter;
    private readonly INamedTypeSymbol? _monitor;

    private TorchTypes(Compilation compilation, INamedTypeSymbol module, INamedTypeSymbol tensor)
    {
        Compilation = compilation;
        _module = module;
        _tensor = tensor;
        _optimizer = compilation.GetTypeByMetadataName("TorchSharp.torch+optim+Optimizer");
        _scheduler = compilation.GetTypeByMetadataName("TorchSharp.torch+optim+lr_scheduler+LRScheduler");
        _parameter = compilation.GetTypeByMetadataName("TorchSharp.Modules.Parameter");
        _monitor = compilation.GetTypeByMetadataName("TrainingDoctor.TrainingMonitor");
        Version = module.ContainingAssembly.Identity.Version;
    }

    /// <summary>Gets the compilation.</summary>
    public Compilation Compilation { get; }

    /// <summary>Gets the version of TorchSharp.</summary>
    public Version Version { get; }

    /// <summary>Finds the types.</summary>
    public static TorchTypes? Find(Compilation compilation)
    {
        var module = compilation.GetTypeByMetadataName("TorchSharp.torch+nn+Module");
        var tensor = compilation.GetTypeByMetadataName("TorchSharp.torch+Tensor");
        return module is null || tensor is null ? null : new TorchTypes(compilation, module, tensor);
    }

    /// <summary>Whether a type is nn.Module or derives from it.</summary>
    public bool IsModule(ITypeSymbol? type) => Derives(type, _module);

    /// <summary>Whether a type is Tensor or Parameter.</summary>
    public bool IsTensor(ITypeSymbol? type) => Derives(type, _tensor);

    /// <summary>Whether a type is a trainable Parameter.</summary>
    public bool IsParameter(ITypeSymbol? type) => Derives(type, _parameter);

    /// <summary>Whether a type is an optimizer.</summary>
    public bool IsOptimizer(ITypeSymbol? type) => Derives(type, _optimizer);

    /// <summary>Whether a type is a schedule of the learning rate.</summary>
    public bool IsScheduler(ITypeSymbol? type) => Derives(type, _scheduler);

    /// <summary>Whether a type is the monitor of Training Doctor.</summary>
    public bool IsMonitor(ITypeSymbol? type) => Derives(type, _monitor);

    /// <summary>Whether a type comes from TorchSharp itself.</summary>
    public bool IsFromTorch(ISymbol? symbol) => SymbolEqualityComparer.Default.Equals(symbol?.ContainingAssembly, _module.ContainingAssembly);

    /// <summary>Whether a type is a module of the user, whose source is at hand.</summary>
    public bool IsOwnModule(ITypeSymbol? type) => type is INamedTypeSymbol { DeclaringSyntaxReferences.Length: > 0 } && IsModule(type);

    /// <summary>Whether a type holds modules that RegisterComponents does not look into: an array, a list, a dictionary, a tuple of them.</summary>
    public bool HoldsModules(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => IsModule(array.ElementType) || HoldsModules(array.ElementType),
        INamedTypeSymbol { IsGenericType: true } named when !IsModule(named) && !IsDelegate(named) => named.TypeArguments.Any(argument => IsModule(argument) || HoldsModules(argument)),
        _ => false,
    };

    /// <summary>Whether a type is a collection of tensors.</summary>
    public bool HoldsTensors(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => IsTensor(array.ElementType),
        INamedTypeSymbol { IsGenericType: true } named => named.TypeArguments.Any(argument => IsTensor(argument) || (argument.IsTupleType && HoldsTensors(argument))),
        _ => false,
    };

    private static bool IsDelegate(INamedTypeSymbol type) => type.TypeKind == TypeKind.Delegate || type.Name == "Lazy";

    private static bool Derives(ITypeSymbol? type, INamedTypeSymbol? ancestor)
    {
        if (ancestor is null)
        {
            return false;
        }

        if (type is ITypeParameterSymbol parameter)
        {
            return parameter.ConstraintTypes.Any(constraint => Derives(constraint, ancestor));
        }

        for (var current = type; current is not null; current = current.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, ancestor))
            {
                return true;
            }
        }

        return false;
    }
}
