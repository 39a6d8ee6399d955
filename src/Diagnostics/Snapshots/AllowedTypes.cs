using System.Reflection;
using System.Runtime.CompilerServices;

namespace TrainingDoctor.Snapshots;

/// <summary>
/// Which types a state may be made of: those of the house's own assemblies, and of the runtime the plain containers and values listed here. Everything else — streams, threads, tasks, handles, what
/// hashes by itself — is refused when it is met, and so is made by no snapshot, whatever its bytes say.
/// </summary>
/// <param name="isOwn">Tells whether the types of an assembly are the house's own.</param>
internal sealed class AllowedTypes(Func<Assembly, bool> isOwn)
{
    /// <summary>Those whose fields alone make them what they are: no hash codes, no handles.</summary>
    private static readonly HashSet<string> Plain = new(StringComparer.Ordinal)
    {
        "System.Object", "System.ValueType", "System.DateTime", "System.DateTimeOffset", "System.TimeSpan", "System.DateOnly", "System.TimeOnly", "System.Guid", "System.Decimal", "System.Index", "System.Range",
        "System.Int128", "System.UInt128", "System.Half", "System.Numerics.BigInteger", "System.Version", "System.Text.StringBuilder", "System.Runtime.CompilerServices.StrongBox`1", "System.Collections.BitArray",
        "System.Collections.Generic.List`1", "System.Collections.Generic.Queue`1", "System.Collections.Generic.Stack`1", "System.Collections.Generic.LinkedList`1",
        "System.Collections.Generic.LinkedListNode`1", "System.Collections.Generic.SortedDictionary`2", "System.Collections.Generic.SortedSet`1", "System.Collections.Generic.TreeSet`1",
        "System.Collections.Generic.SortedList`2", "System.Collections.Generic.PriorityQueue`2", "System.Collections.Generic.KeyValuePair`2", "System.Collections.ObjectModel.ReadOnlyCollection`1",
        "System.Collections.ObjectModel.Collection`1", "System.Collections.ObjectModel.ReadOnlyDictionary`2", "System.Collections.Immutable.ImmutableArray`1",
        "System.Collections.Generic.Comparer`1", "System.Collections.Generic.EqualityComparer`1",
        "System.Tuple`1", "System.Tuple`2", "System.Tuple`3", "System.Tuple`4", "System.Tuple`5", "System.Tuple`6", "System.Tuple`7",
        "System.ValueTuple", "System.ValueTuple`1", "System.ValueTuple`2", "System.ValueTuple`3", "System.ValueTuple`4", "System.ValueTuple`5", "System.ValueTuple`6", "System.ValueTuple`7", "System.ValueTuple`8",
    };

    private readonly Dictionary<Type, bool> _isPlain = [];

    /// <summary>Tells whether an assembly is the house's own.</summary>
    /// <param name="assembly">The assembly.</param>
    public bool IsOwn(Assembly assembly) => isOwn(assembly);

    /// <summary>Tells whether objects of a type may be written and made field by field.</summary>
    /// <param name="type">A class or structure.</param>
    public bool IsPlain(Type type)
    {
        if (!_isPlain.TryGetValue(type, out bool isPlain))
        {
            _isPlain.Add(type, isPlain = ArePlain(type));
        }

        return isPlain;
    }

    private bool ArePlain(Type type)
    {
        for (var level = type; level is not null; level = level.BaseType)
        {
            if (level.IsPointer || level.IsByRefLike || level.IsFunctionPointer || level.IsDefined(typeof(InlineArrayAttribute)) || !(IsOwn(level.Assembly) || IsListed(level)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Tells whether an exception may be written: of its fields, those that say what went wrong.</summary>
    /// <param name="type">The type of the exception.</param>
    public bool IsException(Type type) => typeof(Exception).IsAssignableFrom(type) && (IsOwn(type.Assembly) || IsOfRuntime(type.Assembly));

    /// <summary>Tells whether an assembly belongs to the runtime, whose types are what they are everywhere.</summary>
    /// <param name="assembly">The assembly.</param>
    public static bool IsOfRuntime(Assembly assembly) => assembly.GetName().Name is { } name && (name.StartsWith("System.", StringComparison.Ordinal) || name == "System");

    private static bool IsListed(Type type)
    {
        // What a container is made of inside, such as the nodes of a tree, is as plain as the container.
        var outermost = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        while (outermost.DeclaringType is { } declaring)
        {
            outermost = declaring;
        }

        return IsOfRuntime(outermost.Assembly) && Plain.Contains(outermost.FullName ?? string.Empty);
    }
}
