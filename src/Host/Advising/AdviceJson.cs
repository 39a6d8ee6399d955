using Newtonsoft.Json.Linq;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Host.Advising;

/// <summary>Advice for machines. Infinities are the strings "Infinity" and "-Infinity", as in reports.</summary>
internal static class AdviceJson
{
    /// <summary>Makes the document.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="advice">The answer.</param>
    public static JObject Of(AdviceRequest request, Advice advice) => new()
    {
        ["request"] = Request(request),
        ["hidden"] = Names(advice.Hidden),
        ["reason"] = advice.Reason.ToString(),
        ["initialization"] = advice.Initialization,
        ["normalization"] = advice.Normalization.ToString(),
        ["learningRateFactor"] = new JObject { ["least"] = advice.LearningRateFactor.Least, ["most"] = advice.LearningRateFactor.Most },
        ["learningRate"] = advice.LearningRate,
        ["output"] = advice.Output is { } output
            ? new JObject
            {
                ["task"] = KebabCase.Of(output.Task),
                ["function"] = output.Function.ToString(),
                ["modelEndsIn"] = output.Output.ToString(),
                ["loss"] = output.Loss,
                ["note"] = output.Note.ToString(),
            }
            : null,
        ["trouble"] = advice.Trouble is { } trouble
            ? new JObject
            {
                ["trouble"] = KebabCase.Of(trouble.Trouble),
                ["cause"] = trouble.Cause.ToString(),
                ["activations"] = Names(trouble.Activations),
                ["remedy"] = trouble.Remedy.ToString(),
                ["companions"] = trouble.Companions.ToString(),
                ["rules"] = new JArray(trouble.Rules),
            }
            : null,
        ["notes"] = new JArray(advice.Notes.Select(note => note.ToString())),
        ["code"] = advice.Code,
        ["sources"] = new JArray(advice.Sources),
        ["properties"] = new JArray(AdviceTables.Activations.Select(Properties)),
    };

    private static JObject Request(AdviceRequest request) => new()
    {
        ["task"] = request.Task is { } task ? KebabCase.Of(task) : null,
        ["domain"] = request.Domain is { } domain ? KebabCase.Of(domain) : null,
        ["depth"] = request.Depth,
        ["from"] = request.From?.ToString(),
        ["to"] = request.To?.ToString(),
        ["learningRate"] = request.LearningRate,
        ["trouble"] = request.Trouble is { } trouble ? KebabCase.Of(trouble) : null,
    };

    private static JObject Properties(ActivationEntry entry)
    {
        var computed = entry.Computed;
        return new JObject
        {
            ["activation"] = entry.Kind.ToString(),
            ["article"] = new JObject
            {
                ["bounded"] = entry.IsBounded,
                ["zeroCentred"] = entry.IsZeroCentred,
                ["vanishingGradient"] = entry.Vanishes,
                ["note"] = entry.Note.ToString(),
            },
            ["computed"] = new JObject
            {
                ["bounded"] = computed.IsBounded,
                ["lowerBound"] = computed.LowerBound,
                ["upperBound"] = computed.UpperBound,
                ["mean"] = computed.Mean,
                ["gain"] = computed.Gain,
                ["largestDerivative"] = computed.LargestDerivative,
                ["vanishesBelow"] = computed.VanishesBelow,
                ["vanishesAbove"] = computed.VanishesAbove,
                ["vanishesOnBothSides"] = computed.Saturates,
            },
        };
    }

    private static JArray Names(IEnumerable<ActivationKind> kinds) => new(kinds.Select(kind => kind.ToString()));
}
