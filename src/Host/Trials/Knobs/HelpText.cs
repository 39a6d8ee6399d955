using System.Text.RegularExpressions;

namespace TrainingDoctor.Host.Trials.Knobs;

/// <summary>Finds a program's knobs in what it prints for <c>--help</c>, as argparse, click, typer, System.CommandLine, absl and Hydra print it.</summary>
internal static partial class HelpText
{
    private const int DescriptionColumns = 2;

    /// <summary>Finds the knobs.</summary>
    /// <param name="text">What was printed.</param>
    /// <returns>None where it is no help.</returns>
    public static IReadOnlyList<Knob> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var knobs = new List<(Knob, int)>();
        foreach (string entry in Entries(text))
        {
            if (KnobOf(entry) is { } knob)
            {
                knobs.Add(knob);
            }
        }

        if (text.Contains("Powered by Hydra", StringComparison.Ordinal))
        {
            knobs.AddRange(OfHydra(text));
        }

        return KnobNames.MostTelling(knobs);
    }

    /// <summary>Joins an option with the further lines of its description.</summary>
    private static IEnumerable<string> Entries(string text)
    {
        string? entry = null;
        int indent = 0;
        foreach (string raw in text.Split('\n'))
        {
            // typer draws boxes around its options, and stars what is required.
            string line = raw.TrimEnd('\r').Replace('│', ' ').Replace('|', raw.StartsWith('|') ? ' ' : '|');
            string told = line.TrimStart(' ', '*');
            int here = line.Length - told.Length;
            if (told.StartsWith('-') && (entry is null || here <= indent + DescriptionColumns))
            {
                if (entry is not null)
                {
                    yield return entry;
                }

                (entry, indent) = (told, here);
            }
            else if (entry is not null && told.Length > 0 && here > indent)
            {
                entry += "  " + told.Trim();
            }
            else if (entry is not null)
            {
                yield return entry;
                entry = null;
            }
        }

        if (entry is not null)
        {
            yield return entry;
        }
    }

    private static (Knob Knob, int Rank)? KnobOf(string entry)
    {
        var names = OptionName().Matches(Signature(entry)).Select(match => match.Groups["name"].Value).ToList();
        var known = names.Select(name => (Name: name, Known: KnobNames.Find(name))).Where(item => item.Known is not null && item.Name.StartsWith("--", StringComparison.Ordinal)).OrderBy(item => item.Known!.Value.Rank).FirstOrDefault();
        if (known.Known is not { } setting)
        {
            return null;
        }

        string signature = Signature(entry);
        var choices = Choices().Match(entry);
        string? present = Default().Match(entry) is { Success: true } match ? match.Groups["value"].Value.Trim('\'', '"') : null;

        // An option that takes no value switches something on.
        bool takesValue = Value().IsMatch(signature) || present is not null || choices.Success;
        return takesValue
            ? (new Knob(setting.Name, new WordTarget([known.Name, "{value}"]))
            {
                Present = present is "None" or "null" or "" ? null : present,
                Choices = choices.Success ? [.. choices.Groups["words"].Value.Split([',', '|'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : [],
                GuessedFrom = "--help",
            }, setting.Rank)
            : null;
    }

    /// <summary>What stands before the description: two blanks part them, and a colon in absl's.</summary>
    private static string Signature(string entry)
    {
        int end = entry.IndexOf("  ", StringComparison.Ordinal);
        return end < 0 ? entry : entry[..end];
    }

    /// <summary>Hydra prints its configuration, any key of which is set by <c>key=value</c>.</summary>
    private static IEnumerable<(Knob Knob, int Rank)> OfHydra(string text)
    {
        var groups = new List<(int Indent, string Name)>();
        foreach (string line in text[Math.Max(0, text.IndexOf("Config", StringComparison.Ordinal))..].Split('\n'))
        {
            if (YamlLine().Match(line) is not { Success: true } match)
            {
                continue;
            }

            int indent = match.Groups["indent"].Length;
            groups.RemoveAll(group => group.Indent >= indent);
            string key = string.Join('.', groups.Select(group => group.Name).Append(match.Groups["key"].Value));
            string value = match.Groups["value"].Value.Trim();
            if (value.Length == 0)
            {
                groups.Add((indent, match.Groups["key"].Value));
            }
            else if (KnobNames.Find(key) is { } known)
            {
                yield return (new Knob(known.Name, new WordTarget([$"{key}={{value}}"])) { Present = value is "null" or "???" ? null : value.Trim('\'', '"'), GuessedFrom = "--help" }, known.Rank);
            }
        }
    }

    [GeneratedRegex(@"(?<![\w-])(?<name>--?[A-Za-z][\w.-]*)")]
    private static partial Regex OptionName();

    /// <summary>A value behind the option: LR, &lt;lr&gt;, FLOAT, [sgd|adam], {sgd,adam}, or a colon as absl has it.</summary>
    [GeneratedRegex(@"--[\w.-]+([ =]([<\[{(]|[A-Z\w])|:)")]
    private static partial Regex Value();

    [GeneratedRegex(@"[\{\[<](?<words>[\w.+-]+([,|] ?[\w.+-]+)+)[\}\]>]")]
    private static partial Regex Choices();

    [GeneratedRegex(@"[\[(]default(s to)?[:=]?\s*(?<value>[^\]);]*)[^\])]*[\])]", RegexOptions.IgnoreCase)]
    private static partial Regex Default();

    [GeneratedRegex(@"^(?<indent>\s*)(?<key>[A-Za-z_]\w*):(?<value>( .*)?)$")]
    private static partial Regex YamlLine();
}
