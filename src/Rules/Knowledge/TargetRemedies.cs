namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Remedies for targets that outputs or the loss cannot take.</summary>
internal static class TargetRemedies
{
    /// <summary>Brings labels into the range of the loss.</summary>
    /// <param name="code">How, for one case.</param>
    public static Remedy Relabel(string code) => new()
    {
        Title = $"Bring the labels into the range that the loss assumes",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
        Rationale = $"A label outside of the range has no meaning for the loss, which can fall without bound.",
        Caveat = $"Change the reading of labels everywhere at once, validation included.",
        Code = code,
        Sources = ["DeepDiagnosis (ICSE 2022): target out of range"],
    };

    /// <summary>Compares each output with its own target.</summary>
    public static Remedy SameShape() => new()
    {
        Title = $"Give output and target the same shape",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "target.reshape(output.shape)" }],
        Rationale = $"Against a row, a column of outputs is compared with every target, and the best answer to that is their mean.",
        Caveat = $"Squeeze one side only: removing all dimensions of size 1 also removes a batch of one.",
        Code = "using var loss = criterion.call(output, y.reshape(output.shape));",
        Sources = ["dotnet/machinelearning issue 6522", "TheDeepChecker (TOSEM 2022)"],
    };

    /// <summary>Gives each target the room that it needs.</summary>
    public static Remedy Fitting() => new()
    {
        Title = $"Give each sample at least as many output places as its target needs, and the loss their true lengths",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
        Rationale = $"No alignment exists for a target that does not fit: its loss is infinite, or zero with zero_infinity, and teaches nothing.",
        Caveat = $"Lengths are counted behind all pooling and strides, in places of the output, not in samples of the sound.",
        Code = "var places = (lengths / stride).clamp_max(output.shape[0]); // those of the output, not of the input",
        Sources = ["Graves et al. 2006, Connectionist temporal classification", "PyTorch documentation: CTCLoss, zero_infinity"],
    };

    /// <summary>Takes a loss in which several labels can be true.</summary>
    public static Remedy Independent() => new()
    {
        Title = $"Use a loss of independent labels, or give one class for each sample",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "BCEWithLogitsLoss" }],
        Rationale = $"Softmax shares a sum of 1 among the classes, so that several labels can never all be true.",
        Caveat = $"Answers are then yes where a logit is above 0, each for itself.",
        Code = "var criterion = nn.BCEWithLogitsLoss();",
        Sources = ["PyTorch documentation: CrossEntropyLoss, BCEWithLogitsLoss"],
    };
}
