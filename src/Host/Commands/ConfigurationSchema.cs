using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Configuration;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Configuration;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Commands;

/// <summary>The JSON Schema of <c>traindoctor.json</c>, made from the command line's options and the rules' own, so that it cannot fall behind them.</summary>
internal static class ConfigurationSchema
{
    private static readonly string[] Severities = [.. Words.Of<Severity>()];

    /// <summary>Options whose values are words.</summary>
    private static readonly Dictionary<string, IEnumerable<string>> KnownWords = new()
    {
        ["--fail-on"] = FailPolicy.Words,
        ["--report"] = Words.Of<ReportFormat>(),
        ["--format"] = LogArguments.Names,
        ["--lang"] = ReportLanguage.All.Select(language => language.Tag),
        ["--stop-when"] = Severities,
        ["--notify-at"] = Severities,
    };

    /// <summary>Makes the schema.</summary>
    /// <param name="commands">All commands.</param>
    public static JObject Of(IEnumerable<Command> commands)
    {
        var properties = new JObject
        {
            ["$schema"] = new JObject { ["type"] = "string" },
            [ConfigurationFile.PathKey] = Described(OneOrMore(), "The logs that are diagnosed when the command line names none: files or folders."),
        };
        foreach (var option in commands.SelectMany(ConfigurationFile.OptionsOf).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            properties[option.Key] ??= Described(ValueOf(option.Value), option.Value.Description);
        }

        properties[RuleConfiguration.SectionName] = Described(Rules(), "Severities, thresholds and exceptions, rule by rule; by ID or name.");
        return new JObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Training Doctor configuration",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
            ["definitions"] = new JObject(RuleCatalog.All.Select(entry => new JProperty(entry.Descriptor.Name, Described(Rule(entry.OptionsType), entry.Descriptor.Summary.ToString()))))
            {
                ["severity"] = Enumeration([.. Severities, "off"]),
            },
        };
    }

    private static JObject ValueOf(Option option)
    {
        if (option.Name == "--map")
        {
            return new JObject { ["anyOf"] = new JArray(new JObject { ["type"] = "object", ["additionalProperties"] = new JObject { ["type"] = "string" } }, OneOrMore()) };
        }

        if (KnownWords.TryGetValue(option.Name, out var words))
        {
            return Enumeration(words);
        }

        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type == typeof(bool) ? new JObject { ["type"] = "boolean" }
            : type == typeof(double) ? new JObject { ["type"] = "number" }
            : type == typeof(int) ? new JObject { ["type"] = "integer" }
            : type == typeof(string[]) ? OneOrMore()
            : option.Arity.MinimumNumberOfValues == 0 ? new JObject { ["type"] = new JArray("string", "boolean") }
            : new JObject { ["type"] = "string" };
    }

    private static JObject Rules()
    {
        var properties = new JObject();
        foreach (var entry in RuleCatalog.All)
        {
            properties[entry.Descriptor.Name] = new JObject { ["$ref"] = $"#/definitions/{entry.Descriptor.Name}" };
            properties[entry.Descriptor.Id] = new JObject { ["$ref"] = $"#/definitions/{entry.Descriptor.Name}" };
        }

        return new JObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
    }

    private static JObject Rule(Type optionsType)
    {
        var layer = Body(optionsType);
        var rule = Body(optionsType);
        rule["properties"]!["layers"] = Described(
            new JObject { ["type"] = "object", ["additionalProperties"] = new JObject { ["anyOf"] = new JArray(Severity(), layer) } }, "Exceptions for layers or parameters whose path fits a pattern with * and ?.");
        return new JObject { ["anyOf"] = new JArray(Severity(), rule) };
    }

    private static JObject Body(Type optionsType) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = new JObject
        {
            ["severity"] = Severity(),
            ["off"] = new JObject { ["type"] = "boolean" },
            ["reason"] = new JObject { ["type"] = "string" },
            ["options"] = new JObject
            {
                ["type"] = "object",
                ["additionalProperties"] = false,
                ["properties"] = new JObject(optionsType.GetProperties().Where(property => property.CanWrite).Select(property => new JProperty(property.Name, OptionOf(property)))),
            },
        },
    };

    private static JObject OptionOf(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var schema = new JObject { ["type"] = type == typeof(bool) ? "boolean" : type == typeof(int) || type == typeof(long) ? "integer" : type == typeof(double) || type == typeof(float) ? "number" : "string" };
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            schema["minimum"] = JToken.FromObject(range.Minimum);
            if (range.Maximum is not (int.MaxValue or long.MaxValue or double.MaxValue))
            {
                schema["maximum"] = JToken.FromObject(range.Maximum);
            }
        }

        return schema;
    }

    private static JObject Severity() => new() { ["$ref"] = "#/definitions/severity" };

    private static JObject Enumeration(IEnumerable<string> words) => new() { ["type"] = "string", ["enum"] = new JArray(words) };

    private static JObject OneOrMore() => new()
    {
        ["anyOf"] = new JArray(new JObject { ["type"] = "string" }, new JObject { ["type"] = "array", ["items"] = new JObject { ["type"] = "string" } }),
    };

    private static JObject Described(JObject schema, string? description)
    {
        schema["description"] = description;
        return schema;
    }
}
