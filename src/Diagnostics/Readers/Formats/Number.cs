using System.Buffers.Text;
using System.Globalization;

namespace TrainingDoctor.Readers;

/// <summary>Numbers as languages print them: <c>1.5e-4</c>, <c>nan</c>, <c>-inf</c>, <c>Infinity</c>.</summary>
internal static class Number
{
    /// <summary>Beyond 2^53 an integer is no longer exact, nor its product with a power of ten.</summary>
    private const ulong ExactLimit = 1UL << 53;

    private static readonly double[] Powers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>Parses a whole text as one number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        text = text.Trim((byte)' ');
        if (text.IsEmpty)
        {
            value = 0;
            return false;
        }

        return TryParseExact(text, out value) || TryParseAny(text, out value);
    }

    /// <summary>The common case: few digits and a small exponent, where one multiplication or division is exact (Clinger 1990).</summary>
    private static bool TryParseExact(ReadOnlySpan<byte> text, out double value)
    {
        int i = 0;
        bool negative = text[0] == (byte)'-';
        i += negative || text[0] == (byte)'+' ? 1 : 0;
        ulong digits = 0;
        int start = i;
        while (i < text.Length && (uint)(text[i] - '0') <= 9)
        {
            digits = (10 * digits) + (uint)(text[i++] - '0');
        }

        int count = i - start;
        int exponent = 0;
        if (i < text.Length && text[i] == (byte)'.')
        {
            int point = ++i;
            while (i < text.Length && (uint)(text[i] - '0') <= 9)
            {
                digits = (10 * digits) + (uint)(text[i++] - '0');
            }

            exponent = point - i;
            count -= exponent;
        }

        if (i < text.Length && (text[i] | 0x20) == 'e')
        {
            if (!Utf8Parser.TryParse(text[(i + 1)..] is [(byte)'+', .. var unsigned] ? unsigned : text[(i + 1)..], out int power, out int used) || used == 0 || Math.Abs(power) > 400)
            {
                value = 0;
                return false;
            }

            exponent += power;
            i = text.Length;
        }

        if (i < text.Length || count is 0 or > 19 || digits >= ExactLimit || exponent is < -22 or > 22)
        {
            value = 0;
            return false;
        }

        value = exponent < 0 ? digits / Powers[-exponent] : digits * Powers[exponent];
        value = negative ? -value : value;
        return true;
    }

    private static bool TryParseAny(ReadOnlySpan<byte> text, out double value)
    {
        byte first = text[0];
        if ((uint)(first - '0') <= 9 || first is (byte)'-' or (byte)'+' or (byte)'.')
        {
            if (text.Length < 400 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && (double.IsFinite(value) || HasDigit(text)))
            {
                return true;
            }
        }

        return TryParseName(text, out value);
    }

    private static bool HasDigit(ReadOnlySpan<byte> text) => text.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0;

    private static bool TryParseName(ReadOnlySpan<byte> text, out double value)
    {
        bool negative = text[0] == (byte)'-';
        var name = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        if (IsName(name, "nan"u8))
        {
            value = double.NaN;
            return true;
        }

        value = negative ? double.NegativeInfinity : double.PositiveInfinity;
        return IsName(name, "inf"u8) || IsName(name, "infinity"u8);
    }

    private static bool IsName(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => System.Text.Ascii.EqualsIgnoreCase(text, name);
}
