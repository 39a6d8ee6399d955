using System.Collections.Concurrent;
using System.Reflection;

namespace TrainingDoctor.Snapshots;

/// <summary>How a value of a type is written where it stands.</summary>
internal enum ValueKind
{
    /// <summary>As the number of an object.</summary>
    Reference,

    /// <summary>As its bits.</summary>
    Primitive,

    /// <summary>As a flag, and what is in it.</summary>
    Nullable,

    /// <summary>Field by field.</summary>
    Structure,

    /// <summary>Not at all: a pointer or a handle.</summary>
    Refused,
}

/// <summary>What is known of a type: how its values are written, and the fields of which its objects consist.</summary>
internal sealed class TypeShape
{
    private static readonly ConcurrentDictionary<Type, TypeShape> Known = new();

    private readonly Lazy<FieldShape[]> _fields;
    private readonly Lazy<bool> _isBits;

    private TypeShape(Type type)
    {
        Type = type;
        Inner = Nullable.GetUnderlyingType(type);
        Code = Type.GetTypeCode(type);
        Kind = type.IsPointer || type.IsFunctionPointer || type.IsByRefLike || type == typeof(nint) || type == typeof(nuint) ? ValueKind.Refused
            : !type.IsValueType ? ValueKind.Reference
            : type.IsPrimitive || type.IsEnum ? ValueKind.Primitive
            : Inner is not null ? ValueKind.Nullable
            : ValueKind.Structure;
        _fields = new Lazy<FieldShape[]>(() => [.. FieldsOf(type)]);
        _isBits = new Lazy<bool>(() => AreBits(this));
    }

    /// <summary>Gets the type.</summary>
    public Type Type { get; }

    /// <summary>Gets how a value is written where it stands.</summary>
    public ValueKind Kind { get; }

    /// <summary>Gets which primitive it is, or of which an enumeration consists.</summary>
    public TypeCode Code { get; }

    /// <summary>Gets what may be missing; null when the type is not one of values that may be.</summary>
    public Type? Inner { get; }

    /// <summary>Gets the fields of the type and its bases, in the order of their declaration, the base's first.</summary>
    public IReadOnlyList<FieldShape> Fields => _fields.Value;

    /// <summary>Gets a value indicating whether it consists of numbers alone, without references and handles, so that an array of it is its bytes.</summary>
    public bool IsBits => _isBits.Value;

    /// <summary>Returns the shape of a type.</summary>
    /// <param name="type">The type.</param>
    public static TypeShape Of(Type type) => Known.GetOrAdd(type, static type => new TypeShape(type));

    private static bool AreBits(TypeShape shape) => shape.Kind switch
    {
        ValueKind.Primitive => true,
        ValueKind.Nullable => AreBits(Of(shape.Inner!)),
        ValueKind.Structure => shape.Fields.All(field => AreBits(field.Shape)),
        _ => false,
    };

    private static IEnumerable<FieldShape> FieldsOf(Type type)
    {
        var levels = new Stack<Type>();
        for (var level = type; level is not null; level = level.BaseType)
        {
            levels.Push(level);
        }

        return levels.SelectMany(level => level
            .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .OrderBy(field => field.MetadataToken)
            .Select(field => new FieldShape(field, Of(field.FieldType))));
    }
}

/// <summary>One field of a type.</summary>
/// <param name="Info">The field.</param>
/// <param name="Shape">How its values are written.</param>
internal sealed record FieldShape(FieldInfo Info, TypeShape Shape);
