using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Generation.TypeMappers;
using NJsonSchema.NewtonsoftJson.Generation;
using TrainingDoctor.Differences;
using TrainingDoctor.Normality;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports;

/// <summary>The JSON Schema of reports, generated from their types.</summary>
internal static class ReportSchema
{
    /// <summary>Gets the file that ships: the schema of one report.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Repository.Root, "docs", "schema", "report-1.1.schema.json");

    /// <summary>Gets the file that ships: the schema of the reports of several runs.</summary>
    public static string RunsPath { get; } = System.IO.Path.Combine(Repository.Root, "docs", "schema", "reports-1.1.schema.json");

    /// <summary>Gets the file that ships: the schema of a comparison.</summary>
    public static string DiffPath { get; } = System.IO.Path.Combine(Repository.Root, "docs", "schema", "diff-1.0.schema.json");

    private static readonly Lazy<JsonSchema> Shipped = new(() => JsonSchema.FromJsonAsync(File.ReadAllText(Path)).GetAwaiter().GetResult());

    private static readonly Lazy<JsonSchema> ShippedRuns = new(() => JsonSchema.FromJsonAsync(File.ReadAllText(RunsPath)).GetAwaiter().GetResult());

    /// <summary>Generates the schema of one report.</summary>
    public static string Generate() => Generate<ReportDocument>("Training Doctor report 1.1", Sharpen);

    /// <summary>Generates the schema of the reports of several runs.</summary>
    public static string GenerateRuns() => Generate<RunsDocument>("Training Doctor reports of several runs 1.1", Sharpen);

    /// <summary>Generates the schema of a comparison.</summary>
    public static string GenerateDiff() => Generate<DifferenceDocument>("Training Doctor comparison of runs 1.0", SharpenDiff);

    /// <summary>Checks a comparison against the schema that ships.</summary>
    public static void ValidateDiff(string json)
    {
        var errors = JsonSchema.FromJsonAsync(File.ReadAllText(DiffPath)).GetAwaiter().GetResult().Validate(json);
        Assert.True(errors.Count == 0, string.Join("\n", errors));
    }

    /// <summary>Gets the file that ships: the schema of what good runs usually do.</summary>
    public static string NormalPath { get; } = System.IO.Path.Combine(Repository.Root, "docs", "schema", "normal-1.0.schema.json");

    /// <summary>Generates the schema of what good runs usually do.</summary>
    public static string GenerateNormal() => Generate<NormalDocument>("Training Doctor learnt normality 1.0", SharpenNormal);

    /// <summary>Checks what was learnt against the schema that ships.</summary>
    public static void ValidateNormal(string json)
    {
        var errors = JsonSchema.FromJsonAsync(File.ReadAllText(NormalPath)).GetAwaiter().GetResult().Validate(json);
        Assert.True(errors.Count == 0, string.Join("\n", errors));
    }

    private static string Generate<T>(string title, Action<JObject> sharpen)
    {
        var settings = new NewtonsoftJsonSchemaGeneratorSettings
        {
            SerializerSettings = ReportJson.Settings,
            FlattenInheritanceHierarchy = true,
            SchemaType = SchemaType.JsonSchema,
        };
        settings.TypeMappers.Add(new ObjectTypeMapper(typeof(double), Number()));
        var schema = NewtonsoftJsonSchemaGenerator.FromType<T>(settings);
        schema.Title = title;
        var json = JObject.Parse(schema.ToJson());
        sharpen(json);
        return json.ToString() + "\n";
    }

    /// <summary>Checks a report against the schema that ships.</summary>
    public static void Validate(string json)
    {
        var errors = Shipped.Value.Validate(json);
        Assert.True(errors.Count == 0, string.Join("\n", errors));
    }

    /// <summary>Checks the reports of several runs against the schema that ships.</summary>
    public static void ValidateRuns(string json)
    {
        var errors = ShippedRuns.Value.Validate(json);
        Assert.True(errors.Count == 0, string.Join("\n", errors));
    }

    /// <summary>Returns what is wrong with a report.</summary>
    public static int CountErrors(JToken report) => Shipped.Value.Validate(report).Count;

    private static JsonSchema Number()
    {
        var words = new JsonSchema { Type = JsonObjectType.String };
        foreach (string word in new[] { "NaN", "Infinity", "-Infinity" })
        {
            words.Enumeration.Add(word);
        }

        var schema = new JsonSchema { Description = "A number; what JSON has no number for is a string." };
        schema.OneOf.Add(new JsonSchema { Type = JsonObjectType.Number });
        schema.OneOf.Add(words);
        return schema;
    }

    private static void SharpenNormal(JObject schema)
    {
        schema["properties"]!["schemaVersion"]!["enum"] = new JArray(NormalDocument.CurrentSchemaVersion);
        schema["properties"]!["runs"]!["minItems"] = 1;
        schema["properties"]!["series"]!["minItems"] = 1;
    }

    private static void SharpenDiff(JObject schema)
    {
        schema["properties"]!["schemaVersion"]!["enum"] = new JArray(DifferenceDocument.CurrentSchemaVersion);
        schema["definitions"]!["RowFindingDocument"]!["properties"]!["ruleId"]!["pattern"] = "^TD[0-9]{4}$";
    }

    /// <summary>Adds what the types cannot say: which strings are fixed or of a pattern, and that shares are between 0 and 1.</summary>
    private static void Sharpen(JObject schema)
    {
        var version = (JObject)schema["properties"]!["schemaVersion"]!;
        version["enum"] = new JArray(ReportDocument.CurrentSchemaVersion);
        var definitions = (JObject)schema["definitions"]!;
        if (definitions["ReportDocument"] is { } nested)
        {
            nested["properties"]!["schemaVersion"]!["enum"] = new JArray(ReportDocument.CurrentSchemaVersion);
        }

        Pattern("FindingDocument", "id", "^F[1-9][0-9]*$");
        Pattern("FindingDocument", "ruleId", "^TD[0-9]{4}$");
        Pattern("RemedyDocument", "id", "^R[1-9][0-9]*$");
        Pattern("RuleStatusDocument", "ruleId", "^TD[0-9]{4}$");
        Share("FindingDocument", "confidence");
        Share("CauseDocument", "likelihood");

        void Pattern(string type, string property, string pattern) => definitions[type]!["properties"]![property]!["pattern"] = pattern;

        void Share(string type, string property) => definitions[type]!["properties"]![property] =
            new JObject { ["description"] = definitions[type]!["properties"]![property]!["description"], ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 };
    }
}
