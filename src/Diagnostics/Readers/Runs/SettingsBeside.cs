using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TrainingDoctor.Readers;

/// <summary>
/// What the files beside a log say of how the run was set up: the configuration that frameworks and trackers leave there, and the commit of the program. Nothing of it is judged; a comparison of runs
/// tells what was set differently.
/// </summary>
/// <param name="Settings">The settings by name; those of groups with the names of the groups before them, <c>optimizer.lr</c>.</param>
/// <param name="Commit">The commit; null where nothing tells.</param>
internal sealed record SettingsBeside(IReadOnlyDictionary<string, string> Settings, string? Commit)
{
    private const int MostBytes = 256 * 1024;
    private const int MostSettings = 500;
    private const int LongestName = 200;
    private const int LongestValue = 200;
    private const int Deepest = 8;

    private static readonly SettingsBeside None = new(new Dictionary<string, string>(), null);

    /// <summary>What frameworks and trackers call them; what stands first wins.</summary>
    private static readonly string[] Files =
    [
        "config.yaml", "config.yml", "config.json", "hparams.yaml", "hparams.json", "args.yaml", "args.json", "params.yaml", "params.json", "training_args.json", "opt.yaml", "opt.json", "cfg.yaml", "flags.json",
        "axolotl_config.yml", "llamaboard_config.yaml", "adapter_config.json", Path.Combine(".hydra", "config.yaml"), Path.Combine("files", "config.yaml"),
    ];

    /// <summary>Folders that hold the log of a run and not the run.</summary>
    private static readonly string[] Inner = ["files", "logs", "log", "metrics", "events", "tensorboard", "tb", "train", "csv"];

    private static readonly string[] CommitNames = ["commit", "git.commit", "git_commit", "git_hash", "git_sha", "git_commit_hash", "commit_hash", "commit_id", "mlflow.source.git.commit"];

