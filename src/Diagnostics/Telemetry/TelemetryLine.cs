using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Names;

namespace TrainingDoctor.Telemetry;

/// <summary>One line of telemetry, read and checked as a whole before anything is done with it: what comes from outside is believed from here on.</summary>
/// <remarks>It holds the same rules as <c>docs/schema/telemetry-1.0.schema.json</c>; a test compares them.</remarks>
internal sealed record TelemetryLine
{
    private const int Deepest = 64;

    private static readonly DistributionKind[] Kinds = Enum.GetValues<DistributionKind>();

    /// <summary>Gets the description of the run; null when the line holds none.</summary>
    public RunDescription? Run { get; private init; }

    /// <summary>Gets a value indicating whether the line begins a further part, which repeats what is known.</summary>
    public bool IsPart { get; private init; }

    /// <summary>Gets the step of <see cref="Measurements"/>.</summary>
    public long Step { get; private init; }

    /// <summary>Gets what was measured; null when the line holds no measurements. What this program has no word for is left out.</summary>
    public IReadOnlyList<(Metric Metric, string Scope, double Value)>? Measurements { get; private init; }

    /// <summary>Gets a value indicating whether a reward is among the measurements, and not a score that may be anything.</summary>
    public bool IsRewarded { get; private init; }

    /// <summary>Gets the distributions of <see cref="Step"/>; null when the line holds none. What this program has no word or no bucket for is left out.</summary>
    public IReadOnlyList<Distribution>? Distributions { get; private init; }

    /// <summary>Gets a value indicating whether the run has said that it is over.</summary>
    public bool IsComplete { get; private init; }

    /// <summary>Gets the first and last index of lines that never came; null when the line tells of none.</summary>
    public (long First, long Last)? Lost { get; private init; }

    /// <summary>Reads a line.</summary>
    /// <param name="text">The line, without its end.</param>
    /// <param name="task">What the run is trained for, which decides between meanings of names that a program told; null when it is not known.</param>
    /// <exception cref="FormatException">It is none of the kinds of lines; the message says what was expected.</exception>
    public static TelemetryLine Parse(string text, TrainingTask? task = null)
    {
        var row = Load(text);
        if (row.TryGetValue("telemetry", StringComparison.Ordinal, out var version) && (version.Type != JTokenType.String || !((string)version!).StartsWith("1.", StringComparison.Ordinal)))
        {
            throw new FormatException("telemetry: expected version 1.x");
        }

        if (row.TryGetValue("run", StringComparison.Ordinal, out var run))
        {
            return new TelemetryLine { Run = Describe(run), IsPart = row.ContainsKey("part") };
        }

        bool isMeasured = row.TryGetValue("m", StringComparison.Ordinal, out var measurements);
        if (row.TryGetValue("h", StringComparison.Ordinal, out var distributions) || isMeasured)
        {
            long step = Whole(row["step"], "step");
            var meant = isMeasured ? Measured(measurements!, task) : null;
            return new TelemetryLine
            {
                Step = step,
                Measurements = meant?.ConvertAll(pair => (pair.Meaning.Metric, pair.Meaning.Scope, pair.Value)),
                IsRewarded = meant?.Exists(pair => pair.Meaning.IsReward) == true,
                Distributions = distributions is null ? null : Spread(distributions, step),
            };
        }

        if (row.TryGetValue("lost", StringComparison.Ordinal, out var lost))
        {
            var (first, last) = lost is JArray { Count: 2 } pair ? (Whole(pair[0], "lost"), Whole(pair[1], "lost")) : (1, 0);
            return first <= last ? new TelemetryLine { Lost = (first, last) } : throw new FormatException("lost: expected the first and the last index of lines");
        }

        // Further kinds of lines may come in later versions: they are passed over.
        return new TelemetryLine { IsComplete = row["complete"] is { Type: JTokenType.Boolean } complete && (bool)complete };
    }

