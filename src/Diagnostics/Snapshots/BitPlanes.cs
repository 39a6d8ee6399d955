using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrainingDoctor.Snapshots;

/// <summary>
/// Arrays of values without references as bytes: first the first byte of each element, then the second, so that what is alike stands together and packs well (the shuffle of Blosc; Alted 2010). What lies
/// between the fields of a structure is chance and is left out.
/// </summary>
internal sealed class BitPlanes
{
    private static readonly ConcurrentDictionary<Type, BitPlanes> Known = new();

    private readonly byte[] _mask;

    private BitPlanes(TypeShape shape)
    {
        var full = Array.CreateInstance(shape.Type, 1);
        Size = RuntimeHelpers.SizeOf(shape.Type.TypeHandle);
        full.SetValue(Ones(shape), 0);
        _mask = BytesOf(full).ToArray();
    }

    /// <summary>Gets the number of bytes of an element.</summary>
    public int Size { get; }

    /// <summary>Returns what handles elements of a type.</summary>
    /// <param name="shape">The type, which consists of numbers alone (<see cref="TypeShape.IsBits"/>).</param>
    public static BitPlanes Of(TypeShape shape) => Known.GetOrAdd(shape.Type, static (_, shape) => new BitPlanes(shape), shape);

    /// <summary>Counts the elements of an array up to the last that is not all zero: what is kept in reserve is not written.</summary>
    /// <param name="array">The array.</param>
    public int Used(Array array) => (BytesOf(array).TrimEnd((byte)0).Length + Size - 1) / Size;

    /// <summary>Returns the bytes of an array.</summary>
    /// <param name="array">The array.</param>
    /// <param name="count">How many of its elements.</param>
    public byte[] Spread(Array array, int count)
    {
        ReadOnlySpan<byte> bytes = BytesOf(array)[..(count * Size)];
        byte[] planes = new byte[bytes.Length];
        for (int plane = 0; plane < Size; plane++)
        {
            byte mask = _mask[plane];
            var to = planes.AsSpan(plane * count, count);
            for (int i = 0, from = plane; i < to.Length; i++, from += Size)
            {
                to[i] = (byte)(bytes[from] & mask);
            }
        }

        return planes;
    }

    /// <summary>Puts the bytes of an array back.</summary>
    /// <param name="planes">What <see cref="Spread"/> gave.</param>
    /// <param name="array">An array of at least as many elements, of which the others are zero.</param>
    /// <param name="count">How many elements there are.</param>
    public void Gather(ReadOnlySpan<byte> planes, Array array, int count)
    {
        var bytes = BytesOf(array);
        for (int plane = 0; plane < Size; plane++)
        {
            var from = planes.Slice(plane * count, count);
            for (int i = 0, to = plane; i < from.Length; i++, to += Size)
            {
                bytes[to] = from[i];
            }
        }
    }

    private Span<byte> BytesOf(Array array) => MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(array), checked(array.Length * Size));

    /// <summary>Makes a value of which every bit that a field may use is set.</summary>
    private static object Ones(TypeShape shape)
    {
        switch (shape.Kind)
        {
            case ValueKind.Nullable:
                return Ones(TypeShape.Of(shape.Inner!));
            case ValueKind.Structure:
                object value = RuntimeHelpers.GetUninitializedObject(shape.Type);
                foreach (var field in shape.Fields)
                {
                    field.Info.SetValue(value, Ones(field.Shape));
                }

                return value;
            default:
                object ones = shape.Code switch
                {
                    TypeCode.Double => BitConverter.Int64BitsToDouble(-1),
                    TypeCode.Single => BitConverter.Int32BitsToSingle(-1),
                    TypeCode.Boolean => true,
                    TypeCode.Char => char.MaxValue,
                    TypeCode.Byte => byte.MaxValue,
                    TypeCode.SByte => (sbyte)-1,
                    TypeCode.Int16 => (short)-1,
                    TypeCode.UInt16 => ushort.MaxValue,
                    TypeCode.Int32 => -1,
                    TypeCode.UInt32 => uint.MaxValue,
                    TypeCode.Int64 => -1L,
                    _ => (object)ulong.MaxValue,
                };
                return shape.Type.IsEnum ? Enum.ToObject(shape.Type, ones) : ones;
        }
    }
}
