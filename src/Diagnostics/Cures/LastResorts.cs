namespace TrainingDoctor.Cures;

/// <summary>What most small networks train well with, tried when no prescribed remedy helped: the reference of TheDeepChecker's and AUTOTRAINER's own defaults, all at once.</summary>
internal static class LastResorts
{
    /// <summary>Gets the sets, the gentler first.</summary>
    public static IReadOnlyList<RemedyCandidate> All { get; } =
    [
        Of(
            new()
            {
                Title = $"Train with Adam at 0.003 from fresh weights, with scaled inputs and a clipped gradient",
                Rationale = $"Scaled inputs, weights that keep the size of signals, and steps that adapt to each weight suit most networks.",
                Actions = [Scaled, Fresh, new() { Kind = RemedyActionKind.ChangeOptimizer, To = "Adam", Value = 0.003 }, Clipped],
            }),
        Of(
            new()
            {
                Title = $"Train with Adam at 0.03 from fresh weights, with scaled inputs and a clipped gradient",
                Rationale = $"A small network with few steps needs larger ones.",
                Actions = [Scaled, Fresh, new() { Kind = RemedyActionKind.ChangeOptimizer, To = "Adam", Value = 0.03 }, Clipped],
            }),
        Of(
            new()
            {
                Title = $"Train with Adam at 0.003, layer normalisation and fresh weights",
                Rationale = $"Normalisation keeps signals alive through depth, whatever the weights start from.",
                Actions = [Scaled, Fresh, new() { Kind = RemedyActionKind.AddNormalization }, new() { Kind = RemedyActionKind.ChangeOptimizer, To = "Adam", Value = 0.003 }, Clipped],
            }),
    ];

    private static RemedyAction Scaled => new() { Kind = RemedyActionKind.ScaleInputs, Method = "standardize" };

    private static RemedyAction Fresh => new() { Kind = RemedyActionKind.Reinitialize, Scheme = "he" };

    private static RemedyAction Clipped => new() { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 1 };

    private static RemedyCandidate Of(Remedy remedy) => new([], [remedy]) { IsTolerant = true };
}
