using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Snapshots;

/// <summary>
/// Writes an object and all that it refers to: first what there is to be made, then what stands in each. Identity is kept; order is that of discovery, so that the same state gives the same bytes.
/// </summary>
/// <param name="allowed">What may be in it.</param>
/// <param name="shared">What is referred to, and not written.</param>
/// <param name="mostBytes">How many bytes there may be.</param>
internal sealed class GraphWriter(AllowedTypes allowed, SharedObjects shared, int mostBytes = int.MaxValue)
{
    private readonly Dictionary<object, int> _numbers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _strings = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, object?> _empty = [];
    private readonly List<(object Object, int Parent, string Label)> _found = [];
    private readonly TypeWriter _types = new();
    private int _current = -1;

    /// <summary>Writes a graph; to be called once.</summary>
    /// <param name="root">Where it begins.</param>
    /// <exception cref="SnapshotException">It reaches something that cannot be written.</exception>
    public WrittenGraph Write(object root)
    {
        var (heads, bodies) = (new MemoryStream(), new MemoryStream());
        using var head = new BinaryWriter(heads);
        using var body = new BinaryWriter(bodies);
        var own = new List<object>();
        NumberOf(root, "root");
        for (_current = 0; _current < _found.Count; _current++)
        {
            if (WriteObject(head, body, _found[_current].Object))
            {
                own.Add(_found[_current].Object);
            }

            if (heads.Length + bodies.Length > mostBytes)
            {
                throw new SnapshotException($"the state has more than {mostBytes} bytes");
            }
        }

        head.Flush();
        body.Flush();
        return new WrittenGraph(_found.Count, [heads.GetBuffer().AsMemory(0, (int)heads.Length), bodies.GetBuffer().AsMemory(0, (int)bodies.Length)], _types.Assemblies, own);
    }

    /// <summary>Writes what makes one object.</summary>
    /// <returns>Whether it is the state's own and has an identity.</returns>
    private bool WriteObject(BinaryWriter head, BinaryWriter body, object subject)
    {
        var type = subject.GetType();
        switch (subject)
        {
            case string text:
                Begin(head, ObjectForm.String);
                Bits.WriteString(head, text);
                return false;
            case var _ when shared.PlaceOf(subject) is { } place:
                Begin(head, ObjectForm.Shared, type);
                head.Write7BitEncodedInt(place);
                return false;
            case Delegate function:
                WriteDelegate(head, function, type);
                return true;
            case Array array:
                WriteArray(head, body, array, type);
                return true;
            case Type named:
                Begin(head, ObjectForm.Type, named);
                return false;
            case Lock:
                Begin(head, ObjectForm.Lock);
                return true;
            case CultureInfo culture:
                Begin(head, ObjectForm.Culture);
                Bits.WriteString(head, culture.Name);
                return false;
            case Regex regex when type == typeof(Regex):
                Begin(head, ObjectForm.Regex);
                Bits.WriteString(head, regex.ToString());
                head.Write7BitEncodedInt((int)regex.Options);
                head.Write7BitEncodedInt64(regex.MatchTimeout.Ticks);
                return true;
            case Exception exception:
                WriteException(head, body, exception, type);
                return true;
            case var _ when Comparers.KindOf(subject) is var (kind, compared):
                Begin(head, ObjectForm.Comparer);
                head.Write7BitEncodedInt(kind);
                head.Write(compared is not null);
                if (compared is not null)
                {
                    _types.Write(head, compared);
                }

                return false;
            case var _ when allowed.IsOwn(type.Assembly) && SharedObjects.SingletonField(subject) is { } field:
                Begin(head, ObjectForm.Singleton, type);
                head.Write7BitEncodedInt(field.MetadataToken);
                return false;
            case var _ when HashedCollection.Of(type) is { } hashed:
                WriteHashed(head, body, subject, hashed);
                return true;
            default:
                WritePlain(head, body, subject, TypeShape.Of(type));
                return true;
        }
    }

    private void WriteDelegate(BinaryWriter head, Delegate function, Type type)
    {
        var parts = function.GetInvocationList();
        Begin(head, ObjectForm.Delegate, type);
        head.Write7BitEncodedInt(parts.Length);
        foreach (var part in parts)
        {
            if (part.Method.DeclaringType is not { } declaring || !allowed.IsOwn(declaring.Assembly))
            {
                throw Refused($"a function of {part.Method.DeclaringType?.ToString() ?? "no type"}");
            }

            _types.Write(head, part.Method);
            head.Write7BitEncodedInt(part.Target is null ? 0 : NumberOf(part.Target, "target") + 1);
        }
    }

