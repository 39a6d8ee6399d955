using System.Text.Json;
using NJsonSchema;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Tests.Names;

/// <summary>The words that names are read by are data: every list is one that its schema knows, and no word means two things that exclude one another.</summary>
public sealed class LexiconTests
{
    private static string Folder { get; } = Path.Combine(Repository.Root, "src", "Diagnostics", "Names");

    private static string Text { get; } = File.ReadAllText(Path.Combine(Folder, "lexicon.json"));

    [Fact]
    public async Task FitsItsSchema()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Folder, "lexicon.schema.json"));
        Assert.Empty(schema.Validate(Text).Select(error => error.ToString()));
    }

    [Fact]
    public async Task ItsSchemaRefusesAListThatNobodyReads()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Folder, "lexicon.schema.json"));
        Assert.NotEmpty(schema.Validate(Text.Replace("\"scores\": {", "\"scores\": { \"sideways\": [\"up\"],", StringComparison.Ordinal)));
        Assert.NotEmpty(schema.Validate(Text.Replace("\"accuracy\": 100", "\"accuracy\": \"high\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void HasEveryWordOnceInEachList()
    {
        using var document = JsonDocument.Parse(Text);
        Assert.Empty(Lists(document.RootElement, string.Empty).SelectMany(list => list.Words.GroupBy(word => word).Where(group => group.Count() > 1).Select(group => $"{list.Path}: {group.Key}")));
    }

    [Theory]
    [InlineData("phases/train", "phases/val")]
    [InlineData("phases/train", "phases/test")]
    [InlineData("phases/val", "phases/test")]
    [InlineData("counters/steps", "counters/epochs")]
    [InlineData("counters/steps", "counters/planned")]
    [InlineData("scores/higher", "scores/lower")]
    [InlineData("losses/names", "losses/wholes")]
    [InlineData("losses/names", "losses/parts")]
    [InlineData("losses/names", "scores/higher")]
    public void SaysOneThingOfAWord(string one, string other)
    {
        using var document = JsonDocument.Parse(Text);
        var lists = Lists(document.RootElement, string.Empty).ToDictionary(list => list.Path, list => list.Words);
        Assert.Empty(lists[one].Intersect(lists[other]));
    }

    [Theory]
    [InlineData("foreign", "alphabets")]
    [InlineData("foreign", "ideographs")]
    [InlineData("phrases")]
    [InlineData("printed", "meanings")]
    [InlineData("phases", "glued")]
    [InlineData("phases", "abbreviated")]
    public void MeansOneThingByAWord(params string[] path)
    {
        var meanings = Lexicon.Meanings(path);
        Assert.Empty(meanings.GroupBy(pair => pair.Word).Where(group => group.Count() > 1).Select(group => $"{group.Key}: {string.Join(", ", group.Select(pair => pair.Meaning))}"));
        Assert.True(meanings.Zip(meanings.Skip(1)).All(pair => pair.First.Word.Length >= pair.Second.Word.Length));
    }

    [Theory]
    [InlineData("validointihäviö", true)]
    [InlineData("valideringstap", true)]
    [InlineData("validierungsverlust", true)]
    [InlineData("trainingsverlust", false)]
    [InlineData("sommerverlust", false)]
    public void ReadsWordsThatOtherLanguagesJoin(string word, bool isValidationLoss) => Assert.Equal(isValidationLoss, ColumnClassifier.Classify(word) is { Metric: Metric.Loss, Phase: ColumnPhase.Validation, Kind: RoleKind.Metric });

    private static IEnumerable<(string Path, List<string> Words)> Lists(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            yield return (path, [.. element.EnumerateArray().Select(word => word.GetString()!)]);
        }
        else if (element.ValueKind == JsonValueKind.Object && element.EnumerateObject().All(entry => entry.Value.ValueKind == JsonValueKind.Number))
        {
            yield return (path, [.. element.EnumerateObject().Select(entry => entry.Name)]);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var list in element.EnumerateObject().SelectMany(entry => Lists(entry.Value, path.Length == 0 ? entry.Name : $"{path}/{entry.Name}")))
            {
                yield return list;
            }
        }
    }
}
