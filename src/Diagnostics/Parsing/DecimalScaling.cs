using System.Numerics;
using System.Runtime.CompilerServices;

namespace TrainingDoctor.Parsing;

/// <summary>
/// Digits times a power of ten, rounded correctly to the nearest double: exact arithmetic where both are small (Clinger 1990), else a product with a 128-bit
/// power of five (Lemire, "Number parsing at a gigabyte per second", 2021). The rare cases that these cannot decide are left to the full parser.
/// </summary>
internal static class DecimalScaling
{
    private const int SmallestPower = -80;
    private const int LargestPower = 80;
    private const int MantissaBits = 52;
    private const int ExponentBias = 1023;

    private static readonly (ulong High, ulong Low)[] PowersOfFive = ComputePowersOfFive();

    private static ReadOnlySpan<double> ExactPowers =>
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryScale(ulong digits, int power, out double value)
    {
        if (digits <= 1UL << 53 && power is >= -22 and <= 22)
        {
            value = power < 0 ? digits / ExactPowers[-power] : digits * ExactPowers[power];
            return true;
        }

        value = 0;
        return digits == 0 || (power is >= SmallestPower and <= LargestPower && TryScaleLong(digits, power, out value));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryScaleLong(ulong digits, int power, out double value)
    {
        value = 0;
        int leading = BitOperations.LeadingZeroCount(digits);
        ulong shifted = digits << leading;
        var (fiveHigh, fiveLow) = PowersOfFive[power - SmallestPower];
        ulong high = Math.BigMul(shifted, fiveHigh, out ulong low);
        if ((high & 0x1FF) == 0x1FF)
        {
            ulong second = Math.BigMul(shifted, fiveLow, out _);
            low += second;
            high += low < second ? 1UL : 0UL;
        }

        if (low == ulong.MaxValue && power is < -27 or > 55)
        {
            return false;
        }

        int upper = (int)(high >> 63);
        int shift = upper + 64 - MantissaBits - 3;
        ulong mantissa = high >> shift;

        // floor(log2(10^power)) for the powers of the table.
        int exponent = (((152_170 + 65_536) * power) >> 16) + 63 + upper - leading + ExponentBias;
        if (exponent is <= 0 or >= 2046)
        {
            return false;
        }

        // Half-way between two doubles, to the even one.
        if (low <= 1 && power is >= -4 and <= 23 && (mantissa & 3) == 1 && mantissa << shift == high)
        {
            mantissa &= ~1UL;
        }

        mantissa = (mantissa + (mantissa & 1)) >> 1;
        if (mantissa >= 2UL << MantissaBits)
        {
            mantissa = 1UL << MantissaBits;
            exponent++;
        }

        value = BitConverter.UInt64BitsToDouble((mantissa & ~(1UL << MantissaBits)) | ((ulong)exponent << MantissaBits));
        return true;
    }

    /// <summary>The 128 highest bits of each power of five: truncated for positive powers, rounded up for reciprocals.</summary>
    private static (ulong High, ulong Low)[] ComputePowersOfFive()
    {
        var powers = new (ulong, ulong)[LargestPower - SmallestPower + 1];
        for (int power = SmallestPower; power <= LargestPower; power++)
        {
            var five = BigInteger.Pow(5, Math.Abs(power));
            int length = (int)five.GetBitLength();
            BigInteger bits;
            if (power >= 0)
            {
                bits = length > 128 ? five >> (length - 128) : five << (128 - length);
            }
            else
            {
                bits = ((BigInteger.One << (length + 127)) / five) + 1;
            }

            powers[power - SmallestPower] = ((ulong)(bits >> 64), (ulong)(bits & ulong.MaxValue));
        }

        return powers;
    }
}
