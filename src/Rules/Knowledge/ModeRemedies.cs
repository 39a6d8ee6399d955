namespace TrainingDoctor.Knowledge;

/// <summary>Remedies about training and evaluation mode.</summary>
public static class ModeRemedies
{
    /// <summary>Validate in evaluation mode.</summary>
    public static Remedy Evaluate() => new()
    {
        Title = $"Call model.eval() before validation and model.train() after it",
        Actions = [new RemedyAction { Kind = RemedyActionKind.SetEvaluationMode }],
        Rationale = $"In training mode dropout removes units at random, and batch normalisation uses, and learns from, the validation batch.",
        Caveat = $"Monte-Carlo dropout keeps dropout on by intention; batch normalisation must be in evaluation mode even then.",
        Code = "model.eval();\nusing (torch.no_grad())\n{\n    Validate();\n}\n\nmodel.train();",
        Sources = ["PyTorch documentation: Module.eval", RemedySources.Srivastava, RemedySources.Ioffe],
    };

    /// <summary>Train in training mode.</summary>
    public static Remedy Train() => new()
    {
        Title = $"Call model.train() before the training steps",
        Actions = [new RemedyAction { Kind = RemedyActionKind.SetEvaluationMode }],
        Rationale = $"In evaluation mode dropout does nothing and batch normalisation keeps the statistics of its beginning.",
        Caveat = $"Frozen batch normalisation is a choice in fine-tuning; say so with requires_grad off.",
        Code = "model.train();",
        Sources = ["PyTorch documentation: Module.train"],
    };
}
