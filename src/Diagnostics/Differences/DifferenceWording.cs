namespace TrainingDoctor.Differences;

/// <summary>A comparison in sentences.</summary>
internal static class DifferenceWording
{
    /// <summary>As many places of a false-discovery rate as anybody believes.</summary>
    private const double Surest = 1e-6;

    /// <summary>Returns the answer: where the runs part.</summary>
    public static Text Answer(RunComparison comparison)
    {
        if (comparison.IsSame)
        {
            return comparison.Settings is [var set, ..]
                ? (Text)$"They do not part: none of {comparison.SeriesCompared} series differs by more than two seeds of one program do, although {set.Name} was set to {Value(set.Bad)} instead of {Value(set.Good)}."
                : $"They do not part: none of {comparison.SeriesCompared} series differs by more than two seeds of one program do.";
        }

        var first = comparison.Departures[0];
        int others = comparison.Departures.Count - 1;
        Text follows = others == 0 ? (Text)$"nothing else differs" : others == 1 ? $"one more of {comparison.SeriesCompared} series follows" : (Text)$"{others} more of {comparison.SeriesCompared} series follow";
        return comparison.Setting is { } setting
            ? (Text)$"They part in the {Of(setting.Stage)}, where they were set differently: {setting.Name} is {Value(setting.Bad)} instead of {Value(setting.Good)}. It shows from step {first.Step} on: {Name(first)} is {first.Bad:G4} against {first.Good:G4}; {follows}."
            : $"They part at step {first.Step} in the {Of(first.Stage)}: {Name(first)} is {first.Bad:G4} against {first.Good:G4}; {follows}.";
    }

    /// <summary>Returns how sure the answer is, and of what kind the comparison was.</summary>
    public static Text Certainty(RunComparison comparison)
    {
        if (comparison is { IsSame: false, IdenticalUntil: { } step })
        {
            return step == 0
                ? (Text)$"Certain: what comes before it in a step was the same in both runs to the last digits."
                : $"Certain: up to step {step} all numbers were the same to the last digits, so that something was done differently there.";
        }

        double rate = comparison.IsSame ? 1 : comparison.Departures[0].FalseDiscoveryRate;
        Text noise = comparison.Good.Count > 1
            ? (Text)$"measured against how far the {comparison.Good.Count} good runs are from each other"
            : (Text)$"measured against how far two seeds of one program usually are from each other; more good runs would tell it exactly";
        return comparison.IsSame ? (Text)$"This was {noise}."
            : rate <= Surest ? (Text)$"Less than one in a million such departures is chance, {noise}."
            : $"At most {rate:P2} of such departures are chance, {noise}.";
    }

    /// <summary>Returns what the runs were laid over each other by.</summary>
    public static Text Of(AlignmentAxis axis) => axis switch
    {
        AlignmentAxis.Samples => $"compared by samples seen",
        AlignmentAxis.Epoch => $"compared by epochs",
        _ => $"compared step by step",
    };

    /// <summary>Returns a stage as it stands in a sentence.</summary>
    public static Text Of(Stage stage) => stage switch
    {
        Stage.Data => $"data",
        Stage.Structure => $"structure of the model",
        Stage.Initialization => $"initialization",
        Stage.Activations => $"activations",
        Stage.Loss => $"loss",
        Stage.Gradients => $"gradients",
        Stage.Updates => $"updates",
        Stage.Weights => $"weights",
        Stage.Validation => $"validation",
        Stage.Length => $"length of the run",
        Stage.Other => $"other",
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };

    /// <summary>Returns what departs: the metric, and where it was measured.</summary>
    public static string Name(Departure departure)
    {
        string metric = MetricCatalog.NameOf(departure.Metric);
        return departure.Scope.Length == 0 ? metric : $"{metric} of {departure.Scope}";
    }

    private static string Value(string value) => value.Length == 0 ? "nothing" : value;
}
