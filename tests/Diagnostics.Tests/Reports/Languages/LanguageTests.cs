using System.Globalization;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Tests.Reports.Languages;

public sealed partial class LanguageTests
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Harvested = new(TextHarvest.Templates);

    public static TheoryData<string> Translations => new(ReportLanguage.All.Where(language => language != ReportLanguage.English).Select(language => language.Tag));

    [Trait("Speed", "Slow")]
    [Fact]
    public void TheHarvestFindsWhatRulesAndPagesSay()
    {
        var templates = Harvested.Value.Keys;

        Assert.True(templates.Count() > 150, $"{templates.Count()} sentences were found.");
        foreach (var rule in RuleCatalog.All.Select(entry => entry.Descriptor))
        {
            foreach (var text in new[] { rule.Summary, rule.Explanation, rule.Why, rule.Limitations }.Concat(rule.Remedies.SelectMany(remedy => new[] { remedy.Title, remedy.Rationale })).OfType<Text>())
            {
                Assert.Contains(text.Template, templates);
            }
        }

        foreach (var cause in Enum.GetValues<Cause>())
        {
            Assert.Contains(CauseWording.Of(cause).Template, templates);
        }
    }

    /// <summary>Set TRAINDOCTOR_MISSING to a file to get the missing sentences as JSON.</summary>
    [Theory]
    [MemberData(nameof(Translations))]
    [Trait("Speed", "Slow")]
    public void NoSentenceLacksItsTranslation(string tag)
    {
        var language = ReportLanguage.Find(tag)!;
        var missing = Harvested.Value.Where(entry => NeedsTranslation(entry.Key) && language.Translate(entry.Key) is null).ToList();
        if (TestEnvironment.Read("MISSING") is { Length: > 0 } file)
        {
            File.WriteAllText(file, JsonConvert.SerializeObject(missing.ToDictionary(entry => entry.Key, entry => entry.Value), Formatting.Indented));
        }

        Assert.True(missing.Count == 0, $"{missing.Count} sentences lack a translation, the first: " + string.Join("\n", missing.Take(20).Select(entry => $"{entry.Value}: {entry.Key}")));
    }

    [Theory]
    [MemberData(nameof(Translations))]
    [Trait("Speed", "Slow")]
    public void NoTranslationIsLeftOfASentenceThatIsGone(string tag)
    {
        var gone = ReportLanguage.Find(tag)!.Templates.Except(Harvested.Value.Keys).ToList();
        if (TestEnvironment.Read("MISSING") is { Length: > 0 } file)
        {
            File.WriteAllText(file + ".gone", JsonConvert.SerializeObject(gone));
        }

        Assert.Empty(gone);
    }

    [Theory]
    [MemberData(nameof(Translations))]
    public void TranslationsHaveThePlacesOfTheirSentences(string tag)
    {
        var language = ReportLanguage.Find(tag)!;
        foreach (string template in language.Templates)
        {
            string translation = language.Translate(template)!;
            Assert.False(string.IsNullOrWhiteSpace(translation), template);
            Assert.True(Places(template).SetEquals(Places(translation)), $"{template}\n{translation}");
            Assert.NotEmpty(string.Format(CultureInfo.InvariantCulture, translation, [.. Enumerable.Repeat<object>(1.0, 40)]));
        }
    }

    [Theory]
    [InlineData("ja", "ja")]
    [InlineData("ja_JP.UTF-8", "ja")]
    [InlineData("JA-jp", "ja")]
    [InlineData("en_GB.UTF-8", "en")]
    [InlineData("C", "en")]
    [InlineData("tlh", "en")]
    public void TheEnvironmentChoosesTheLanguage(string value, string tag) =>
        Assert.Equal(tag, ReportLanguage.FromEnvironment(name => name == "LANG" ? value : null).Tag);

    [Fact]
    public void TheProductsOwnVariableComesFirst() =>
        Assert.Equal("ja", ReportLanguage.FromEnvironment(name => name switch { "TRAINDOCTOR_LANG" => "ja", "LANG" => "de_DE", _ => null }).Tag);

    [Fact]
    public void APageInJapaneseSaysSo()
    {
        string page = ExporterTests.Write(SampleRun.Ill(), ReportFormat.Html, ReportLanguage.Find("ja"));

        Assert.Contains("<html lang=\"ja\">", page, StringComparison.Ordinal);
        Assert.Contains("考えられる原因", page, StringComparison.Ordinal);
    }

    [Fact]
    public void NoLanguageChangesAByteOfFormatsForMachines()
    {
        foreach (var format in new[] { ReportFormat.Json, ReportFormat.Sarif, ReportFormat.Junit, ReportFormat.Annotations })
        {
            Assert.Equal(ExporterTests.Write(SampleRun.Ill(), format), ExporterTests.Write(SampleRun.Ill(), format, ReportLanguage.Find("ja")));
        }
    }

    private static bool NeedsTranslation(string template) => Word().IsMatch(Place().Replace(template, string.Empty));

    private static HashSet<string> Places(string template) => [.. Place().Matches(template.Replace("{{", string.Empty, StringComparison.Ordinal)).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"\{([0-9]+)(:[^}]*)?\}")]
    private static partial Regex Place();

    [GeneratedRegex("[a-z]{2,}")]
    private static partial Regex Word();
}
