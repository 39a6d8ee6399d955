using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Names;

/// <summary>The words of training in the languages whose speakers log in them, put into English; Chinese, Japanese and Korean write them without spaces.</summary>
internal static partial class ForeignWords
{
    /// <summary>The first character beyond alphabets: of the radicals of Chinese and Japanese.</summary>
    private const char FirstIdeograph = '\u2E80';

    /// <summary>The shortest word that two may be joined in.</summary>
    private const int ShortestCompound = 8;

    /// <summary>Longer words come before those that they contain.</summary>
    private static readonly (string Word, string English)[] Glossary = Lexicon.Meanings("foreign", "ideographs");

    /// <summary>Words of alphabets, in lower case: Czech, Dutch, French, German, Indonesian, Italian, Polish, Portuguese, Russian, Spanish, Swedish, Turkish and Ukrainian.</summary>
    private static readonly FrozenDictionary<string, string> Alphabetic = Lexicon.Meanings("foreign", "alphabets").ToFrozenDictionary(pair => pair.Word, pair => pair.Meaning);

    /// <summary>Words between those, as in <c>pérdida de validación</c>.</summary>
    private static readonly FrozenSet<string> Joiners = Lexicon.Words("foreign", "joiners");

    /// <summary>Puts the words of alphabets that are known into English, in place, and leaves out those between them.</summary>
    /// <param name="words">Words in lower case.</param>
    public static void Translate(List<string> words)
    {
        bool isForeign = false;
        for (int i = 0; i < words.Count; i++)
        {
            if (Alphabetic.TryGetValue(words[i], out string? english))
            {
                words[i] = english;
                isForeign = true;
            }
            else if (words[i].Length > ShortestCompound && Split(words[i]) is var (first, second))
            {
                words[i] = second;
                words.Insert(i++, first);
                isForeign = true;
            }
        }

        if (isForeign)
        {
            words.RemoveAll(Joiners.Contains);
        }
    }

    /// <summary>Germanic languages write two words as one, with an <c>s</c> between them at times: <c>trainingsverlust</c>.</summary>
    private static (string First, string Second)? Split(string word)
    {
        (string First, string Second)? counted = null;
        for (int i = 3; i + 3 <= word.Length; i++)
        {
            if (Alphabetic.TryGetValue(word[i..], out string? second))
            {
                string first = word[..i];
                string bare = first.EndsWith('s') ? first[..^1] : first;
                first = Alphabetic.GetValueOrDefault(first) ?? Alphabetic.GetValueOrDefault(bare) ?? bare;
                if (second != "step")
                {
                    return RoleLexicon.PhaseOf(first) != ColumnPhase.Unknown ? (first, second) : null;
                }

                // What is "stap" in Dutch may be the end of one word and the beginning of another: "trenings" and "tap".
                counted ??= (first, second);
            }
        }

        return counted;
    }

    /// <summary>Puts the words of a name that are known into English, with spaces around them.</summary>
    public static string Translate(string name)
    {
        if (!name.AsSpan().ContainsAnyInRange(FirstIdeograph, char.MaxValue))
        {
            return name;
        }

        var text = new StringBuilder(name);
        foreach (var (word, english) in Glossary)
        {
            text.Replace(word, $" {english} ");
        }

        return text.ToString();
    }

    /// <summary>Puts what is counted before its number in a line, as English does: <c>第 3 轮</c> becomes <c>轮 3</c>.</summary>
    public static string PutOrdinalsLast(string line) => line.Contains('第') ? Ordinal().Replace(line, " $2 $1 ") : line;

    [GeneratedRegex(@"第\s*(\d+(?:\s*/\s*\d+)?)\s*[个個]?\s*(轮次?|周期|epoch|エポック|步)", RegexOptions.IgnoreCase)]
    private static partial Regex Ordinal();
}
