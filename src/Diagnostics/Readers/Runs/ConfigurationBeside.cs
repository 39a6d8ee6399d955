using System.Text.RegularExpressions;

namespace TrainingDoctor.Readers;

/// <summary>
/// Reads the configuration that frameworks leave beside a log: from what weights a training began, what of them it trains, and in which precision. Only the settings that tell this are looked
/// for, in JSON and YAML alike; nothing of it is believed beyond a word or a flag.
/// </summary>
internal static partial class ConfigurationBeside
{
    private const int MostBytes = 256 * 1024;

    private static readonly string[] Files = ["config.json", "training_args.json", "hparams.yaml", "args.yaml", "params.yaml", "config.yaml", "config.yml", "axolotl_config.yml", "llamaboard_config.yaml"];

    /// <summary>Describes the situation of a run.</summary>
    /// <param name="log">The file or folder of the log; null or <c>-</c> where there is none.</param>
    /// <returns>Null where nothing beside the log tells.</returns>
    public static RunSituation? Of(string? log)
    {
        try
        {
            string? folder = Directory.Exists(log) ? log : File.Exists(log) ? Path.GetDirectoryName(Path.GetFullPath(log)) : null;
            if (folder is null)
            {
                return null;
            }

            var settings = Files.Select(name => Path.Combine(folder, name)).Where(path => File.Exists(path) && !SameFile(path, log!)).SelectMany(Read).ToLookup(setting => setting.Name, setting => setting.Value);
            return Describe(settings, File.Exists(Path.Combine(folder, "adapter_config.json")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // What lies beside a log is no part of it: that it cannot be read costs nothing.
            return null;
        }
    }

    private static RunSituation? Describe(ILookup<string, string> settings, bool hasAdapter)
    {
        string? model = First("_name_or_path") ?? First("model_name_or_path") ?? First("base_model") ?? First("base_model_name_or_path");
        bool isAdapter = hasAdapter || First("finetuning_type") is "lora" or "qlora" || First("adapter") is "lora" or "qlora";
        string? precision = IsOn("bf16") || First("precision") is { } p && p.Contains("bf16", StringComparison.Ordinal) || First("torch_dtype") == "bfloat16" || First("dtype") == "bfloat16" ? "bf16"
            : IsOn("fp16") || First("precision") is "16" or "16-mixed" or "16-true" || First("torch_dtype") == "float16" || First("dtype") == "float16" ? "fp16"
            : First("precision") is "32" or "32-true" || First("torch_dtype") == "float32" ? "fp32"
            : null;
        bool? isPretrained = isAdapter || model is not null || IsOn("pretrained") ? true : First("pretrained") is not null || First("init_from") == "scratch" ? false : null;
        return isPretrained is null && precision is null ? null : new RunSituation { IsPretrained = isPretrained, IsAdapter = isAdapter ? true : null, Precision = precision, Model = model };

        string? First(string name) => settings[name].FirstOrDefault(value => value.Length > 0 && value is not ("null" or "None" or "~"));

        bool IsOn(string name) => First(name)?.ToLowerInvariant() is "true" or "yes" or "on" or "1";
    }

    private static IEnumerable<(string Name, string Value)> Read(string path)
    {
        using var reader = new StreamReader(path);
        char[] head = new char[MostBytes];
        int length = reader.ReadBlock(head);
        return [.. Setting().Matches(new string(head, 0, length)).Select(match => (match.Groups["name"].Value, match.Groups["value"].Value.Trim().Trim('"', '\'')))];
    }

    private static bool SameFile(string path, string log) => string.Equals(Path.GetFullPath(path), Path.GetFullPath(log), StringComparison.Ordinal);

    /// <summary>One setting in JSON or YAML: a name, a colon, and a value up to the end of the line or the next comma.</summary>
    [GeneratedRegex(@"""?(?<name>_name_or_path|model_name_or_path|base_model|base_model_name_or_path|finetuning_type|adapter|bf16|fp16|precision|torch_dtype|dtype|pretrained|init_from)""?[ \t]*:[ \t]*(?<value>""[^""\r\n]{0,200}""|[^,\r\n#]{0,200})", RegexOptions.ExplicitCapture)]
    private static partial Regex Setting();
}
