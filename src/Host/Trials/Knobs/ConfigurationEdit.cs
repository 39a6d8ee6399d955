using System.Globalization;
using System.Text;
using System.Text.Json;
using TrainingDoctor.Host.Shell;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace TrainingDoctor.Host.Trials.Knobs;

/// <summary>Sets one value in the text of a configuration; all else, comments included, stays as it was.</summary>
internal static class ConfigurationEdit
{
    /// <summary>Finds a value.</summary>
    /// <param name="text">The configuration.</param>
    /// <param name="target">The file and the key.</param>
    /// <returns>Null where the key is not there.</returns>
    /// <exception cref="UsageException">The file cannot be understood.</exception>
    public static string? Find(string text, FileTarget target) => Locate(text, target) is var (start, length) ? text.Substring(start, length).Trim('"', '\'') : null;

    /// <summary>Sets a value; a key that is missing is added where it has no group, or its group is there.</summary>
    /// <param name="text">The configuration.</param>
    /// <param name="target">The file and the key.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="UsageException">The file cannot be understood, or the group of the key is missing.</exception>
    public static string Set(string text, FileTarget target, string value)
    {
        string spelt = Spell(value, target.IsJson);
        if (Locate(text, target) is var (start, length))
        {
            return string.Concat(text.AsSpan(0, start), spelt, text.AsSpan(start + length));
        }

        string name = target.Key[(target.Key.LastIndexOf('.') + 1)..];
        if (name != target.Key)
        {
            throw new UsageException($"{target}: '{target.File}' has no such key.");
        }

        if (!target.IsJson)
        {
            return $"{text}{(text.Length == 0 || text.EndsWith('\n') ? string.Empty : "\n")}{name}: {spelt}\n";
        }

        int brace = text.IndexOf('{', StringComparison.Ordinal);
        bool isEmpty = brace >= 0 && text[(brace + 1)..].TrimStart().StartsWith('}');
        return brace < 0 ? throw new UsageException($"{target}: '{target.File}' holds no object.") : $"{text[..(brace + 1)]}\n  \"{name}\": {spelt}{(isEmpty ? "\n" : ",")}{text[(brace + 1)..]}";
    }

    private static (int Start, int Length)? Locate(string text, FileTarget target)
    {
        try
        {
            return target.IsJson ? LocateJson(text, target.Key) : LocateYaml(text, target.Key);
        }
        catch (Exception exception) when (exception is JsonException or YamlException)
        {
            throw new UsageException($"{target}: '{target.File}' cannot be understood: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static (int Start, int Length)? LocateJson(string text, string key)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var path = new Stack<string>();
        string? name = null;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    path.Push(name ?? string.Empty);
                    name = null;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    path.Pop();
                    name = null;
                    break;
                case JsonTokenType.PropertyName:
                    name = reader.GetString();
                    break;
                default:
                    if (name is not null && string.Join('.', path.Reverse().Append(name).Where(part => part.Length > 0)) == key)
                    {
                        int start = (int)reader.TokenStartIndex;
                        return (Encoding.UTF8.GetCharCount(bytes, 0, start), Encoding.UTF8.GetCharCount(bytes, start, (int)reader.BytesConsumed - start));
                    }

                    name = null;
                    break;
            }
        }

        return null;
    }

    private static (int Start, int Length)? LocateYaml(string text, string key)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var node = yaml.Documents.Count > 0 ? yaml.Documents[0].RootNode : null;
        foreach (string part in key.Split('.'))
        {
            node = (node as YamlMappingNode)?.Children.FirstOrDefault(child => child.Key is YamlScalarNode { Value: { } name } && name == part).Value;
        }

        return node is YamlScalarNode scalar ? ((int)scalar.Start.Index, (int)(scalar.End.Index - scalar.Start.Index)) : null;
    }

    private static string Spell(string value, bool isJson) =>
        !isJson || Knob.NumberOf(value) is not null || value is "true" or "false" or "null" ? value : string.Create(CultureInfo.InvariantCulture, $"\"{JsonEncodedText.Encode(value)}\"");
}
