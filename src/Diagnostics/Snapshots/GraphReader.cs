using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Snapshots;

/// <summary>Reads what <see cref="GraphWriter"/> wrote: makes all objects, then fills them, then those that place items by hash codes of others.</summary>
/// <param name="allowed">What may be in it.</param>
/// <param name="shared">What is referred to.</param>
/// <param name="assemblies">The assemblies, in the order of their numbers.</param>
internal sealed class GraphReader(AllowedTypes allowed, SharedObjects shared, IReadOnlyList<Assembly> assemblies)
{
    /// <summary>What has to be made before an object is: the comparer of a collection, and what the method of that is called on. Damaged bytes may go round in a ring.</summary>
    private const int MostNested = 64;

    private readonly TypeReader _types = new(assemblies);
    private readonly List<(object Collection, HashedCollection Hashed, List<object?> Items)> _toFill = [];
    private Head[] _heads = [];
    private object?[] _objects = [];
    private int _nested;

    /// <summary>Reads a graph; to be called once.</summary>
    /// <param name="count">The number of its objects.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Where it begins.</returns>
    /// <exception cref="SnapshotException">The bytes are no graph that may be made here. Damage that a checksum did not find may throw others.</exception>
    public object Read(int count, byte[] bytes)
    {
        using var input = new BinaryReader(new MemoryStream(bytes, writable: false));
        if (count <= 0 || count > bytes.Length)
        {
            throw new SnapshotException("it holds no object");
        }

        _heads = new Head[count];
        _objects = new object?[count];
        for (int i = 0; i < count; i++)
        {
            _heads[i] = ReadHead(input);
        }

        for (int i = 0; i < count; i++)
        {
            Made(i);
        }

        for (int i = 0; i < count; i++)
        {
            Fill(input, _heads[i], _objects[i]!);
        }

        foreach (var (collection, hashed, items) in _toFill)
        {
            hashed.Fill(collection, items);
        }

        return _objects[0]!;
    }

    private Head ReadHead(BinaryReader input)
    {
        var form = (ObjectForm)input.ReadByte();
        switch (form)
        {
            case ObjectForm.String:
                return new Head(form, null, Bits.ReadString(input));
            case ObjectForm.Shared:
                return new Head(form, _types.ReadType(input), shared.At(input.Read7BitEncodedInt()));
            case ObjectForm.Singleton:
                return Singleton(form, _types.ReadType(input), input.Read7BitEncodedInt());
            case ObjectForm.Boxed:
                var boxed = _types.ReadType(input);
                return new Head(form, boxed, Bits.ReadPrimitive(input, TypeShape.Of(boxed)));
            case ObjectForm.Array:
                return new Head(form, _types.ReadType(input), null, Number: input.Read7BitEncodedInt());
            case ObjectForm.Delegate:
                var function = _types.ReadType(input);
                int parts = input.Read7BitEncodedInt();
                return new Head(form, function, null, Parts: [.. Enumerable.Range(0, parts).Select(_ => (_types.ReadMethod(input), input.Read7BitEncodedInt() - 1))]);
            case ObjectForm.Hashed:
                return new Head(form, _types.ReadType(input), null, Number: input.Read7BitEncodedInt());
            case ObjectForm.Comparer:
                int kind = input.Read7BitEncodedInt();
                var compared = input.ReadBoolean() ? _types.ReadType(input) : null;
                return new Head(form, null, Comparers.Of(kind, compared));
            case ObjectForm.Plain or ObjectForm.Exception:
                return new Head(form, _types.ReadType(input), null);
            case ObjectForm.Lock:
                return new Head(form, typeof(Lock), null);
            case ObjectForm.Type:
                return new Head(form, null, _types.ReadType(input));
            case ObjectForm.Culture:
                return new Head(form, null, CultureInfo.GetCultureInfo(Bits.ReadString(input)));
            case ObjectForm.Regex:
                return new Head(form, null, new Regex(Bits.ReadString(input), (RegexOptions)input.Read7BitEncodedInt(), new TimeSpan(input.Read7BitEncodedInt64())));
            default:
                throw new SnapshotException("an object is written in no known form");
        }
    }

    private static Head Singleton(ObjectForm form, Type type, int token)
    {
        var field = SharedObjects.SingletonFields(type).FirstOrDefault(field => field.MetadataToken == token) ?? throw new SnapshotException("it refers to what its type does not keep");
        return new Head(form, type, field.GetValue(null));
    }

    private object Made(int number)
    {
        if (_objects[number] is { } made)
        {
            return made;
        }

