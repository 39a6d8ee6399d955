using System.Reflection;

namespace TrainingDoctor.Snapshots;

/// <summary>Reads what <see cref="TypeWriter"/> wrote.</summary>
/// <param name="assemblies">The assemblies, in the order of their numbers.</param>
internal sealed class TypeReader(IReadOnlyList<Assembly> assemblies)
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly List<Type> _types = [];
    private readonly Dictionary<(Type, int), MethodInfo> _methods = [];

    /// <summary>Reads a type.</summary>
    /// <param name="input">Where from.</param>
    public Type ReadType(BinaryReader input)
    {
        int form = input.Read7BitEncodedInt();
        if (form >= (int)TypeForm.Known)
        {
            return _types[form - (int)TypeForm.Known];
        }

        var type = (TypeForm)form switch
        {
            TypeForm.Array => ReadType(input).MakeArrayType(),
            TypeForm.Constructed => Constructed(input),
            TypeForm.Defined => assemblies[input.Read7BitEncodedInt()].ManifestModule.ResolveType(input.Read7BitEncodedInt()),
            _ => throw new SnapshotException("a type is written in no known form"),
        };
        _types.Add(type);
        return type;
    }

    /// <summary>Reads a method.</summary>
    /// <param name="input">Where from.</param>
    public MethodInfo ReadMethod(BinaryReader input)
    {
        var type = ReadType(input);
        int token = input.Read7BitEncodedInt();
        int count = input.Read7BitEncodedInt();
        if (!_methods.TryGetValue((type, token), out var method))
        {
            _methods[(type, token)] = method = type.GetMethods(All).FirstOrDefault(method => method.MetadataToken == token) ?? throw new SnapshotException("a method is not there");
        }

        return count == 0 ? method : method.MakeGenericMethod([.. Enumerable.Range(0, count).Select(_ => ReadType(input))]);
    }

    private Type Constructed(BinaryReader input)
    {
        var definition = ReadType(input);
        return definition.MakeGenericType([.. definition.GetGenericArguments().Select(_ => ReadType(input))]);
    }
}
