using System.Globalization;
using System.Runtime.CompilerServices;

namespace TrainingDoctor.Parsing;

/// <summary>Numbers as languages print them: <c>1.5e-4</c>, <c>nan</c>, <c>-inf</c>, <c>Infinity</c>, .NET's <c>∞</c>, <c>1.#QNAN</c> of older C on Windows.</summary>
internal static class Number
{
    /// <summary>Decimal digits that always fit into 64 bits.</summary>
    private const int MaximumDigits = 19;

    /// <summary>Parses a whole text as one number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        text = text.Trim((byte)' ');
        if (text.IsEmpty)
        {
            value = 0;
            return false;
        }

        return (TryParsePrefix(text, out value, out int used) && used == text.Length) || TryParseAny(text, out value);
    }

    /// <summary>Parses the number that a text begins with, when it is one of the common kind: a full parser is several times slower.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The number, correctly rounded.</param>
    /// <param name="used">How many bytes it takes up.</param>
    /// <returns>False when it takes a full parser to tell.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryParsePrefix(ReadOnlySpan<byte> text, out double value, out int used)
    {
        value = 0;
        used = 0;
        bool negative = text.Length > 0 && text[0] == (byte)'-';
        int start = negative ? 1 : 0;
        ulong digits = 0;
        int i = DecimalDigits.ReadFew(text, start, ref digits);
        int count = i - start;
        int exponent = 0;
        if (i < text.Length && text[i] == (byte)'.')
        {
            int point = i + 1;
            i = DecimalDigits.ReadMany(text, point, ref digits);
            exponent = point - i;
            count -= exponent;
        }

        if (count == 0 || (count > MaximumDigits && SignificantDigits(text[start..i]) > MaximumDigits))
        {
            return false;
        }

        if (i < text.Length && (text[i] | 0x20) == 'e' && !TryReadPower(text, ref i, ref exponent))
        {
            return false;
        }

        if (!DecimalScaling.TryScale(digits, exponent, out value))
        {
            return false;
        }

        value = negative ? -value : value;
        used = i;
        return true;
    }

    private static bool TryReadPower(ReadOnlySpan<byte> text, ref int i, ref int exponent)
    {
        i++;
        bool down = i < text.Length && text[i] == (byte)'-';
        i += i < text.Length && text[i] is (byte)'-' or (byte)'+' ? 1 : 0;
        int power = 0;
        int first = i;
        uint digit;
        while (i < text.Length && (digit = (uint)(text[i] - '0')) <= 9)
        {
            power = power < 10_000 ? (10 * power) + (int)digit : power;
            i++;
        }

        exponent += down ? -power : power;
        return i > first;
    }

    private static int SignificantDigits(ReadOnlySpan<byte> digits)
    {
        int first = digits.IndexOfAnyExcept((byte)'0', (byte)'.');
        return first < 0 ? 0 : digits.Length - first - (digits[first..].Contains((byte)'.') ? 1 : 0);
    }

    private static bool TryParseAny(ReadOnlySpan<byte> text, out double value)
    {
        byte first = text[0];
        if (((uint)(first - '0') <= 9 || first is (byte)'-' or (byte)'+' or (byte)'.') && text.Length < 400
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        return TryParseName(text, out value);
    }

    private static bool TryParseName(ReadOnlySpan<byte> text, out double value)
    {
        bool negative = text[0] == (byte)'-';
        var name = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        if (IsName(name, "nan"u8) || IsName(name, "nan(ind)"u8) || name.StartsWith("1.#IND"u8) || name.StartsWith("1.#QNAN"u8))
        {
            value = double.NaN;
            return true;
        }

        value = negative ? double.NegativeInfinity : double.PositiveInfinity;
        return IsName(name, "inf"u8) || IsName(name, "infinity"u8) || name.SequenceEqual("∞"u8) || name.StartsWith("1.#INF"u8);
    }

    private static bool IsName(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => System.Text.Ascii.EqualsIgnoreCase(text, name);
}
