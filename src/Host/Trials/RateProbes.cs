namespace TrainingDoctor.Host.Trials;

/// <summary>The range test of the learning rate as trials can do it: rates far apart for a short while, the best of them to the end.</summary>
internal static class RateProbes
{
    private static readonly double[] Factors = [0.1, 10, 0.01, 100];

    /// <summary>Gets the sets.</summary>
    public static IReadOnlyList<RemedyCandidate> All { get; } = [.. Factors.Select(Of)];

    private static RemedyCandidate Of(double factor) => new([], [
        new Remedy
        {
            Title = $"Multiply the learning rate by {factor:G3}",
            Rationale = $"A rate that is off by orders of magnitude looks like many other faults.",
            Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = factor }],
        }
    ]);
}
