using System.Reflection;
using System.Text;
using Newtonsoft.Json;
using TrainingDoctor.Configuration;

namespace TrainingDoctor.Reports;

/// <summary>A language that people may read a report in. Formats for machines are always in English.</summary>
public sealed class ReportLanguage
{
    private const string Resources = "TrainingDoctor.Reports.Languages.";

    private static readonly Lazy<ReportLanguage[]> Known = new(FindAll);

    private static readonly string[] Variables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>Read when the first sentence is asked for: a report in English needs none.</summary>
    private readonly Lazy<Dictionary<string, string>> _sentences;

    private ReportLanguage(string tag, Func<Dictionary<string, string>> load)
    {
        Tag = tag;
        _sentences = new Lazy<Dictionary<string, string>>(load);
    }

    /// <summary>Gets English.</summary>
    public static ReportLanguage English { get; } = new("en", () => []);

    /// <summary>Gets every language there is, English first.</summary>
    public static IReadOnlyList<ReportLanguage> All => Known.Value;

    /// <summary>Gets the language's tag, e.g. <c>en</c>, <c>ja</c>.</summary>
    public string Tag { get; }

    /// <summary>Gets the English templates that have a translation.</summary>
    internal IReadOnlyCollection<string> Templates => _sentences.Value.Keys;

    /// <summary>Finds a language by its tag; the country does not matter.</summary>
    /// <param name="tag">E.g. <c>ja</c>, <c>ja-JP</c>, <c>ja_JP.UTF-8</c>.</param>
    /// <returns>Null when there is none of that tag.</returns>
    public static ReportLanguage? Find(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        string primary = tag.Split('-', '_', '.', '@')[0];
        return All.FirstOrDefault(language => string.Equals(language.Tag, primary, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Chooses the language that the environment asks for: TRAINDOCTOR_LANG, LC_ALL, LC_MESSAGES, LANG, the first that is set.</summary>
    /// <param name="variable">Reads a variable; null or empty where it is not set.</param>
    /// <returns>English when none is asked for, or one that there is not.</returns>
    public static ReportLanguage FromEnvironment(Func<string, string?>? variable = null)
    {
        string? asked = DoctorEnvironment.Read("LANG", variable) ?? Variables.Select(variable ?? Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return asked is null ? English : Find(asked) ?? English;
    }

    /// <summary>Returns the translation of an English template; null where there is none.</summary>
    /// <param name="template">The template, as in <see cref="Text.Template"/>.</param>
    public string? Translate(string template) => _sentences.Value.GetValueOrDefault(template);

    /// <summary>Returns a text in this language, in English where it has no translation.</summary>
    /// <param name="text">The text.</param>
    public string Of(Text text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.ToString(Translate);
    }

    private static ReportLanguage[] FindAll()
    {
        var embedded = Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal));
        return [English, .. embedded.Order(StringComparer.Ordinal)
            .Select(name => new ReportLanguage(name[Resources.Length..].Split('.')[0], () => Load(name)))];
    }

    private static Dictionary<string, string> Load(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return JsonConvert.DeserializeObject<Dictionary<string, string>>(reader.ReadToEnd())!;
    }
}
