using System.Globalization;
using System.Text;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Names;

/// <summary>Splits the name of a column into lower-case words.</summary>
internal static class ColumnName
{
    private const int LongestName = 200;

    /// <summary>Words are glued to "loss" from three letters on: <c>gloss</c> is a generator's, and <c>closs</c> a critic's.</summary>
    private const int LeastGlued = 6;

    /// <summary>The first character that is written on another.</summary>
    private const char FirstMark = '\u0300';

    private static readonly (string Prefix, string Word)[] Glued = Lexicon.Meanings("phases", "glued");

    /// <summary>Shorter spellings of phases, which stand before few words: <c>tloss</c>, <c>vacc</c>.</summary>
    private static readonly (string Prefix, string Word)[] Abbreviated = Lexicon.Meanings("phases", "abbreviated");

    /// <summary>Splits at everything that is no letter or digit, at humps of camel case, and phases glued to a word, as in <c>valloss</c>.</summary>
    public static List<string> Words(string name)
    {
        name = ForeignWords.Translate(name);
        var words = new List<string>(6);
        var word = new StringBuilder(16);
        int length = Math.Min(name.Length, LongestName);
        for (int i = 0; i < length; i++)
        {
            char c = name[i];
            if (!char.IsLetterOrDigit(c) && !IsPartOfLetter(c))
            {
                Flush(words, word);
                continue;
            }

            // A hump needs two lower-case letters before it, or a digit: mIoU and aAcc are one word each, L1Loss is two.
            bool isBehindDigit = i > 1 && char.IsAsciiDigit(name[i - 1]) && char.IsLetter(name[i - 2]) && i + 1 < length && char.IsLower(name[i + 1]);
            if (char.IsUpper(c) && i > 1 && (isBehindDigit || (char.IsLower(name[i - 1]) && char.IsLower(name[i - 2]))))
            {
                Flush(words, word);
            }

            word.Append(char.ToLowerInvariant(c));
        }

        Flush(words, word);
        ForeignWords.Translate(words);
        if (words.Count > 1 && IsMeasured(words[1]) && Array.Find(Abbreviated, pair => pair.Prefix.Length > 1 && pair.Prefix == words[0]) is { Word: { } phase })
        {
            // "vl_loss".
            words[0] = phase;
        }

        return words;
    }

    /// <summary>Tells whether a character is written on the letter before it: accents of their own, and the vowels of Indian and Thai scripts.</summary>
    public static bool IsPartOfLetter(char c) => c >= FirstMark && char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsMeasured(string word) => word is "loss" or "losses" or "acc" or "accuracy" or "err" or "error";

    private static void Flush(List<string> words, StringBuilder word)
    {
        if (word.Length == 0)
        {
            return;
        }

        string text = word.ToString();
        word.Clear();
        foreach (var (prefix, phase) in Glued)
        {
            if (text.Length > prefix.Length && text.StartsWith(prefix, StringComparison.Ordinal) && RoleLexicon.IsScoreOrLoss(text[prefix.Length..]))
            {
                words.Add(phase);
                words.Add(text[prefix.Length..]);
                return;
            }
        }

        foreach (var (prefix, phase) in Abbreviated)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal) && IsMeasured(text[prefix.Length..]))
            {
                words.Add(phase);
                words.Add(text[prefix.Length..]);
                return;
            }
        }

        if (text.Length > LeastGlued && text.EndsWith("loss", StringComparison.Ordinal) && !text.EndsWith("logloss", StringComparison.Ordinal) && !RoleLexicon.IsLoss(text))
        {
            // "softloss", "totalloss".
            words.Add(text[..^4]);
            text = "loss";
        }

        words.Add(text);
    }
}