    /// <summary>Reads what lies beside a log.</summary>
    /// <param name="log">The file or folder of the log; null or <c>-</c> where there is none.</param>
    public static SettingsBeside Of(string? log)
    {
        try
        {
            string? folder = Directory.Exists(log) ? Path.GetFullPath(log) : File.Exists(log) ? Path.GetDirectoryName(Path.GetFullPath(log)) : null;
            if (folder is null)
            {
                return None;
            }

            var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
            string? commit = null;
            foreach (string file in Candidates(log!, folder).Where(file => File.Exists(file) && !string.Equals(file, Path.GetFullPath(log!), StringComparison.Ordinal)))
            {
                foreach (var (name, value) in Read(file))
                {
                    Take(name, value);
                }
            }

            foreach (string run in RunFolders(folder))
            {
                TakeParameters(Path.Combine(run, "params"), Take);
                commit ??= OfTracker(run);
            }

            commit ??= CommitNames.Select(name => settings.GetValueOrDefault(name)).FirstOrDefault(IsCommit);
            foreach (string name in CommitNames)
            {
                settings.Remove(name);
            }

            return new SettingsBeside(settings, commit);

            void Take(string name, string value)
            {
                if (settings.Count < MostSettings && name.Length is > 0 and <= LongestName)
                {
                    settings.TryAdd(name, value.Length > LongestValue ? value[..LongestValue] : value);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // What lies beside a log is no part of it: that it cannot be read costs nothing.
            return None;
        }
    }

    /// <summary>A file named like the log is of this run alone; the others are of the folder's.</summary>
    private static IEnumerable<string> Candidates(string log, string folder)
    {
        if (File.Exists(log))
        {
            string stem = Path.GetFileNameWithoutExtension(log);
            foreach (string ending in new[] { ".yaml", ".yml", ".config.json", ".config.yaml" })
            {
                yield return Path.Combine(folder, stem + ending);
            }
        }

        foreach (string run in RunFolders(folder))
        {
            foreach (string name in Files)
            {
                yield return Path.Combine(run, name);
            }
        }
    }

    private static IEnumerable<string> RunFolders(string folder)
    {
        yield return folder;
        string name = Path.GetFileName(folder);
        if (Path.GetDirectoryName(folder) is { Length: > 0 } parent && (Array.Exists(Inner, inner => string.Equals(inner, name, StringComparison.OrdinalIgnoreCase)) || name.StartsWith("checkpoint-", StringComparison.Ordinal)))
        {
            yield return parent;
        }
    }

    /// <summary>MLflow: a file for each parameter.</summary>
    private static void TakeParameters(string folder, Action<string, string> take)
    {
        if (Directory.Exists(folder))
        {
            foreach (string file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Take(MostSettings))
            {
                take(Path.GetFileName(file), Text(file).Trim());
            }
        }
    }

    /// <summary>The commit that Weights &amp; Biases and MLflow note.</summary>
    private static string? OfTracker(string run)
    {
        foreach (string file in new[] { Path.Combine(run, "wandb-metadata.json"), Path.Combine(run, "files", "wandb-metadata.json") })
        {
            if (File.Exists(file) && Read(file).FirstOrDefault(setting => setting.Name == "git.commit").Value is { } noted && IsCommit(noted))
            {
                return noted;
            }
        }

        string tag = Path.Combine(run, "tags", "mlflow.source.git.commit");
        return File.Exists(tag) && Text(tag).Trim() is var commit && IsCommit(commit) ? commit : null;
    }

    private static bool IsCommit(string? text) => text is { Length: >= 7 and <= 64 } && text.All(char.IsAsciiHexDigit);

    private static List<(string Name, string Value)> Read(string file)
    {
        var settings = new List<(string, string)>();
        try
        {
            string text = Text(file);
            if (file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            {
                using var reader = new JsonTextReader(new StringReader(text)) { MaxDepth = 32, DateParseHandling = DateParseHandling.None, Culture = CultureInfo.InvariantCulture };
                Flatten(JToken.ReadFrom(reader), string.Empty, settings, 0);
            }
            else
            {
                var yaml = new YamlStream();
                yaml.Load(new StringReader(text));
                if (yaml.Documents.Count > 0)
                {
                    Flatten(yaml.Documents[0].RootNode, string.Empty, settings, 0);
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or YamlException or InvalidOperationException)
        {
            // Half a configuration would make what is missing look like another setting.
            return [];
        }

        return settings;
    }

    private static void Flatten(JToken token, string name, List<(string, string)> settings, int depth)
    {
        switch (token)
        {
            case JObject group when depth < Deepest:
                // Weights & Biases wraps each value.
                if (depth > 0 && group["value"] is { } wrapped && group.Properties().All(property => property.Name is "value" or "desc"))
                {
                    Flatten(wrapped, name, settings, depth + 1);
                    break;
                }

                foreach (var property in group.Properties())
                {
                    Flatten(property.Value, Join(name, property.Name), settings, depth + 1);
                }

                break;
            case JArray list when list.All(item => item is JValue):
                settings.Add((name, string.Join(", ", list.Select(Scalar))));
                break;
            case JValue value:
                settings.Add((name, Scalar(value)));
                break;
        }

        static string Scalar(JToken value) => value.Type == JTokenType.Null ? "null" : Spell(Convert.ToString(((JValue)value).Value, CultureInfo.InvariantCulture) ?? string.Empty);
    }

    private static void Flatten(YamlNode node, string name, List<(string, string)> settings, int depth)
    {
        switch (node)
        {
            case YamlMappingNode group when depth < Deepest:
                if (depth > 0 && group.Children.Keys.All(key => key is YamlScalarNode { Value: "value" or "desc" }) && group.Children.FirstOrDefault(child => child.Key is YamlScalarNode { Value: "value" }).Value is { } wrapped)
                {
                    Flatten(wrapped, name, settings, depth + 1);
                    break;
                }

                foreach (var (key, value) in group.Children)
                {
                    if (key is YamlScalarNode { Value: { } own })
                    {
                        Flatten(value, Join(name, own), settings, depth + 1);
                    }
                }

                break;
            case YamlSequenceNode list when list.All(item => item is YamlScalarNode):
                settings.Add((name, string.Join(", ", list.Select(item => Spell(((YamlScalarNode)item).Value ?? "null")))));
                break;
            case YamlScalarNode scalar:
                settings.Add((name, Spell(scalar.Value is null or "" or "~" ? "null" : scalar.Value)));
                break;
        }
    }

    /// <summary>Numbers and words are spelt as one spells them: 1e-4 and 0.0001, True and true, are the same.</summary>
    private static string Spell(string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
        ? number.ToString("R", CultureInfo.InvariantCulture)
        : value is "True" or "False" or "None" ? (value == "None" ? "null" : value.ToLowerInvariant()) : value;

    private static string Join(string group, string name) => group.Length == 0 ? name : $"{group}.{name}";

    private static string Text(string file)
    {
        using var reader = new StreamReader(file);
        char[] head = new char[MostBytes];
        int length = reader.ReadBlock(head);
        return new string(head, 0, length);
    }
}
