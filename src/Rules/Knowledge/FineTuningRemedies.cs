using TrainingDoctor.Rules.Knowledge.Frameworks;

namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Remedies for models that were trained before, and for trainers of others: their numbers break by precision and by labels, seldom by their architecture.</summary>
internal static class FineTuningRemedies
{
    /// <summary>
    /// What comes first where a loss or gradient is NaN, infinite or exactly zero: precision and labels in a fine-tuning, precision in a trainer that computes in half of it unless told otherwise,
    /// or in a run that was seen to scale its loss; empty for other runs.
    /// </summary>
    /// <param name="facts">The run.</param>
    public static IReadOnlyList<Remedy> ForBrokenNumbers(RunFacts facts)
    {
        var run = facts.Run;
        var framework = FrameworkCatalog.Of(run);
        bool isFineTuning = run.Situation?.IsPretrained ?? framework.Offers.Contains("pretrained");
        bool isWide = run.Situation is { Precision: "bf16" or "fp32" };
        bool isHalf = framework.Offers.Contains("half-precision") || facts.Of(Metric.LossScale) is { Maximum: > 1 };
        return isFineTuning ? isWide ? [CheckLabels()] : [Bf16(), CheckLabels()]
            : isHalf && !isWide ? [WiderRange()]
            : [];
    }

    private static Remedy WiderRange() => new()
    {
        Title = $"Compute in bf16 or fp32 instead of fp16",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangePrecision, To = "bf16" }],
        Rationale = $"The largest number of fp16 is 65,504: what grows beyond it overflows to infinity, then NaN.",
        Caveat = $"bf16 needs a GPU of the Ampere generation or newer; fp32 needs twice the memory.",
        Sources = [RemedySources.Micikevicius],
    };

    private static Remedy Bf16() => new()
    {
        Title = $"Compute in bf16 instead of fp16",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangePrecision, To = "bf16" }],
        Rationale = $"Models trained in bf16 have activations beyond 65,504, the largest number of fp16; they overflow to infinity, then NaN. Trainers that filter NaN print a loss of 0.0.",
        Caveat = $"bf16 needs a GPU of the Ampere generation or newer; on older ones load the model in fp32.",
        Sources = [RemedySources.Micikevicius, "LLaMA-Factory issue 5660 and ms-swift issue 2436: loss 0.0 and gradient norm NaN"],
    };

    private static Remedy CheckLabels() => new()
    {
        Title = $"See that every sample has labels that are neither masked nor cut off",
        Actions = [new RemedyAction { Kind = RemedyActionKind.UnmaskLabels }],
        Rationale = $"The mean over no labels is 0/0: a batch whose answers are all masked (-100) or cut off by the length limit gives NaN, or 0.0 where NaN is filtered.",
        Caveat = $"Look at the labels behind the chat template and the collator, not at the data set.",
        Sources = ["PyTorch documentation: CrossEntropyLoss, ignore_index", "PyTorch issue 70348: cross entropy of ignored targets only is NaN"],
    };
}
