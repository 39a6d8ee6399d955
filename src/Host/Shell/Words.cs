using System.CommandLine.Parsing;

namespace TrainingDoctor.Host.Shell;

/// <summary>Options whose values are words: the members of an enumeration as the program spells them everywhere, with a hyphen between words.</summary>
internal static class Words
{
    /// <summary>Returns the words that stand for the members.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    public static IEnumerable<string> Of<T>()
        where T : struct, Enum
    {
        var members = Enum.GetValues<T>();
        string[] words = new string[members.Length];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = KebabCase.Of(members[i]);
        }

        return words;
    }

    /// <summary>Finds the member that a word stands for; the case and hyphens do not matter, but numbers are no words.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="word">The word.</param>
    /// <returns>Null when it stands for none.</returns>
    public static T? Find<T>(string word)
        where T : struct, Enum
    {
        string plain = word.Replace("-", string.Empty, StringComparison.Ordinal);
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), plain, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Reads the word of an option.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="result">The option with its word; is told when it is none.</param>
    public static T? Parse<T>(ArgumentResult result)
        where T : struct, Enum
    {
        string word = result.Tokens[^1].Value;
        if (Find<T>(word) is { } value)
        {
            return value;
        }

        string option = (result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name;
        result.AddError($"{option}: '{word}' is not known; expected {string.Join(", ", Of<T>())}.");
        return null;
    }
}
