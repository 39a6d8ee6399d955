using System.Collections.Frozen;

namespace TrainingDoctor.Reports;

/// <summary>A language that people may read a report in. Formats for machines are always in English.</summary>
public sealed class ReportLanguage
{
    private readonly FrozenDictionary<string, string> _sentences;

    private ReportLanguage(string tag, IReadOnlyDictionary<string, string> sentences)
    {
        Tag = tag;
        _sentences = sentences.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Gets English.</summary>
    public static ReportLanguage English { get; } = new("en", new Dictionary<string, string>());

    /// <summary>Gets the language's tag, e.g. <c>en</c>, <c>ja</c>.</summary>
    public string Tag { get; }

    /// <summary>Returns the translation of an English template; null where there is none.</summary>
    /// <param name="template">The template, as in <see cref="Text.Template"/>.</param>
    public string? Translate(string template) => _sentences.GetValueOrDefault(template);

    /// <summary>Returns a text in this language, in English where it has no translation.</summary>
    /// <param name="text">The text.</param>
    public string Of(Text text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.ToString(Translate);
    }
}
