using System.Collections.Concurrent;
using System.Text;

namespace TrainingDoctor;

/// <summary>The spelling of names outside the program: <c>LearningRateTooHigh</c> is written <c>learning-rate-too-high</c>.</summary>
public static class KebabCase
{
    private static readonly ConcurrentDictionary<Enum, string> Cache = new();

    /// <summary>Returns the outside spelling of an enumeration member.</summary>
    /// <param name="value">A named member.</param>
    public static string Of(Enum value) => Cache.GetOrAdd(value, static v => Of(v.ToString(), '-'));

    /// <summary>Splits a Pascal-case name into lower-case words.</summary>
    /// <param name="name">The name.</param>
    /// <param name="separator">Stands between the words.</param>
    public static string Of(string name, char separator)
    {
        ArgumentNullException.ThrowIfNull(name);
        name = name.Replace("NaN", "Nan", StringComparison.Ordinal); // one word
        var text = new StringBuilder(name.Length + 8);
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0)
            {
                text.Append(separator);
            }

            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }

    /// <summary>Finds the member of an enumeration with the given outside spelling.</summary>
    /// <typeparam name="TEnum">The enumeration.</typeparam>
    /// <param name="text">The spelling, in any case.</param>
    /// <param name="value">The member.</param>
    /// <returns>False when no member is spelled so.</returns>
    public static bool TryParse<TEnum>(string text, out TEnum value)
        where TEnum : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<TEnum>())
        {
            if (string.Equals(Of(candidate), text, StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }
}
