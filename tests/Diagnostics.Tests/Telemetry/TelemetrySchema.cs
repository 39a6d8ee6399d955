using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Generation.TypeMappers;
using NJsonSchema.NewtonsoftJson.Generation;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Tests.Telemetry;

/// <summary>The JSON Schema of a line of telemetry: the description of a run from its types, the rest by hand.</summary>
internal static class TelemetrySchema
{
    /// <summary>Gets the file that ships.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Repository.Root, "docs", "schema", "telemetry-1.0.schema.json");

    private static readonly Lazy<JsonSchema> Shipped = new(() => JsonSchema.FromJsonAsync(File.ReadAllText(Path)).GetAwaiter().GetResult());

    /// <summary>Tells whether a line fits the schema that ships.</summary>
    public static bool Fits(JToken line) => Shipped.Value.Validate(line).Count == 0;

    /// <summary>Generates the schema.</summary>
    public static string Generate()
    {
        var settings = new NewtonsoftJsonSchemaGeneratorSettings { SerializerSettings = TelemetryJson.Settings, FlattenInheritanceHierarchy = true, SchemaType = SchemaType.JsonSchema, AlwaysAllowAdditionalObjectProperties = true };
        settings.TypeMappers.Add(new ObjectTypeMapper(typeof(double), new JsonSchema { Description = "A number; what JSON has no number for is a string.", IsNullableRaw = false }));
        var run = JObject.Parse(NewtonsoftJsonSchemaGenerator.FromType<RunDescription>(settings).ToJson());
        var definitions = (JObject?)run["definitions"] ?? [];
        definitions.Remove("Double");
        run.Remove("definitions");
        run.Remove("$schema");
        definitions["RunDescription"] = run;
        Sharpen(definitions);
        definitions["Number"] = JObject.Parse("""{ "description": "A number; what JSON has no number for is a string.", "oneOf": [{ "type": "number" }, { "type": "string", "enum": ["NaN", "Infinity", "-Infinity"] }] }""");
        var schema = JObject.Parse(FormattableString.Invariant($$"""
            {
              "$schema": "http://json-schema.org/draft-07/schema#",
              "title": "Training Doctor telemetry 1.0, one line",
              "type": "object",
              "properties": {
                "telemetry": { "type": "string", "pattern": "^1\\.", "description": "The version of the format; on the first line of a file." },
                "part": { "type": "integer", "description": "The number of a further part of a recording." },
                "run": { "$ref": "#/definitions/RunDescription" },
                "step": { "type": "integer", "minimum": 0, "maximum": {{TelemetryLimits.LargestStep}}, "description": "The step; never below that of the line before." },
                "m": { "type": "array", "items": { "type": "array", "minItems": 3, "maxItems": 3, "items": [{ "type": "string" }, { "type": "string", "maxLength": {{TelemetryLimits.LongestText}} }, { "$ref": "#/definitions/Number" }] }, "description": "What was measured: metric, scope, value." },
                "h": { "type": "array", "items": { "type": "array", "minItems": 4, "maxItems": 4, "items": [{ "type": "string" }, { "type": "string", "maxLength": {{TelemetryLimits.LongestText}} }, { "type": "integer", "minimum": {{-Distribution.LastBucket}}, "maximum": {{Distribution.LastBucket}} }, { "type": "array", "maxItems": {{(2 * Distribution.LastBucket) + 1}}, "items": { "type": "integer", "minimum": 0, "maximum": {{TelemetryLimits.LargestStep}} } }] }, "description": "How numbers are spread: weights, gradients or outputs; parameter or layer; first bucket; counts." },
                "lost": { "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "integer", "minimum": 0, "maximum": {{TelemetryLimits.LargestStep}} }, "description": "The first and last index of lines that never came to the host that keeps the file." },
                "complete": { "type": "boolean", "description": "The run ended by itself." }
              },
              "anyOf": [{ "required": ["run"] }, { "required": ["step", "m"] }, { "required": ["step", "h"] }, { "not": { "anyOf": [{ "required": ["m"] }, { "required": ["h"] }] } }]
            }
            """));
        schema["definitions"] = definitions;
        return schema.ToString() + "\n";
    }

    /// <summary>Adds what the types cannot say: no number is negative, and nothing is longer than the limits.</summary>
    private static void Sharpen(JObject definitions)
    {
        foreach (var schema in definitions.Descendants().OfType<JObject>().ToList())
        {
            if (schema["$ref"]?.ToString() == "#/definitions/Double")
            {
                schema["$ref"] = "#/definitions/Number";
            }

            string type = schema["type"] switch
            {
                JArray types => types.Select(item => item.ToString()).FirstOrDefault(item => item != "null") ?? string.Empty,
                { } one => one.ToString(),
                _ => string.Empty,
            };
            if (type == "string" && schema["enum"] is null && schema["format"] is null)
            {
                schema["maxLength"] = TelemetryLimits.LongestText;
            }
            else if (type == "integer" && schema["enum"] is null)
            {
                schema["minimum"] = 0;
                schema["maximum"] = schema["format"]?.ToString() == "int32" ? int.MaxValue : TelemetryLimits.LargestStep;
                schema.Remove("format");
            }
            else if (type == "array")
            {
                schema["maxItems"] = (schema.Parent as JProperty)?.Name switch
                {
                    "layers" or "parameters" => TelemetryLimits.MostNames,
                    "shape" => TelemetryLimits.MostDimensions,
                    _ => TelemetryLimits.MostEntries,
                };
            }
        }

        Require("ModelDescription", "typeName", "layers", "parameters");
        Require("LayerDescription", "path", "typeName");
        Require("ParameterDescription", "name", "layerPath", "shape");
        Require("UnregisteredMember", "member", "typeName");
        Require("OptimizerDescription", "typeName");
        Require("LossDescription", "typeName");
        Require("LogDescription", "format");
        Require("LogDamage", "location", "problem");

        void Require(string definition, params string[] properties) => definitions[definition]!["required"] = new JArray(properties.Cast<object>().ToArray());
    }
}
