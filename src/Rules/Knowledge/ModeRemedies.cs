namespace TrainingDoctor.Rules.Knowledge;

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

    /// <summary>Let evaluation depend on nothing but the weights and the batch.</summary>
    /// <param name="isRandom">Whether random numbers make it differ, and not what the model kept.</param>
    public static Remedy Switch(bool isRandom) => new()
    {
        Title = isRandom ? (Text)$"Let chance depend on the mode" : $"Begin every evaluation from the same state",
        Actions = [],
        Rationale = isRandom
            ? (Text)$"Functions such as dropout take the mode as an argument, and true is what many pass; noise that is added by hand needs a switch."
            : $"A hidden state or a counter in a field of the model carries over from batch to batch, and from training to validation.",
        Caveat = isRandom ? (Text)$"Monte-Carlo dropout and models that sample are random on purpose." : $"Streams that are cut into batches carry a state on purpose; reset it where a stream begins.",
        Code = isRandom ? "nn.functional.dropout(x, 0.2, training: this.training)" : "hidden = null; // at the beginning of forward, or of every sequence",
        Sources = ["PyTorch documentation: Module.eval"],
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
