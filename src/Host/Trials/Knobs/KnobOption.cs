using System.CommandLine.Parsing;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Trials.Knobs;

/// <summary>Reads <c>--knob NAME=TARGET</c>, where the target is words of the command line, or begins with <c>env:</c>, <c>json:</c>, <c>yaml:</c> or <c>hydra:</c>.</summary>
internal static class KnobOption
{
    private const string Value = "{value}";

    /// <summary>Reads a knob.</summary>
    /// <param name="text">The option's value.</param>
    /// <exception cref="UsageException">It is of another form.</exception>
    public static Knob Parse(string text)
    {
        int sign = text.IndexOf('=', StringComparison.Ordinal);
        if (sign <= 0 || sign == text.Length - 1)
        {
            throw Wrong(text, "expected NAME=TARGET, e.g. learning-rate='--lr {value}'");
        }

        // NAME:PRESENT says what the program has as it is, where nothing else tells.
        string[] named = text[..sign].Split(':', 2);
        string name = KnobNames.All.Contains(named[0]) ? named[0]
            : throw Wrong(text, $"'{named[0]}' is not a known setting; expected one of {string.Join(", ", KnobNames.All)}");
        return new Knob(name, TargetOf(text, text[(sign + 1)..])) { Present = named.Length > 1 ? named[1] : null };
    }

    private static KnobTarget TargetOf(string text, string target)
    {
        int colon = target.IndexOf(':', StringComparison.Ordinal);
        string rest = target[(colon + 1)..];
        switch (colon > 0 ? target[..colon] : string.Empty)
        {
            case "env":
                int sign = rest.IndexOf('=', StringComparison.Ordinal);
                return sign > 0 && rest.Contains(Value, StringComparison.Ordinal)
                    ? new EnvironmentTarget(rest[..sign], rest[(sign + 1)..])
                    : throw Wrong(text, "expected env:VARIABLE={value}");
            case "json" or "yaml":
                int end = rest.LastIndexOf(':');
                return end > 0 && end < rest.Length - 1
                    ? new FileTarget(rest[..end], rest[(end + 1)..], target[..colon] == "json")
                    : throw Wrong(text, $"expected {target[..colon]}:FILE:path.to.key");
            case "hydra":
                return rest.Length > 0 ? new WordTarget([$"{rest}={Value}"]) : throw Wrong(text, "expected hydra:path.to.key");
            default:
                string[] words = [.. CommandLineParser.SplitCommandLine(target)];
                return words.Count(word => word.Contains(Value, StringComparison.Ordinal)) == 1
                    ? new WordTarget(words)
                    : throw Wrong(text, "expected words with one {value}, e.g. '--lr {value}', or env:, json:, yaml: or hydra:");
        }
    }

    private static UsageException Wrong(string text, string what) => new($"--knob: '{text}': {what}.");
}
