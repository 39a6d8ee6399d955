using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace TrainingDoctor.Reports.Html;

/// <summary>RawMarkup that is written as it is.</summary>
/// <param name="Value">The markup.</param>
internal readonly record struct RawMarkup(string Value);

/// <summary>
/// Writes HTML. The literal parts of an interpolated string are markup; every value in it is escaped, so that a name can never become markup, whatever it contains.
/// </summary>
internal sealed class HtmlWriter
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text = new();

#pragma warning disable CA1822 // The handler has written into this writer by the time that the method is called.
    public void Write([InterpolatedStringHandlerArgument("")] ref Handler markup) => _ = markup;
#pragma warning restore CA1822

    public override string ToString() => _text.ToString();

    /// <summary>Escapes text for elements and quoted attributes; characters that are invisible or change the direction of writing are shown as �.</summary>
    public static string Escape(string text) =>
        Encoder.Encode(string.Concat(text.Select(c => (char.IsControl(c) && c is not ('\n' or '\t')) || IsDirectional(c) ? '\uFFFD' : c)));

    private static bool IsDirectional(char c) => c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F' or '\uFEFF';

    [InterpolatedStringHandler]
    public readonly ref struct Handler
    {
        private readonly StringBuilder _text;

        public Handler(int literalLength, int formattedCount, HtmlWriter writer)
        {
            _ = (literalLength, formattedCount);
            _text = writer._text;
        }

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(RawMarkup markup) => _text.Append(markup.Value);

        public void AppendFormatted(string? text) => _text.Append(text is null ? string.Empty : Escape(text));

        public void AppendFormatted(double number) => _text.Append(number.ToString("0.##", CultureInfo.InvariantCulture));

        public void AppendFormatted(long number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));
    }
}
