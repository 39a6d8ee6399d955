using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Readers.Input.Markup;
using TrainingDoctor.Readers.Opening;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TrainingDoctor.Readers.Runs;

/// <summary>The settings of a configuration in JSON or YAML. It comes from outside: its depth, and what its references unfold to, are bounded.</summary>
internal static class ConfigurationFile
{
    private const int MostBytes = 256 * 1024;
    private const int MostNodes = 20_000;
    private const int DeepestNode = 32;
    private const int DeepestSetting = 8;

    /// <summary>Reads the settings.</summary>
    /// <param name="file">The file; one that ends in <c>.json</c> is JSON, any other YAML.</param>
    /// <returns>Each setting with its value, those of groups with the names of the groups before them, <c>optimizer.lr</c>; none where the file cannot be understood whole.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IReadOnlyList<(string Name, string Value)> Read(string file)
    {
        var settings = new List<(string, string)>();
        try
        {
            // Half a configuration would make what is missing look like another setting.
            if (SmallFile.Text(file, MostBytes) is { } text && (file.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? OfJson(text) : OfYaml(text)) is { } root)
            {
                Flatten(root, string.Empty, settings, 0);
            }
        }
        catch (Exception exception) when (exception is JsonException or YamlException or InvalidDataException)
        {
            return [];
        }

        return settings;
    }

    private static JToken OfJson(string text)
    {
        using var reader = new JsonTextReader(new StringReader(text)) { MaxDepth = DeepestNode, DateParseHandling = DateParseHandling.None, Culture = CultureInfo.InvariantCulture };
        return JToken.ReadFrom(reader);
    }

    private static JToken? OfYaml(string text)
    {
        // The tree is built by recursion: what nests deeper than any configuration would end the program.
        var events = new Parser(new StringReader(text));
        for (int depth = 0; events.MoveNext();)
        {
            depth += events.Current!.NestingIncrease;
            if (depth > DeepestNode)
            {
                return null;
            }
        }

        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        int left = MostNodes;
        return yaml.Documents.Count > 0 ? Unfold(yaml.Documents[0].RootNode, 0, ref left) : null;
    }

    private static JToken Unfold(YamlNode node, int depth, ref int left)
    {
        if (--left < 0 || depth > DeepestNode)
        {
            throw new InvalidDataException("It unfolds to more than a configuration is.");
        }

        switch (node)
        {
            case YamlMappingNode group:
                var named = new JObject();
                foreach (var (key, value) in group.Children)
                {
                    if (key is YamlScalarNode { Value: { } name })
                    {
                        named[name] = Unfold(value, depth + 1, ref left);
                    }
                }

                return named;
            case YamlSequenceNode list:
                var items = new JArray();
                foreach (var item in list)
                {
                    items.Add(Unfold(item, depth + 1, ref left));
                }

                return items;
            default:
                return node is YamlScalarNode { Value: { Length: > 0 } text } && text != "~" ? new JValue(text) : JValue.CreateNull();
        }
    }

    private static void Flatten(JToken token, string name, List<(string, string)> settings, int depth)
    {
        switch (token)
        {
            case JObject group when depth < DeepestSetting:
                // Weights & Biases wraps each value.
                if (depth > 0 && group["value"] is { } wrapped && group.Properties().All(property => property.Name is "value" or "desc"))
                {
                    Flatten(wrapped, name, settings, depth + 1);
                    break;
                }

                foreach (var property in group.Properties())
                {
                    Flatten(property.Value, name.Length == 0 ? property.Name : $"{name}.{property.Name}", settings, depth + 1);
                }

                break;
            case JArray list when list.All(item => item is JValue):
                settings.Add((name, string.Join(", ", list.Select(Spell))));
                break;
            case JValue:
                settings.Add((name, Spell(token)));
                break;
        }
    }

    /// <summary>Numbers and words are spelt in one way: 1e-4 and 0.0001, True and true, are the same.</summary>
    private static string Spell(JToken token)
    {
        string text = Convert.ToString(((JValue)token).Value, CultureInfo.InvariantCulture) ?? "null";
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number.ToString("R", CultureInfo.InvariantCulture)
            : text switch { "True" or "False" => text.ToLowerInvariant(), "None" => "null", _ => text };
    }
}
