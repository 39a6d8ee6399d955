using System.Collections.Frozen;
using System.Text.Json;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Names;

/// <summary>
/// The words that columns and printed numbers are known by, read from <c>lexicon.json</c>: names of scores and losses, phases, counters, words of other languages, what loggers and languages print around numbers. A new name is a
/// new word there; <c>lexicon.schema.json</c> says what each list is for.
/// </summary>
internal static class Lexicon
{
    private const string Resource = "TrainingDoctor.Names.lexicon.json";

    private static readonly JsonElement Root = Load();

    private static readonly Comparer<string> LongestFirst = Comparer<string>.Create((one, other) => one.Length != other.Length ? other.Length.CompareTo(one.Length) : string.CompareOrdinal(one, other));

    /// <summary>Gets a list of words, of which the order counts for nothing.</summary>
    /// <param name="path">The names of the section and of the list within it.</param>
    public static FrozenSet<string> Words(params ReadOnlySpan<string> path) => Names(path).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Gets a list of names, best first.</summary>
    /// <param name="path">The names of the section and of the list within it.</param>
    public static string[] Names(params ReadOnlySpan<string> path) => Strings(At(path));

    /// <summary>Gets names with how much each says.</summary>
    /// <param name="path">The names of the section and of the list within it.</param>
    public static FrozenDictionary<string, int> Ranks(params ReadOnlySpan<string> path) => At(path).EnumerateObject().ToFrozenDictionary(entry => entry.Name, entry => entry.Value.GetInt32(), StringComparer.Ordinal);

    /// <summary>Gets words with what they mean, longer ones before those that they may contain.</summary>
    /// <param name="path">The names of the section and of the list within it.</param>
    public static (string Word, string Meaning)[] Meanings(params ReadOnlySpan<string> path)
    {
        // Loops: LINQ over pairs would have to be compiled before the first report is seen.
        var words = new List<string>();
        var meanings = new List<string>();
        foreach (var entry in At(path).EnumerateObject())
        {
            foreach (string word in Strings(entry.Value))
            {
                words.Add(word);
                meanings.Add(entry.Name);
            }
        }

        var (sorted, meant) = (words.ToArray(), meanings.ToArray());
        Array.Sort(sorted, meant, LongestFirst);
        var pairs = new (string Word, string Meaning)[sorted.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = (sorted[i], meant[i]);
        }

        return pairs;
    }

    private static string[] Strings(JsonElement list)
    {
        string[] words = new string[list.GetArrayLength()];
        int count = 0;
        foreach (var word in list.EnumerateArray())
        {
            words[count++] = word.GetString()!;
        }

        return words;
    }

    private static JsonElement At(ReadOnlySpan<string> path)
    {
        var element = Root;
        foreach (string name in path)
        {
            element = element.GetProperty(name);
        }

        return element;
    }

    private static JsonElement Load()
    {
        using var stream = typeof(Lexicon).Assembly.GetManifestResourceStream(Resource)!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
