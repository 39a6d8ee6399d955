using System.Globalization;
using System.Runtime.CompilerServices;

namespace TrainingDoctor;

/// <summary>
/// A sentence for people: an English template with numbered places and the values that fill them.
/// The template is also the key under which a translation is looked up.
/// </summary>
/// <remarks>
/// Write it as an interpolated string, also when it has no places: <c>Text t = $"Loss rose to {loss:G3}";</c>. There is no conversion from
/// <see cref="string"/> on purpose: <c>condition ? $"…" : $"…"</c> is a string, filled in the current culture and without its template; cast each branch.
/// </remarks>
[InterpolatedStringHandler]
public sealed class Text : IEquatable<Text>
{
    private readonly List<object?> _arguments;

    /// <summary>Called by the compiler for an interpolated string.</summary>
    /// <param name="literalLength">Number of literal characters.</param>
    /// <param name="formattedCount">Number of values.</param>
    public Text(int literalLength, int formattedCount)
        : this(string.Empty, new List<object?>(formattedCount))
    {
    }

    private Text(string template, List<object?> arguments)
    {
        Template = template;
        _arguments = arguments;
    }

    /// <summary>Gets the English template in the syntax of <see cref="string.Format(IFormatProvider, string, object[])"/>.</summary>
    public string Template { get; private set; }

    /// <summary>Gets the values that fill the template.</summary>
    public IReadOnlyList<object?> Arguments => _arguments;

    /// <summary>Turns a constant sentence into a text without places.</summary>
    /// <param name="sentence">The sentence, in English.</param>
    public static Text FromString(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return new(sentence.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal), []);
    }

    /// <summary>Called by the compiler for the literal parts of an interpolated string.</summary>
    /// <param name="literal">The part.</param>
    public void AppendLiteral(string literal) => Template += literal.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    /// <summary>Called by the compiler for a value of an interpolated string.</summary>
    /// <param name="value">The value.</param>
    /// <param name="format">Its format.</param>
    public void AppendFormatted(object? value, string? format = null)
    {
        Template += string.Create(CultureInfo.InvariantCulture, $"{{{_arguments.Count}{(format is null ? string.Empty : ":")}{format}}}");
        _arguments.Add(value);
    }

    /// <summary>Fills another language's template with this text's values.</summary>
    /// <param name="translate">Maps an English template to its translation; returns null where there is none.</param>
    /// <returns>The sentence in the language of the translation, or in English.</returns>
    public string ToString(Func<string, string?> translate)
    {
        ArgumentNullException.ThrowIfNull(translate);
        var arguments = _arguments.Select(argument => argument is Text text ? text.ToString(translate) : argument).ToArray();
        return string.Format(Prose.Format, Prose.Inflect(translate(Template) ?? Template, arguments), arguments);
    }

    /// <summary>Returns the sentence in English, with numbers in the invariant culture.</summary>
    public override string ToString() => ToString(static _ => null);

    /// <inheritdoc/>
    public bool Equals(Text? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Text);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
