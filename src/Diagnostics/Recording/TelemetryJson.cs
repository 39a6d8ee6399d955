using System.Globalization;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;
using Newtonsoft.Json.Serialization;

namespace TrainingDoctor.Recording;

/// <summary>The spellings of telemetry, shared by its writer and its reader.</summary>
internal static class TelemetryJson
{
    /// <summary>The version of the format.</summary>
    public const string Version = "1.0";

    private const char KindSeparator = ':';

    /// <summary>Gets the serializer of run descriptions.</summary>
    public static JsonSerializer Serializer { get; } = JsonSerializer.Create(new JsonSerializerSettings
    {
        ContractResolver = new DefaultContractResolver { NamingStrategy = new CamelCaseNamingStrategy(processDictionaryKeys: false, overrideSpecifiedNames: false) },
        Converters = { new StringEnumConverter() },
        NullValueHandling = NullValueHandling.Ignore,
        FloatFormatHandling = FloatFormatHandling.String,
        Culture = CultureInfo.InvariantCulture,
    });

    /// <summary>Makes the line that a recording begins with.</summary>
    public static byte[] FirstLine(RunDescription run) => Line($"{{\"telemetry\":\"{Version}\",\"run\":{Describe(run)}}}");

    /// <summary>Makes a line that says more of a run than the first did.</summary>
    public static byte[] UpdateLine(RunDescription run) => Line($"{{\"run\":{Describe(run)}}}");

    /// <summary>Makes the line that a further part begins with.</summary>
    public static byte[] PartLine(int part, RunDescription run) =>
        Line(string.Create(CultureInfo.InvariantCulture, $"{{\"part\":{part},\"telemetry\":\"{Version}\",\"run\":{Describe(run)}}}"));

    /// <summary>Spells a scope: its name, with its kind before it where that is not the metric's usual one.</summary>
    public static string ScopeName(Scope scope, Metric metric) =>
        scope.Kind == MetricCatalog.Describe(metric).Scope ? scope.Name : $"{KebabCase.Of(scope.Kind)}{KindSeparator}{scope.Name}";

    /// <summary>Reads what <see cref="ScopeName"/> spells.</summary>
    public static int Scope(ScopeTable scopes, string name, Metric metric)
    {
        var usual = MetricCatalog.Describe(metric).Scope;
        foreach (var kind in Enum.GetValues<ScopeKind>())
        {
            string prefix = KebabCase.Of(kind) + KindSeparator;
            if (kind != usual && name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return scopes.Intern(kind, name[prefix.Length..]);
            }
        }

        return scopes.Intern(usual, name);
    }

    private static string Describe(RunDescription run)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Serializer.Serialize(text, run);
        return text.ToString();
    }

    private static byte[] Line(string line) => Encoding.UTF8.GetBytes(line + "\n");
}
