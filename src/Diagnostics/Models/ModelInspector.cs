using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Models;

/// <summary>Reads the structure of a model and the statistics of its initial parameters. Changes nothing and draws no random number.</summary>
internal static class ModelInspector
{
    /// <summary>Where a type keeps what a name says: models have thousands of layers of a few types.</summary>
    private static readonly ConcurrentDictionary<(Type Type, string Name), MemberInfo?> Members = new();

    /// <summary>Describes a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The optimizer, to tell which parameters it holds; null when it is not known.</param>
    public static ModelDescription Describe(nn.Module model, optim.Optimizer? optimizer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var guard = no_grad();
        var modules = ModuleWalk.All(model).ToList();
        if (modules.Count == 0)
        {
            // A single layer is its own model.
            modules = [(string.Empty, model)];
        }

        // Of modules with one path the first counts; looked up, since models have ten thousand.
        var byPath = new Dictionary<string, nn.Module>(StringComparer.Ordinal);
        modules.ForEach(item => byPath.TryAdd(item.name, item.module));
        var held = optimizer?.parameters().Select(parameter => parameter.Handle).ToHashSet();
        return new ModelDescription
        {
            TypeName = model.GetType().Name,
            Layers = [.. modules.Select(item => DescribeLayer(item.name, item.module))],
            Parameters = [.. model.named_parameters().Select(item => ParameterInspector.Describe(item.name, item.parameter, Owner(item.name, byPath, modules[0].module), held))],
            Unregistered = UnregisteredMembers.Find(model),
            IsSequential = IsChain(model),
        };
    }

    private static bool IsChain(nn.Module model) =>
        model is TorchSharp.Modules.Sequential && model.children().All(child => child is TorchSharp.Modules.Sequential ? IsChain(child) : !child.children().Any());

    /// <summary>Finds the module with the longest path that a parameter's name begins with.</summary>
    private static (string Path, nn.Module Module) Owner(string parameter, Dictionary<string, nn.Module> modules, nn.Module fallback)
    {
        for (int dot = parameter.LastIndexOf('.'); dot > 0; dot = parameter.LastIndexOf('.', dot - 1))
        {
            if (modules.TryGetValue(parameter[..dot], out var owner))
            {
                return (parameter[..dot], owner);
            }
        }

        return (string.Empty, fallback);
    }

    private static LayerDescription DescribeLayer(string path, nn.Module module)
    {
        var kind = LayerKinds.Of(module);
        return new LayerDescription
        {
            Path = path,
            TypeName = module.GetType().Name,
            Kind = kind,
            Activation = LayerKinds.ActivationOf(module),
            IsLeaf = !module.children().Any(),
            InputFeatures = Number(module, "in_features", "in_channels", "num_embeddings"),
            OutputFeatures = Number(module, "out_features", "out_channels", "embedding_dim"),
            HasBias = kind is LayerKind.Linear or LayerKind.Convolution or LayerKind.TransposedConvolution ? Property(module, "bias") is not null : null,
            NegativeSlope = Real(module, "negative_slope", "alpha"),
            DropoutRate = kind == LayerKind.Dropout ? Real(module, "p") : null,
            Dimension = Number(module, "dim", "_dim"),
        };
    }

    private static long? Number(nn.Module module, params string[] names) =>
        names.Select(name => Property(module, name)).FirstOrDefault(value => value is long or int) is { } found ? Convert.ToInt64(found, System.Globalization.CultureInfo.InvariantCulture) : null;

    private static double? Real(nn.Module module, params string[] names) => names.Select(name => Property(module, name)).OfType<double>().Cast<double?>().FirstOrDefault();

    private static object? Property(nn.Module module, string name) => Members.GetOrAdd((module.GetType(), name), static key => MemberOf(key.Type, key.Name)) switch
    {
        PropertyInfo property => property.GetValue(module),
        FieldInfo field => field.GetValue(module),
        _ => null,
    };

    private static MemberInfo? MemberOf(Type? type, string name)
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (; type is not null && type != typeof(object); type = type.BaseType)
        {
            if (type.GetProperty(name, Any) is { CanRead: true } property && property.GetIndexParameters().Length == 0)
            {
                return property;
            }

            if (type.GetField(name, Any) is { } field)
            {
                return field;
            }
        }

        return null;
    }
}
