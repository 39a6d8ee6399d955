using System.Globalization;

namespace TrainingDoctor.Host.Trials.Knobs;

/// <summary>A setting of a program that can be changed from outside.</summary>
/// <param name="Name">What it sets, e.g. <c>learning-rate</c>; see <see cref="KnobNames"/>.</param>
/// <param name="Target">Where it is set.</param>
internal sealed record Knob(string Name, KnobTarget Target)
{
    /// <summary>Gets the value that the program has as it is; null where nothing tells.</summary>
    public string? Present { get; init; }

    /// <summary>Gets the words that it takes; empty where anything goes or nothing tells.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Gets where a guess was taken from; null for what the user named.</summary>
    public string? GuessedFrom { get; init; }

    /// <summary>Gets the present value as a number; null where it is none or nothing tells.</summary>
    public double? PresentNumber => NumberOf(Present);

    /// <summary>Reads a number as settings spell it.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Null when it is none.</returns>
    public static double? NumberOf(string? text) =>
        double.TryParse(text?.Replace("_", string.Empty, StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    /// <summary>Finds the word that the program has for one of ours: <c>leaky_relu</c> for <c>LeakyReLU</c>.</summary>
    /// <param name="word">Our word.</param>
    /// <returns>Null when its choices are known and have none for it.</returns>
    public string? WordFor(string word)
    {
        if (Choices.Count == 0)
        {
            return word.ToLowerInvariant();
        }

        return Choices.FirstOrDefault(choice => Letters(choice) == Letters(word));
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}

/// <summary>A knob with the value that a trial sets it to.</summary>
/// <param name="Knob">The knob.</param>
/// <param name="Value">The value, as the program spells it.</param>
internal sealed record KnobSetting(Knob Knob, string Value);

/// <summary>Where a knob is set.</summary>
internal abstract record KnobTarget;

/// <summary>On the command line: a template such as <c>--lr {value}</c>, <c>--lr={value}</c> or <c>optimizer.lr={value}</c>.</summary>
/// <param name="Template">The words, with <c>{value}</c> for the value.</param>
internal sealed record WordTarget(IReadOnlyList<string> Template) : KnobTarget
{
    /// <summary>Gets what a word begins with that sets the knob: all of an option's name, or what stands before the value.</summary>
    private string Head => Template[0].Split("{value}")[0];

    private bool IsJoined => Template[0].Contains("{value}", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Template);

    /// <summary>Finds the value that a command sets; null where it sets none.</summary>
    /// <param name="words">The command.</param>
    public string? Find(IReadOnlyList<string> words)
    {
        int index = IndexIn(words);
        return index < 0 ? null
            : IsJoined ? words[index][Head.Length..]
            : words[index].Length > Head.Length ? words[index][(Head.Length + 1)..]
            : index + 1 < words.Count ? words[index + 1] : null;
    }

    /// <summary>Returns a command with the knob set: where it stands already, else behind all others.</summary>
    /// <param name="words">The command.</param>
    /// <param name="value">The value.</param>
    public IReadOnlyList<string> Set(IReadOnlyList<string> words, string value)
    {
        string[] own = [.. Template.Select(word => word.Replace("{value}", value, StringComparison.Ordinal))];
        int index = IndexIn(words);
        if (index < 0)
        {
            return [.. words, .. own];
        }

        int length = IsJoined || words[index].Length > Head.Length ? 1 : Math.Min(Template.Count, words.Count - index);
        return [.. words.Take(index), .. own, .. words.Skip(index + length)];
    }

    // The last one counts: so it is with most parsers.
    private int IndexIn(IReadOnlyList<string> words)
    {
        for (int index = words.Count - 1; index > 0; index--)
        {
            if (IsJoined ? words[index].StartsWith(Head, StringComparison.Ordinal) : words[index] == Head || words[index].StartsWith(Head + "=", StringComparison.Ordinal))
            {
                return index;
            }
        }

        return -1;
    }
}

/// <summary>In the environment.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Template">Its value, with <c>{value}</c> for the knob's.</param>
internal sealed record EnvironmentTarget(string Variable, string Template) : KnobTarget
{
    /// <inheritdoc/>
    public override string ToString() => $"env:{Variable}={Template}";
}

/// <summary>In a configuration file, of which a trial gets a copy.</summary>
/// <param name="File">The file, as the command names it.</param>
/// <param name="Key">The key, with the groups before it: <c>optimizer.lr</c>.</param>
/// <param name="IsJson">Whether it is JSON; otherwise YAML.</param>
internal sealed record FileTarget(string File, string Key, bool IsJson) : KnobTarget
{
    /// <inheritdoc/>
    public override string ToString() => $"{(IsJson ? "json" : "yaml")}:{File}:{Key}";
}
