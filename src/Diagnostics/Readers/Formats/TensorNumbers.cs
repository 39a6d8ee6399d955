using System.Buffers.Binary;
using TrainingDoctor.Readers.Protocol;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Numbers out of TensorFlow's tensors, whose values stand in raw bytes or in a field per type.</summary>
internal static class TensorNumbers
{
    private const int Float32 = 1;
    private const int Float64 = 2;
    private const int Int32 = 3;
    private const int Int64 = 9;
    private const int BFloat16 = 14;
    private const int Float16 = 19;

    public static bool TryReadScalar(TensorRecord tensor, out double value)
    {
        value = 0;
        return (tensor.TensorShape is null || tensor.TensorShape.Dim.All(dimension => dimension.Size == 1)) && TryRead(tensor, 0, out value);
    }

    /// <summary>Reads the value at an index in the order of the memory.</summary>
    public static bool TryRead(TensorRecord tensor, int index, out double value)
    {
        var raw = tensor.TensorContent.Span;
        int size = tensor.Dtype switch
        {
            Float32 or Int32 => 4,
            Float64 or Int64 => 8,
            Float16 or BFloat16 => 2,
            _ => 0,
        };
        value = 0;
        if (size == 0)
        {
            return false;
        }

        if (raw.Length >= (index + 1) * size)
        {
            var bytes = raw[(index * size)..];
            value = tensor.Dtype switch
            {
                Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
                Float64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
                Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
                Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
                Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
                _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
            };
            return true;
        }

        switch (tensor.Dtype)
        {
            case Float32 when index < tensor.FloatVal.Count:
                value = tensor.FloatVal[index];
                return true;
            case Float64 when index < tensor.DoubleVal.Count:
                value = tensor.DoubleVal[index];
                return true;
            case Int32 when index < tensor.IntVal.Count:
                value = tensor.IntVal[index];
                return true;
            case Int64 when index < tensor.Int64Val.Count:
                value = tensor.Int64Val[index];
                return true;
            case Float16 when index < tensor.HalfVal.Count:
                value = (double)BitConverter.Int16BitsToHalf((short)tensor.HalfVal[index]);
                return true;
            case BFloat16 when index < tensor.HalfVal.Count:
                value = BitConverter.Int32BitsToSingle(tensor.HalfVal[index] << 16);
                return true;
            default:
                return false;
        }
    }
}
