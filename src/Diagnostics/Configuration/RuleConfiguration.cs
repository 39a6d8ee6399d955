using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace TrainingDoctor.Configuration;

/// <summary>
/// Makes a <see cref="RuleSet"/> from configuration: per rule a severity, options, or off with a reason, and the same per layer.
/// </summary>
/// <remarks>
/// <code>
/// "rules": {
///   "dead-units": { "severity": "warning", "options": { "Patience": 10 } },
///   "TD3003": "off",
///   "vanishing-gradient": { "layers": { "backbone.*": { "off": true, "reason": "frozen on purpose" } } }
/// }
/// </code>
/// Rules are named by ID or name. An unknown key is an error that names the nearest known one.
/// </remarks>
public static class RuleConfiguration
{
    /// <summary>The name of the section that holds the rules.</summary>
    public const string SectionName = "rules";

    private const string DefaultOffReason = "switched off by configuration";
    private static readonly string[] RuleKeys = ["severity", "options", "off", "reason", "layers"];
    private static readonly string[] LayerKeys = ["severity", "options", "off", "reason"];
    private static readonly string[] Severities = [.. Enum.GetValues<Severity>().Select(severity => KebabCase.Of(severity)), "off"];

    /// <summary>Binds the whole catalogue.</summary>
    /// <param name="rules">The section whose children are rules; may be empty.</param>
    /// <exception cref="RuleConfigurationException">A key is unknown or a value is out of bounds.</exception>
    public static RuleSet Bind(IConfiguration rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        CheckIsObject(rules as IConfigurationSection);
        var sections = new Dictionary<string, IConfigurationSection>();
        foreach (var section in rules.GetChildren())
        {
            var entry = RuleCatalog.Find(section.Key) ?? throw Unknown(section, RuleCatalog.All.SelectMany(e => new[] { e.Descriptor.Name, e.Descriptor.Id }));
            if (!sections.TryAdd(entry.Descriptor.Id, section))
            {
                throw new RuleConfigurationException($"{section.Path}: rule {entry.Descriptor.Id} is configured twice, by ID and by name.");
            }
        }

        return new RuleSet([.. RuleCatalog.All.Select(entry => Bind(entry, sections.GetValueOrDefault(entry.Descriptor.Id)))]);
    }

    private static ConfiguredRule Bind(RuleEntry entry, IConfigurationSection? section)
    {
        if (section is null)
        {
            return new ConfiguredRule(entry.CreateDefault());
        }

        if (section.Value is { Length: > 0 } word)
        {
            var (severity, off) = ParseSeverity(section, word);
            return new ConfiguredRule(entry.CreateDefault(), severity, off ? DefaultOffReason : null);
        }

        CheckKeys(section, RuleKeys);
        CheckIsObject(section.GetSection("options"));
        CheckIsObject(section.GetSection("layers"));
        var options = BindOptions(section.GetSection("options"), Activator.CreateInstance(entry.OptionsType)!);
        return new ConfiguredRule(entry.Create(options), SeverityOf(section), OffReason(section))
        {
            Overrides = [.. section.GetSection("layers").GetChildren().Select(layer => BindLayer(entry, section, layer))],
        };
    }

    private static LayerOverride BindLayer(RuleEntry entry, IConfigurationSection rule, IConfigurationSection layer)
    {
        if (layer.Value is { Length: > 0 } word)
        {
            var (severity, off) = ParseSeverity(layer, word);
            return new LayerOverride(layer.Key, Severity: severity, OffReason: off ? DefaultOffReason : null);
        }

        CheckKeys(layer, LayerKeys);
        CheckIsObject(layer.GetSection("options"));
        Rule? own = null;
        if (layer.GetSection("options").Exists())
        {
            // What holds for the rule holds for its layers, unless they say otherwise.
            var options = BindOptions(rule.GetSection("options"), Activator.CreateInstance(entry.OptionsType)!);
            own = entry.Create(BindOptions(layer.GetSection("options"), options));
        }

        return new LayerOverride(layer.Key, own, SeverityOf(layer), OffReason(layer));
    }

    private static object BindOptions(IConfigurationSection section, object options)
    {
        var properties = options.GetType().GetProperties().Where(property => property.CanWrite).ToList();
        foreach (var value in section.GetChildren())
        {
            var property = properties.Find(p => string.Equals(p.Name, value.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw (properties.Count == 0
                    ? new RuleConfigurationException($"{value.Path}: the rule has no options.")
                    : Unknown(value, properties.Select(p => p.Name)));
            try
            {
                property.SetValue(options, TypeDescriptor.GetConverter(property.PropertyType).ConvertFrom(null, CultureInfo.InvariantCulture, value.Value ?? string.Empty));
            }
            catch (Exception exception) when (exception is ArgumentException or FormatException or NotSupportedException)
            {
                throw new RuleConfigurationException($"{value.Path}: '{value.Value}' is not {Expected(property.PropertyType)}.");
            }

            var results = new List<ValidationResult>();
            if (!Validator.TryValidateProperty(property.GetValue(options), new ValidationContext(options) { MemberName = property.Name }, results))
            {
                throw new RuleConfigurationException($"{value.Path}: '{value.Value}': {results[0].ErrorMessage}");
            }
        }

        return options;
    }

    private static string Expected(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Double or TypeCode.Single => "a number",
        TypeCode.Boolean => "true or false",
        _ => "a value of the kind that the option takes",
    };

    private static Severity? SeverityOf(IConfigurationSection section) =>
        section["severity"] is { } word ? ParseSeverity(section.GetSection("severity"), word).Severity : null;

    private static string? OffReason(IConfigurationSection section)
    {
        bool off = section["severity"] == "off";
        if (section["off"] is { } word && !bool.TryParse(word, out off))
        {
            throw new RuleConfigurationException($"{section.Path}:off: '{word}' is neither true nor false.");
        }

        return off ? section["reason"] ?? DefaultOffReason : null;
    }

    private static (Severity? Severity, bool Off) ParseSeverity(IConfigurationSection section, string word)
    {
        if (word == "off")
        {
            return (null, true);
        }

        return KebabCase.TryParse(word, out Severity severity)
            ? (severity, false)
            : throw new RuleConfigurationException($"{section.Path}: '{word}' is no severity; expected {string.Join(", ", Severities)}.");
    }

    /// <summary>A word where keys belong would be passed over in silence.</summary>
    private static void CheckIsObject(IConfigurationSection? section)
    {
        if (section?.Value is { Length: > 0 } word)
        {
            throw new RuleConfigurationException($"{section.Path}: '{word}' is no object; expected keys and values in braces.");
        }
    }

    private static void CheckKeys(IConfigurationSection section, string[] known)
    {
        foreach (var child in section.GetChildren())
        {
            if (!known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw Unknown(child, known);
            }
        }
    }

    private static RuleConfigurationException Unknown(IConfigurationSection section, IEnumerable<string> known) =>
        new($"{section.Path}: unknown key '{section.Key}'; did you mean {NearestName.Suggest(section.Key, known)}?");
}