    private static JObject Load(string text)
    {
        try
        {
            using var json = new JsonTextReader(new StringReader(text)) { DateParseHandling = DateParseHandling.None, FloatParseHandling = FloatParseHandling.Double, MaxDepth = Deepest };
            var row = JObject.Load(json, new JsonLoadSettings { DuplicatePropertyNameHandling = DuplicatePropertyNameHandling.Error });
            return json.Read() ? throw new FormatException("expected one JSON object") : row;
        }
        catch (JsonReaderException exception)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"expected one JSON object; it breaks off or goes wrong at column {exception.LinePosition + 1}"), exception);
        }
        catch (Exception exception) when (exception is JsonException or OverflowException or ArgumentException)
        {
            throw new FormatException("expected one JSON object", exception);
        }
    }

    private static RunDescription Describe(JToken token)
    {
        RunDescription? run;
        try
        {
            run = token.Type == JTokenType.Object ? token.ToObject<RunDescription>(TelemetryJson.Serializer) : null;
        }
        catch (JsonException exception)
        {
            // What the library advises is advice for programmers; the place is what helps.
            string? path = exception switch
            {
                JsonSerializationException serialization => serialization.Path,
                JsonReaderException reader => reader.Path,
                _ => null,
            };
            throw new FormatException(string.IsNullOrEmpty(path) ? "run: expected the description of a run" : $"{path}: expected another kind of value", exception);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw new FormatException("run: expected the description of a run", exception);
        }

        RunDescriptionCheck.Check(run ?? throw new FormatException("run: expected an object"));
        return run;
    }

    private static List<(MeasurementMeaning Meaning, double Value)> Measured(JToken token, TrainingTask? task)
    {
        if (token is not JArray items)
        {
            throw new FormatException("m: expected a list of measurements");
        }

        var measured = new List<(MeasurementMeaning, double)>(items.Count);
        for (int index = 0; index < items.Count; index++)
        {
            if (items[index] is not JArray { Count: 3 } triple
                || triple[0].Type != JTokenType.String || triple[1].Type != JTokenType.String || Number(triple[2]) is not { } value || ((string)triple[1]!).Length > TelemetryLimits.LongestText)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"m[{index}]: expected [metric, scope, value]"));
            }

            if (MeasurementMeaning.Of((string)triple[0]!, (string)triple[1]!, task) is { } meaning)
            {
                measured.Add((meaning, meaning.Measured(value)));
            }
        }

        return measured;
    }

    private static List<Distribution> Spread(JToken token, long step)
    {
        if (token is not JArray items)
        {
            throw new FormatException("h: expected a list of distributions");
        }

        var spread = new List<Distribution>(items.Count);
        for (int index = 0; index < items.Count; index++)
        {
            if (items[index] is not JArray { Count: 4 } parts
                || parts[0].Type != JTokenType.String || parts[1].Type != JTokenType.String || ((string)parts[1]!).Length > TelemetryLimits.LongestText
                || parts[2] is not JValue { Type: JTokenType.Integer, Value: long and >= -Distribution.LastBucket and <= Distribution.LastBucket and var first }
                || parts[3] is not JArray { Count: <= (2 * Distribution.LastBucket) + 1 } counts
                || counts.Any(count => count is not JValue { Type: JTokenType.Integer, Value: long and >= 0 and <= TelemetryLimits.LargestStep }))
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"h[{index}]: expected [kind, scope, first bucket, counts]"));
            }

            if (Array.Find(Kinds, kind => KebabCase.Of(kind) == (string)parts[0]!) is { } known && (string)parts[0]! == KebabCase.Of(known) && first + counts.Count - 1 <= Distribution.LastBucket)
            {
                spread.Add(new Distribution(known, (string)parts[1]!, step, (int)first, [.. counts.Select(count => (long)count)]));
            }
        }

        return spread;
    }

    private static double? Number(JToken token) => token switch
    {
        { Type: JTokenType.Float } => (double)token,
        JValue { Type: JTokenType.Integer, Value: long whole } => whole,
        JValue { Type: JTokenType.Integer, Value: System.Numerics.BigInteger whole } => (double)whole,
        JValue { Value: "NaN" } => double.NaN,
        JValue { Value: "Infinity" } => double.PositiveInfinity,
        JValue { Value: "-Infinity" } => double.NegativeInfinity,
        _ => null,
    };

    private static long Whole(JToken? token, string at) => token is JValue { Type: JTokenType.Integer, Value: long and >= 0 and <= TelemetryLimits.LargestStep and var whole }
        ? whole
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{at}: expected a whole number from 0 to {TelemetryLimits.LargestStep}"));
}
