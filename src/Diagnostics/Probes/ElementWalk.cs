using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Takes the elements of a tensor, part after part.</summary>
internal interface IElementPass
{
    /// <summary>Takes the next elements of a tensor of single or half precision.</summary>
    void Add(ReadOnlySpan<float> values);

    /// <summary>Takes the next elements of a tensor of double precision.</summary>
    void Add(ReadOnlySpan<double> values);
}

/// <summary>
/// Walks over a tensor in main memory in logical (row-major) order, in parts of whole rows that fit the cache. Contiguous memory is handed out as it is;
/// strided memory is gathered and half precision is widened part by part, so that no copy of the tensor is ever made.
/// </summary>
internal static class ElementWalk
{
    private const int PartLength = 8_192;

    /// <summary>Walks over a tensor.</summary>
    /// <param name="tensor">A dense tensor of a floating type on the CPU.</param>
    /// <param name="rowLength">The number of elements that must not be torn apart; divides the number of elements.</param>
    /// <param name="pass">Takes the elements.</param>
    public static void Visit(Tensor tensor, long rowLength, IElementPass pass)
    {
        long count = tensor.NumberOfElements;
        if (count == 0)
        {
            return;
        }

        int part = checked((int)(Math.Max(1, PartLength / rowLength) * rowLength));
        if (tensor.is_contiguous())
        {
            Visit(tensor.dtype, tensor.bytes, null, null, count, part, pass);
            return;
        }

        using var guard = no_grad();
        var shape = tensor.shape;
        var strides = tensor.stride();
        long extent = 1;
        for (int d = 0; d < shape.Length; d++)
        {
            extent += (shape[d] - 1) * strides[d];
        }

        // A view of the storage that the elements lie in: contiguous, and nothing is copied.
        using var detached = tensor.detach();
        using var storage = detached.as_strided([extent], [1], tensor.storage_offset());
        Visit(tensor.dtype, storage.bytes, shape, strides, count, part, pass);
    }

    private static void Visit(ScalarType type, ReadOnlySpan<byte> bytes, long[]? shape, long[]? strides, long count, int part, IElementPass pass)
    {
        switch (type)
        {
            case ScalarType.Float32:
                Visit<float>(bytes, shape, strides, count, part, pass.Add);
                break;
            case ScalarType.Float64:
                Visit<double>(bytes, shape, strides, count, part, pass.Add);
                break;
            default:
                float[] wide = ArrayPool<float>.Shared.Rent((int)Math.Min(part, count));
                Visit<ushort>(bytes, shape, strides, count, part, halves =>
                {
                    var widened = wide.AsSpan(0, halves.Length);
                    if (type == ScalarType.BFloat16)
                    {
                        WidenBrain(halves, widened);
                    }
                    else
                    {
                        WidenHalf(halves, widened);
                    }

                    pass.Add(widened);
                });
                ArrayPool<float>.Shared.Return(wide);
                break;
        }
    }

    private delegate void Part<T>(ReadOnlySpan<T> values);

    private static void Visit<T>(ReadOnlySpan<byte> bytes, long[]? shape, long[]? strides, long count, int part, Part<T> take)
        where T : unmanaged
    {
        var memory = MemoryMarshal.Cast<byte, T>(bytes);
        T[]? gathered = shape is null ? null : ArrayPool<T>.Shared.Rent((int)Math.Min(part, count));
        for (long start = 0; start < count; start += part)
        {
            int length = (int)Math.Min(part, count - start);
            if (gathered is null)
            {
                take(memory.Slice((int)start, length));
            }
            else
            {
                Gather(memory, shape!, strides!, start, gathered.AsSpan(0, length));
                take(gathered.AsSpan(0, length));
            }
        }

        if (gathered is not null)
        {
            ArrayPool<T>.Shared.Return(gathered);
        }
    }

    private static void Gather<T>(ReadOnlySpan<T> storage, long[] shape, long[] strides, long start, Span<T> destination)
    {
        int last = shape.Length - 1;
        Span<long> index = stackalloc long[shape.Length];
        for (int d = last; d >= 0; d--)
        {
            index[d] = start % shape[d];
            start /= shape[d];
        }

        for (int filled = 0; filled < destination.Length;)
        {
            long offset = 0;
            for (int d = 0; d <= last; d++)
            {
                offset += index[d] * strides[d];
            }

            int run = (int)Math.Min(shape[last] - index[last], destination.Length - filled);
            var target = destination.Slice(filled, run);
            if (strides[last] == 1)
            {
                storage.Slice((int)offset, run).CopyTo(target);
            }
            else
            {
                for (int i = 0; i < run; i++)
                {
                    target[i] = storage[(int)(offset + (i * strides[last]))];
                }
            }

            filled += run;
            index[last] += run;
            for (int d = last; d > 0 && index[d] == shape[d]; d--)
            {
                index[d] = 0;
                index[d - 1]++;
            }
        }
    }

    /// <summary>A bfloat16 is the upper half of a float.</summary>
    private static void WidenBrain(ReadOnlySpan<ushort> halves, Span<float> wide)
    {
        int i = 0;
        for (; i <= halves.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(halves[i..]), out var lower, out var upper);
            Vector.AsVectorSingle(lower << 16).CopyTo(wide[i..]);
            Vector.AsVectorSingle(upper << 16).CopyTo(wide[(i + Vector<uint>.Count)..]);
        }

        for (; i < halves.Length; i++)
        {
            wide[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
        }
    }

    private static void WidenHalf(ReadOnlySpan<ushort> halves, Span<float> wide)
    {
        int i = 0;
        for (; i <= halves.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(halves[i..]), out var lower, out var upper);
            WidenHalf(lower).CopyTo(wide[i..]);
            WidenHalf(upper).CopyTo(wide[(i + Vector<uint>.Count)..]);
        }

        for (; i < halves.Length; i++)
        {
            wide[i] = (float)BitConverter.UInt16BitsToHalf(halves[i]);
        }
    }

    /// <summary>Moves exponent and mantissa into a float's places and multiplies by 2^112, the difference of the exponents' biases; that is right for subnormal halves too.</summary>
    private static Vector<float> WidenHalf(Vector<uint> halves)
    {
        var magnitude = (halves & new Vector<uint>(0x7FFF)) << 13;
        var scaled = Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) * new Vector<float>(BitConverter.UInt32BitsToSingle(0x77800000)));
        var isSpecial = Vector.GreaterThanOrEqual(magnitude, new Vector<uint>(0x7C00u << 13));
        scaled = Vector.ConditionalSelect(isSpecial, magnitude | new Vector<uint>(0x7F800000), scaled);
        return Vector.AsVectorSingle(scaled | ((halves & new Vector<uint>(0x8000)) << 16));
    }
}
