namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Questions about inputs that several rules ask. No answer is "no" where inputs were not measured.</summary>
internal static class DataFacts
{
    /// <summary>Tells whether inputs are so large that they, rather than the steps, explain numbers that grow.</summary>
    public static bool HasUnscaledInputs(RunFacts facts) => facts.Of(Metric.InputAbsoluteMaximum) is { Mean: > 50 };
}
