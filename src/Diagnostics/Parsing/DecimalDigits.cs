using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TrainingDoctor.Parsing;

/// <summary>Decimal digits in a text, many at once: half of the time that reading a long log takes goes into them.</summary>
internal static class DecimalDigits
{
    private static ReadOnlySpan<ulong> PowersOfTen =>
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
        1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
    ];

    /// <summary>From index n on: where bytes go when the first n of sixteen move to the end, with zeros before them.</summary>
    private static ReadOnlySpan<byte> ToTheEnd =>
    [
        0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ];

    /// <summary>Appends the few digits before a point to a number.</summary>
    /// <param name="text">The text.</param>
    /// <param name="i">Where they begin.</param>
    /// <param name="digits">The number; digits beyond what 64 bits hold wrap around.</param>
    /// <returns>Where they end.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ReadFew(ReadOnlySpan<byte> text, int i, ref ulong digits)
    {
        uint digit;
        while ((uint)i < (uint)text.Length && (digit = (uint)(text[i] - '0')) <= 9)
        {
            digits = (10 * digits) + digit;
            i++;
        }

        return i;
    }

    /// <summary>Appends the many digits behind a point to a number.</summary>
    /// <inheritdoc cref="ReadFew"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ReadMany(ReadOnlySpan<byte> text, int i, ref ulong digits)
    {
        if (Sse41.IsSupported && i <= text.Length - Vector128<byte>.Count)
        {
            int count = ReadSixteen(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), i), ref digits);
            i += count;
            return count < Vector128<byte>.Count ? i : ReadFew(text, i, ref digits);
        }

        while (i <= text.Length - sizeof(ulong))
        {
            int count = ReadEight(BinaryPrimitives.ReadUInt64LittleEndian(text[i..]), ref digits);
            i += count;
            if (count < sizeof(ulong))
            {
                return i;
            }
        }

        return ReadFew(text, i, ref digits);
    }

    /// <summary>Digits of sixteen characters at once: pairs, then fours, then eights become one number each (Muła, "SIMD-ized conversion of decimal strings", 2014).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadSixteen(ref byte text, ref ulong digits)
    {
        var values = Vector128.LoadUnsafe(ref text) - Vector128.Create((byte)'0');
        uint others = Vector128.GreaterThan(values, Vector128.Create((byte)9)).ExtractMostSignificantBits();
        int count = BitOperations.TrailingZeroCount(others | 0x10000);
        values = Ssse3.Shuffle(values, Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(ToTheEnd), (nuint)count));
        var pairs = Ssse3.MultiplyAddAdjacent(values, Vector128.Create((short)0x010A).AsSByte());
        var fours = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create(0x0001_0064).AsInt16());
        var eights = Sse2.MultiplyAddAdjacent(Sse41.PackUnsignedSaturate(fours, fours).AsInt16(), Vector128.Create(0x0001_2710).AsInt16());
        ulong both = eights.AsUInt64().ToScalar();
        digits = (digits * PowersOfTen[count]) + ((uint)both * 100_000_000UL) + (both >> 32);
        return count;
    }

    /// <summary>Digits of eight characters at once, where the machine has no such instructions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadEight(ulong characters, ref ulong digits)
    {
        // A digit's upper half is 3, also after adding 6; the lowest half-byte that differs is where the digits end.
        ulong others = ((characters & 0xF0F0F0F0F0F0F0F0) ^ 0x3030303030303030) | (((characters + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) ^ 0x3030303030303030);
        int count = BitOperations.TrailingZeroCount(others) / 8;
        if (count > 0)
        {
            digits = (PowersOfTen[count] * digits) + EightDigits(characters << (64 - (8 * count)));
        }

        return count;
    }

    /// <summary>Eight characters at once, in three multiplications (Lemire, "Quickly parsing eight digits", 2018). Zero bytes count as zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint EightDigits(ulong characters)
    {
        characters &= 0x0F0F0F0F0F0F0F0F;
        characters = (characters * 10) + (characters >> 8);
        return (uint)((((characters & 0x000000FF000000FF) * 0x000F424000000064) + (((characters >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32);
    }
}
