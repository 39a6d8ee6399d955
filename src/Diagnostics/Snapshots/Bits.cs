using System.Runtime.InteropServices;
using System.Text;

namespace TrainingDoctor.Snapshots;

/// <summary>Numbers and strings as bytes: small numbers in few, everything exactly.</summary>
internal static class Bits
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes a primitive or the value of an enumeration.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="shape">Its type.</param>
    /// <param name="value">The value.</param>
    public static void WritePrimitive(BinaryWriter output, TypeShape shape, object value)
    {
        switch (shape.Code)
        {
            case TypeCode.Double:
                output.Write((double)value);
                break;
            case TypeCode.Single:
                output.Write((float)value);
                break;
            case TypeCode.UInt64:
                output.Write7BitEncodedInt64((long)Convert.ToUInt64(value, null));
                break;
            case TypeCode.Boolean:
                output.Write((bool)value);
                break;
            case TypeCode.Char:
                output.Write7BitEncodedInt((char)value);
                break;
            default:
                long number = Convert.ToInt64(value, null);
                output.Write7BitEncodedInt64((number << 1) ^ (number >> 63));
                break;
        }
    }

    /// <summary>Reads what <see cref="WritePrimitive"/> wrote.</summary>
    /// <param name="input">Where from.</param>
    /// <param name="shape">Its type.</param>
    public static object ReadPrimitive(BinaryReader input, TypeShape shape)
    {
        object value = shape.Code switch
        {
            TypeCode.Double => (object)input.ReadDouble(),
            TypeCode.Single => input.ReadSingle(),
            TypeCode.UInt64 => (ulong)input.Read7BitEncodedInt64(),
            TypeCode.Boolean => input.ReadBoolean(),
            TypeCode.Char => (char)input.Read7BitEncodedInt(),
            _ => Signed(input.Read7BitEncodedInt64(), shape.Code),
        };
        return shape.Type.IsEnum ? Enum.ToObject(shape.Type, value) : value;
    }

    /// <summary>Writes a string, whatever its characters are: what a stranger wrote may hold half of a pair.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="text">The string.</param>
    public static void WriteString(BinaryWriter output, string text)
    {
        byte[] bytes;
        bool isText = true;
        try
        {
            bytes = Strict.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            (bytes, isText) = (MemoryMarshal.AsBytes(text.AsSpan()).ToArray(), false);
        }

        output.Write(isText);
        output.Write7BitEncodedInt(bytes.Length);
        output.Write(bytes);
    }

    /// <summary>Reads what <see cref="WriteString"/> wrote.</summary>
    /// <param name="input">Where from.</param>
    public static string ReadString(BinaryReader input)
    {
        bool isText = input.ReadBoolean();
        byte[] bytes = ReadBytes(input, input.Read7BitEncodedInt());
        return isText ? Strict.GetString(bytes) : new string(MemoryMarshal.Cast<byte, char>(bytes));
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="input">Where from.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="SnapshotException">There are fewer.</exception>
    public static byte[] ReadBytes(BinaryReader input, int count)
    {
        if (count < 0 || count > input.BaseStream.Length - input.BaseStream.Position)
        {
            throw new SnapshotException("it ends too early");
        }

        return input.ReadBytes(count);
    }

    private static object Signed(long coded, TypeCode code)
    {
        long number = (long)((ulong)coded >> 1) ^ -(coded & 1);
        return code switch
        {
            TypeCode.Int64 => (object)number,
            TypeCode.Int32 => checked((int)number),
            TypeCode.Int16 => checked((short)number),
            TypeCode.SByte => checked((sbyte)number),
            TypeCode.Byte => checked((byte)number),
            TypeCode.UInt16 => checked((ushort)number),
            TypeCode.UInt32 => checked((uint)number),
            _ => throw new SnapshotException($"a primitive of the kind {code} is none of a state"),
        };
    }
}
