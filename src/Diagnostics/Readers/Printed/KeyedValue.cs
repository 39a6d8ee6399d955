using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers.Printed;

/// <summary>A printed record of one number whose name is itself a value, as MLPerf logs it: <c>{"key": "train_loss", "value": 2.1, …}</c>.</summary>
internal static partial class KeyedValue
{
    /// <summary>Puts the name of the number where a reader of records looks for it.</summary>
    public static string Name(string line)
    {
        if (!line.Contains("value", StringComparison.Ordinal) || Key().Match(line) is not { Success: true } key || Value().Match(line) is not { Success: true } value)
        {
            return line;
        }

        return line[..value.Groups["name"].Index] + key.Groups["key"].Value + line[(value.Groups["name"].Index + value.Groups["name"].Length)..];
    }

    [GeneratedRegex("""["'](?:key|name|metric|tag)["']\s*:\s*["'](?<key>[^"']{1,100})["']""", RegexOptions.ExplicitCapture)]
    private static partial Regex Key();

    [GeneratedRegex("""["'](?<name>value)["']\s*:""", RegexOptions.ExplicitCapture)]
    private static partial Regex Value();
}
