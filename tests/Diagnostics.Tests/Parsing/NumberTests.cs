using System.Globalization;
using System.Text;
using CsCheck;
using TrainingDoctor.Parsing;

namespace TrainingDoctor.Tests.Parsing;

public sealed class NumberTests
{
    private static readonly string[] Formats = ["R", "G6", "E3", "E16", "F5", "E18"];

    [Fact]
    public void ReadsEveryDoubleAsTheFullParserDoes() =>
        Gen.Double.Select(Gen.Int[0, Formats.Length - 1]).Sample((value, format) =>
        {
            string text = value.ToString(Formats[format], CultureInfo.InvariantCulture);
            if (text.Length < 300 && Number.TryParse(Encoding.UTF8.GetBytes(text), out double read))
            {
                Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(read));
            }
            else
            {
                Assert.True(text.Length >= 300);
            }
        }, iter: 100_000);

    [Fact]
    public void RoundsAnyDigitsAndPowerAsTheFullParserDoes() =>
        Gen.ULong.Select(Gen.Int[0, 63], Gen.Int[-90, 90]).Sample((digits, shift, power) =>
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{digits >> shift}e{power}");
            Assert.True(Number.TryParse(Encoding.UTF8.GetBytes(text), out double read));
            Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), read);
        }, iter: 200_000);

    [Fact]
    public void EndsANumberAtWhateverIsNoDigit() =>
        Gen.String[Gen.Char['0', '9'], 1, 18].Select(Gen.Byte, Gen.String[Gen.Char[' ', '~'], 0, 12]).Sample((digits, end, rest) =>
        {
            if (end is (>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'e' or (byte)'E')
            {
                return;
            }

            byte[] text = [.. Encoding.UTF8.GetBytes(digits), end, .. Encoding.UTF8.GetBytes(rest)];
            Assert.True(Number.TryParsePrefix(text, out double read, out int used));
            Assert.Equal(digits.Length, used);
            Assert.Equal(double.Parse(digits, CultureInfo.InvariantCulture), read);
        }, iter: 100_000);

    [Fact]
    public void EndsAFractionAtWhateverIsNoDigit() =>
        Gen.String[Gen.Char['0', '9'], 1, 25].Select(Gen.Byte, Gen.String[Gen.Char[' ', '~'], 0, 24]).Sample((digits, end, rest) =>
        {
            if (end is (>= (byte)'0' and <= (byte)'9') or (byte)'e' or (byte)'E')
            {
                return;
            }

            byte[] text = [.. "0."u8, .. Encoding.UTF8.GetBytes(digits), end, .. Encoding.UTF8.GetBytes(rest)];
            if (Number.TryParsePrefix(text, out double read, out int used))
            {
                Assert.Equal(2 + digits.Length, used);
                Assert.Equal(double.Parse("0." + digits, CultureInfo.InvariantCulture), read);
            }
            else
            {
                Assert.True(digits.TrimStart('0').Length > 19, digits);
            }
        }, iter: 200_000);

    [Theory]
    [InlineData("nan", double.NaN)]
    [InlineData(" NaN ", double.NaN)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("∞", double.PositiveInfinity)]
    [InlineData("-∞", double.NegativeInfinity)]
    [InlineData("-nan(ind)", double.NaN)]
    [InlineData("-1.#IND", double.NaN)]
    [InlineData("1.#INF", double.PositiveInfinity)]
    [InlineData("+Infinity", double.PositiveInfinity)]
    [InlineData("0.00000000000000000000001", 1e-23)]
    [InlineData("123456789012345678901234567890", 123456789012345678901234567890.0)]
    [InlineData("9007199254740993", 9007199254740992.0)]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("4.9e-324", 4.9e-324)]
    [InlineData("-0", -0.0)]
    public void ReadsWhatLanguagesPrint(string text, double expected)
    {
        Assert.True(Number.TryParse(Encoding.UTF8.GetBytes(text), out double value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("12x")]
    [InlineData("NA")]
    [InlineData("None")]
    public void RefusesWords(string text) => Assert.False(Number.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
