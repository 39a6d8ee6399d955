using System.Reflection;

namespace TrainingDoctor.Snapshots;

/// <summary>Writes types and methods as numbers of their modules, and notes of which builds they are.</summary>
internal sealed class TypeWriter
{
    private readonly Dictionary<Type, int> _types = [];
    private readonly Dictionary<Assembly, int> _assemblies = [];
    private readonly List<Assembly> _order = [];

    /// <summary>Begins without a type; the build of the runtime is noted always.</summary>
    public TypeWriter() => NumberOf(typeof(object).Assembly);

    /// <summary>Gets the assemblies of which anything was written, in the order of their numbers.</summary>
    public IReadOnlyList<Assembly> Assemblies => _order;

    /// <summary>Writes a type: in full where it is the first time, else by its number.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="type">The type.</param>
    public void Write(BinaryWriter output, Type type)
    {
        if (_types.TryGetValue(type, out int known))
        {
            output.Write7BitEncodedInt(known + (int)TypeForm.Known);
            return;
        }

        if (type.IsSZArray)
        {
            output.Write7BitEncodedInt((int)TypeForm.Array);
            Write(output, type.GetElementType()!);
        }
        else if (type.IsConstructedGenericType)
        {
            output.Write7BitEncodedInt((int)TypeForm.Constructed);
            Write(output, type.GetGenericTypeDefinition());
            foreach (var argument in type.GenericTypeArguments)
            {
                Write(output, argument);
            }
        }
        else if (type.IsArray || type.IsGenericParameter || type.HasElementType)
        {
            throw new SnapshotException($"{type} is a type that no state may hold");
        }
        else
        {
            output.Write7BitEncodedInt((int)TypeForm.Defined);
            output.Write7BitEncodedInt(NumberOf(type.Assembly));
            output.Write7BitEncodedInt(type.MetadataToken);
        }

        _types.Add(type, _types.Count);
    }

    /// <summary>Writes a method.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">The method, of a type of its own build.</param>
    public void Write(BinaryWriter output, MethodInfo method)
    {
        Write(output, method.DeclaringType!);
        output.Write7BitEncodedInt(method.MetadataToken);
        var arguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        output.Write7BitEncodedInt(arguments.Length);
        foreach (var argument in arguments)
        {
            Write(output, argument);
        }
    }

    private int NumberOf(Assembly assembly)
    {
        if (!_assemblies.TryGetValue(assembly, out int number))
        {
            _assemblies.Add(assembly, number = _order.Count);
            _order.Add(assembly);
        }

        return number;
    }
}

/// <summary>How a type is written.</summary>
internal enum TypeForm
{
    /// <summary>By the number of its build and its own in it.</summary>
    Defined,

    /// <summary>As an array of what follows.</summary>
    Array,

    /// <summary>As a generic type and its arguments.</summary>
    Constructed,

    /// <summary>By the order in which types came first; numbers from here on.</summary>
    Known,
}
