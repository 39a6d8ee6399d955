namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Remedies that keep a network from learning by heart, or let it learn more freely.</summary>
public static class RegularizationRemedies
{
    private const double UsualDropout = 0.25;
    private const double UsualDecay = 0.01;

    /// <summary>Stop at the best validation.</summary>
    /// <param name="epoch">Its epoch; null when epochs are not known.</param>
    /// <param name="step">Its step.</param>
    public static Remedy StopEarly(double? epoch, long step) => new()
    {
        Title = epoch is { } known ? (Text)$"Stop at epoch {known:G4} and keep its weights" : $"Stop at step {step} and keep its weights",
        Actions = [new RemedyAction { Kind = RemedyActionKind.StopEarly, Epoch = epoch, Step = step }],
        Rationale = $"The validation was best there: what comes later makes the model worse on what it has not seen.",
        Caveat = $"Judge by the score that matters: it may peak later than the loss.",
        Code = "if (validationLoss < best) { best = validationLoss; model.save(\"best.dat\"); } // load it when training is over",
        Sources = [RemedySources.Prechelt],
    };

    /// <summary>Add dropout.</summary>
    public static Remedy Dropout() => new()
    {
        Title = $"Add dropout of {UsualDropout:G2} behind the hidden activations",
        Actions = [new RemedyAction { Kind = RemedyActionKind.AddDropout, Rate = UsualDropout }],
        Rationale = $"Units that may be missing at any time cannot rely on each other to memorise samples.",
        Caveat = $"Call model.eval() before validation; training takes somewhat longer.",
        Code = FormattableString.Invariant($"nn.Dropout({UsualDropout}) // behind each hidden activation"),
        Sources = [RemedySources.Srivastava],
    };

    /// <summary>Add weight decay.</summary>
    public static Remedy WeightDecay() => new()
    {
        Title = $"Add weight decay of {UsualDecay:G2} (AdamW)",
        Actions = [new RemedyAction { Kind = RemedyActionKind.AddWeightDecay, Value = UsualDecay }],
        Rationale = $"Small weights make smooth functions, which pass less sharply through single samples.",
        Caveat = $"With plain Adam the decay is scaled away by the adaptive rate; use AdamW.",
        Code = FormattableString.Invariant($"optim.AdamW(model.parameters(), learningRate, weight_decay: {UsualDecay});"),
        Sources = [RemedySources.Loshchilov],
    };
}