    private void WriteArray(BinaryWriter head, BinaryWriter body, Array array, Type type)
    {
        if (!type.IsSZArray)
        {
            throw Refused($"an array of several dimensions, {type}");
        }

        Begin(head, ObjectForm.Array, type);
        head.Write7BitEncodedInt(array.Length);
        var element = TypeShape.Of(type.GetElementType()!);
        if (element.IsBits)
        {
            var planes = BitPlanes.Of(element);
            int used = planes.Used(array);
            body.Write7BitEncodedInt(used);
            body.Write(planes.Spread(array, used));
            return;
        }

        for (int i = 0; i < array.Length; i++)
        {
            WriteValue(body, element, array.GetValue(i), "[]");
        }
    }

    private void WriteException(BinaryWriter head, BinaryWriter body, Exception exception, Type type)
    {
        if (!allowed.IsException(type))
        {
            throw Refused($"an exception of the type {type}");
        }

        Begin(head, ObjectForm.Exception, type);
        foreach (var field in ExceptionFields.Of(TypeShape.Of(type)))
        {
            WriteValue(body, field.Shape, field.Info.GetValue(exception), field.Info.Name);
        }
    }

    private void WriteHashed(BinaryWriter head, BinaryWriter body, object collection, HashedCollection hashed)
    {
        if (hashed.HasGaps(collection))
        {
            throw Refused("a collection from which items were removed, so that its order rests on its past");
        }

        Begin(head, ObjectForm.Hashed, collection.GetType());
        head.Write7BitEncodedInt(NumberOf(hashed.ComparerOf(collection), "comparer"));
        var items = hashed.ItemsOf(collection);
        body.Write7BitEncodedInt(items.Count);
        for (int i = 0; i < items.Count; i++)
        {
            WriteValue(body, TypeShape.Of(hashed.Parts[i % hashed.Parts.Count]), items[i], "[]");
        }
    }

    private void WritePlain(BinaryWriter head, BinaryWriter body, object subject, TypeShape shape)
    {
        if (shape.Kind == ValueKind.Primitive)
        {
            Begin(head, ObjectForm.Boxed, shape.Type);
            Bits.WritePrimitive(head, shape, subject);
            return;
        }

        if (!allowed.IsPlain(shape.Type))
        {
            throw Refused($"an object of the type {shape.Type}");
        }

        Begin(head, ObjectForm.Plain, shape.Type);
        WriteFields(body, shape, subject);
    }

    private void WriteFields(BinaryWriter body, TypeShape shape, object subject)
    {
        foreach (var field in shape.Fields)
        {
            if (field.Shape.Kind == ValueKind.Refused)
            {
                throw Refused($"a handle or pointer in the field {field.Info.Name} of {shape.Type}");
            }

            WriteValue(body, field.Shape, field.Info.GetValue(subject), field.Info.Name);
        }
    }

    private void WriteValue(BinaryWriter body, TypeShape shape, object? value, string label)
    {
        switch (shape.Kind)
        {
            case ValueKind.Reference:
                body.Write7BitEncodedInt(value is null ? 0 : NumberOf(value, label) + 1);
                break;
            case ValueKind.Primitive:
                Bits.WritePrimitive(body, shape, value!);
                break;
            case ValueKind.Nullable:
                body.Write(value is not null);
                if (value is not null)
                {
                    WriteValue(body, TypeShape.Of(shape.Inner!), value, label);
                }

                break;
            case ValueKind.Structure when allowed.IsPlain(shape.Type):
                WriteFields(body, shape, value!);
                break;
            default:
                throw Refused($"a value of the type {shape.Type} in {label}");
        }
    }

    private void Begin(BinaryWriter head, ObjectForm form, Type? type = null)
    {
        head.Write((byte)form);
        if (type is not null)
        {
            _types.Write(head, type);
        }
    }

    private int NumberOf(object subject, string label)
    {
        if (subject is string text)
        {
            if (!_strings.TryGetValue(text, out int same))
            {
                _strings.Add(text, same = _found.Count);
                _found.Add((subject, _current, label));
            }

            return same;
        }

        if (subject is Array { Length: 0 })
        {
            // Empty arrays of a type are one: nobody can tell them apart by what they hold.
            ref object? first = ref CollectionsMarshal.GetValueRefOrAddDefault(_empty, subject.GetType(), out _);
            subject = first ??= subject;
        }

        if (!_numbers.TryGetValue(subject, out int number))
        {
            _numbers.Add(subject, number = _found.Count);
            _found.Add((subject, _current, label));
        }

        return number;
    }

    private SnapshotException Refused(string what)
    {
        var path = new List<string>();
        for (int at = _current; at >= 0; at = _found[at].Parent)
        {
            path.Add($"{_found[at].Label}: {_found[at].Object.GetType().Name}");
        }

        path.Reverse();
        return new SnapshotException($"{what} cannot be written, reached by {string.Join(" > ", path)}");
    }
}
