using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingDoctor;

/// <summary>How numbers stand in sentences: powers of ten as on the axes of charts, and words that go with the number before them.</summary>
internal static partial class Prose
{
    /// <summary>Gets the format of values in sentences: that of the invariant culture, with <c>8.09e11</c> and <c>1e-6</c> for <c>8.09E+11</c> and <c>1E-06</c>.</summary>
    public static IFormatProvider Format { get; } = new Formatter();

    /// <summary>Chooses the forms of words that depend on a number: <c>{0} layer(s) (is|are) dead</c>.</summary>
    /// <param name="template">The template, whose places are not filled yet.</param>
    /// <param name="arguments">What they will be filled with.</param>
    public static string Inflect(string template, IReadOnlyList<object?> arguments)
    {
        if (!template.Contains("(s)", StringComparison.Ordinal) && !template.Contains('|', StringComparison.Ordinal))
        {
            return template;
        }

        bool isOne = false;
        return Pieces().Replace(template, piece =>
        {
            if (piece.Groups["place"] is { Success: true } place)
            {
                // What counts is the number as it is shown: 1.2 may stand there as 1.
                isOne = arguments[int.Parse(place.ValueSpan, CultureInfo.InvariantCulture)] is int or long or double
                    ? string.Format(Format, $"{{0{piece.Groups["format"].Value}}}", arguments[int.Parse(place.ValueSpan, CultureInfo.InvariantCulture)]) == "1"
                    : isOne;
                return piece.Value;
            }

            return piece.Groups["one"] is { Success: true } one ? isOne ? one.Value : piece.Groups["many"].Value : isOne ? string.Empty : "s";
        });
    }

    [GeneratedRegex(@"\{(?<place>\d+)(?<format>[^}]*)\}|(?<=[a-z])\(s\)|\((?<one>[a-z]+)\|(?<many>[a-z]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Pieces();

    private sealed partial class Formatter : IFormatProvider, ICustomFormatter
    {
        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : CultureInfo.InvariantCulture.GetFormat(formatType);

        string ICustomFormatter.Format(string? format, object? arg, IFormatProvider? formatProvider)
        {
            string text = arg is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : arg?.ToString() ?? string.Empty;
            return arg is double or float && text.Contains('E', StringComparison.Ordinal) ? Powers().Replace(text, "e$1$2") : text;
        }

        [GeneratedRegex(@"(?<=[0-9])E\+?(-?)0*([0-9]+)", RegexOptions.CultureInvariant)]
        private static partial Regex Powers();
    }
}