        if (++_nested > MostNested)
        {
            throw new SnapshotException("an object is needed to make itself");
        }

        _objects[number] = made = Make(_heads[number]);
        _nested--;
        return made;
    }

    private object Make(Head head)
    {
        var type = head.Type;
        switch (head.Form)
        {
            case ObjectForm.Shared when head.Made!.GetType() != type:
                throw new SnapshotException("what is shared here is of another type");
            case ObjectForm.Lock:
                return Activator.CreateInstance(type!)!;
            case ObjectForm.Array:
                return head.Number == 0 ? Empty(type!.GetElementType()!) : Array.CreateInstance(type!.GetElementType()!, head.Number);
            case ObjectForm.Delegate:
                return Delegate.Combine([.. head.Parts!.Select(part => Function(type!, part.Method, part.Target < 0 ? null : Made(part.Target)))])!;
            case ObjectForm.Hashed:
                return (HashedCollection.Of(type!) ?? throw Refused(type!)).Create(Made(head.Number));
            case ObjectForm.Plain:
                return allowed.IsPlain(type!) ? RuntimeHelpers.GetUninitializedObject(type!) : throw Refused(type!);
            case ObjectForm.Exception:
                return allowed.IsException(type!) ? RuntimeHelpers.GetUninitializedObject(type!) : throw Refused(type!);
            default:
                return head.Made!;
        }
    }

    private Delegate Function(Type type, MethodInfo method, object? target) => method.DeclaringType is { } declaring && allowed.IsOwn(declaring.Assembly)
        ? Delegate.CreateDelegate(type, target, method)
        : throw Refused(method.DeclaringType!);

    private void Fill(BinaryReader input, Head head, object subject)
    {
        switch (head.Form)
        {
            case ObjectForm.Plain:
                FillFields(input, TypeShape.Of(head.Type!).Fields, subject);
                break;
            case ObjectForm.Exception:
                FillFields(input, ExceptionFields.Of(TypeShape.Of(head.Type!)), subject);
                break;
            case ObjectForm.Array:
                FillArray(input, (Array)subject);
                break;
            case ObjectForm.Hashed:
                var hashed = HashedCollection.Of(head.Type!)!;
                var items = new List<object?>();
                int count = input.Read7BitEncodedInt();
                for (int i = 0; i < count; i++)
                {
                    items.Add(ReadValue(input, TypeShape.Of(hashed.Parts[i % hashed.Parts.Count])));
                }

                _toFill.Add((subject, hashed, items));
                break;
        }
    }

    private void FillArray(BinaryReader input, Array array)
    {
        var element = TypeShape.Of(array.GetType().GetElementType()!);
        if (element.IsBits)
        {
            var planes = BitPlanes.Of(element);
            int used = input.Read7BitEncodedInt();
            if (used < 0 || used > array.Length)
            {
                throw new SnapshotException("an array holds more than it has room for");
            }

            planes.Gather(Bits.ReadBytes(input, checked(planes.Size * used)), array, used);
            return;
        }

        for (int i = 0; i < array.Length; i++)
        {
            array.SetValue(ReadValue(input, element), i);
        }
    }

    private void FillFields(BinaryReader input, IEnumerable<FieldShape> fields, object subject)
    {
        foreach (var field in fields)
        {
            field.Info.SetValue(subject, ReadValue(input, field.Shape));
        }
    }

    private object? ReadValue(BinaryReader input, TypeShape shape)
    {
        switch (shape.Kind)
        {
            case ValueKind.Reference:
                int number = input.Read7BitEncodedInt();
                return number == 0 ? null : _objects[number - 1];
            case ValueKind.Primitive:
                return Bits.ReadPrimitive(input, shape);
            case ValueKind.Nullable:
                return input.ReadBoolean() ? ReadValue(input, TypeShape.Of(shape.Inner!)) : null;
            case ValueKind.Structure when allowed.IsPlain(shape.Type):
                object value = RuntimeHelpers.GetUninitializedObject(shape.Type);
                FillFields(input, shape.Fields, value);
                return value;
            default:
                throw Refused(shape.Type);
        }
    }

    private static object Empty(Type element) => typeof(Array).GetMethod(nameof(Array.Empty))!.MakeGenericMethod(element).Invoke(null, null)!;

    private static SnapshotException Refused(Type type) => new($"it holds an object of the type {type}, which no state may hold");

    /// <summary>What is known of an object before any is made.</summary>
    private sealed record Head(ObjectForm Form, Type? Type, object? Made, int Number = 0, (MethodInfo Method, int Target)[]? Parts = null);
}
