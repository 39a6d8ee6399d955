using System.Globalization;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;
using Newtonsoft.Json.Serialization;

namespace TrainingDoctor.Telemetry;

/// <summary>The spellings of telemetry, shared by its writer and its reader.</summary>
internal static class TelemetryJson
{
    /// <summary>The version of the format.</summary>
    public const string Version = "1.0";

    private const char KindSeparator = ':';

    private static readonly (ScopeKind Kind, string Prefix)[] Prefixes = [.. Enum.GetValues<ScopeKind>().Select(kind => (kind, KebabCase.Of(kind) + KindSeparator))];

    /// <summary>Gets how run descriptions are written and read.</summary>
    public static JsonSerializerSettings Settings { get; } = new()
    {
        ContractResolver = new DefaultContractResolver { NamingStrategy = new CamelCaseNamingStrategy(processDictionaryKeys: false, overrideSpecifiedNames: false) },
        Converters = { new StringEnumConverter { AllowIntegerValues = false } },
        MaxDepth = 64,
        NullValueHandling = NullValueHandling.Ignore,
        FloatFormatHandling = FloatFormatHandling.String,
        Culture = CultureInfo.InvariantCulture,
    };

    /// <summary>Gets the serializer of run descriptions.</summary>
    public static JsonSerializer Serializer { get; } = JsonSerializer.Create(Settings);

    /// <summary>Makes the line that a recording begins with.</summary>
    public static byte[] FirstLine(RunDescription run) => Line($"{{\"telemetry\":\"{Version}\",\"run\":{Describe(run)}}}");

    /// <summary>Makes a line that says more of a run than the first did.</summary>
    public static byte[] UpdateLine(RunDescription run) => Line($"{{\"run\":{Describe(run)}}}");

    /// <summary>Makes the line that a further part begins with.</summary>
    public static byte[] PartLine(int part, RunDescription run) =>
        Line(string.Create(CultureInfo.InvariantCulture, $"{{\"part\":{part},\"telemetry\":\"{Version}\",\"run\":{Describe(run)}}}"));

    /// <summary>Makes the line of one distribution.</summary>
    public static byte[] DistributionLine(Distribution distribution) => Line(string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"step\":{distribution.Step},\"h\":[[\"{KebabCase.Of(distribution.Kind)}\",{JsonConvert.ToString(distribution.Scope)},{distribution.First},[{string.Join(',', distribution.Counts)}]]]}}"));

    /// <summary>Spells a scope: its name, with its kind before it where that is not the metric's usual one.</summary>
    public static string ScopeName(Scope scope, Metric metric) =>
        scope.Kind == MetricCatalog.Describe(metric).Scope ? scope.Name : $"{KebabCase.Of(scope.Kind)}{KindSeparator}{scope.Name}";

    /// <summary>Reads what <see cref="ScopeName"/> spells.</summary>
    /// <param name="scopes">The scopes of the run.</param>
    /// <param name="name">The spelling.</param>
    /// <param name="metric">The metric that is measured there.</param>
    /// <param name="most">How many scopes a run may have.</param>
    /// <returns>The scope's index; null for a further one where there is no room.</returns>
    public static int? Scope(ScopeTable scopes, string name, Metric metric, int most)
    {
        var kind = MetricCatalog.Describe(metric).Scope;
        foreach (var (other, prefix) in Prefixes)
        {
            if (other != kind && name.StartsWith(prefix, StringComparison.Ordinal))
            {
                (kind, name) = (other, name[prefix.Length..]);
                break;
            }
        }

        return scopes.Count < most ? scopes.Intern(kind, name) : scopes.Find(kind, name);
    }

    private static string Describe(RunDescription run)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Serializer.Serialize(text, run);
        return text.ToString();
    }

    private static byte[] Line(string line) => Encoding.UTF8.GetBytes(line + "\n");
}
