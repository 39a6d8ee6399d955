namespace TrainingDoctor.Tests.Examples;

/// <summary>The examples of all rules.</summary>
internal static class RuleExamples
{
    public static IReadOnlyDictionary<string, RuleExample> All { get; } = new[]
    {
        FaultExamples.All,
        InputExamples.All,
        GradientExamples.All,
        ActivationExamples.All,
        LossExamples.All,
        UpdateExamples.All,
        GeneralizationExamples.All,
        StructureExamples.All,
        DistributionExamples.All,
        OperationExamples.All,
        TaskExamples.All,
    }.SelectMany(examples => examples).ToDictionary(example => example.RuleId);
}
