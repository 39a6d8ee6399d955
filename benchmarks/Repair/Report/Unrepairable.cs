using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>
/// The ill programs whose fault lies where nothing that a doctor could prescribe reaches from outside, each with the reason. They run, are tried like all others, and count for no repairer but in the figures that say so; one that is
/// repaired after all is told as a fault of this list.
/// </summary>
internal static class Unrepairable
{
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["SO-45442843"] = "the labels are random: the only feature is a customer's number",
        ["TDC-regr-ce-loss"] = "the wrong loss is a function inside the program's step",
        ["TDC-regr-shuffled-labels"] = "the program pairs samples with the labels of others while it makes batches",
        ["held-out-log-of-zero"] = "the logarithm of zero is taken in a function inside the program's step",
        ["held-out-root-of-zero"] = "the root of zero is taken in a function inside the program's step",
        ["ill-black-images"] = "the samples hold nothing to learn from",
        ["ill-detached-body"] = "the model's own forward detaches the graph",
        ["ill-leaked-validation"] = "training and validation samples are the same: there are no others",
        ["ill-log-of-negative"] = "the model's own forward takes the logarithm of negative numbers",
        ["ill-masked-root"] = "the model's own forward takes the root of negative numbers",
        ["ill-mean-over-batch"] = "the model's own forward takes the mean over the samples",
        ["ill-random-labels"] = "the labels are random",
        ["ill-stale-validation"] = "the program's own validation compares constants",
        ["ill-unused-branch"] = "the model's own forward never calls the branch",
        ["reported-attention-over-batch"] = ForwardAxes,
        ["reported-logits-reshaped-not-transposed"] = "the program's step reshapes the output",
        ["reported-forgotten-head"] = "the program's step leaves the loss of the second head out",
        ["reported-fully-masked-attention"] = "the model's own forward masks whole rows",
        ["reported-hinge-of-zero-and-one"] = "the labels do not suit a loss that is a function inside the program's step",
        ["reported-logits-reshaped-in-the-loop"] = "the program's step reshapes the output",
        ["reported-masks-of-255-function"] = "the labels do not suit a loss that is a function inside the program's step",
        ["reported-several-ones-and-cross-entropy-function"] = "the wrong loss is a function inside the program's step",
        ["reported-zero-grad-before-step"] = "the program clears gradients between its backward pass and its step",
    };

    /// <summary>Faults, as they are labelled, that lie in lines of the program by what they are; of the programs made after reports, which have their repair in a line.</summary>
    private static readonly Dictionary<string, string> Faults = new()
    {
        ["contradictory-score"] = "the program computes its score wrongly",
        ["mismatched-validation-data"] = "the program prepares its validation samples differently",
        ["validation-at-chance"] = "the program pairs validation samples with the wrong labels",
        ["untrained-validation-weights"] = "the program validates another model than it trains",
        ["copied-target"] = "the program gives the model the answer",
        ["shifted-target"] = "the program shifts its targets wrongly",
        ["ignored-targets"] = "the program has masked its targets",
        ["absent-target-class"] = "the program has masked its targets",
        ["padding-in-loss"] = "the program does not mask its targets",
        ["posterior-collapse"] = "the weight of the divergence stands in the program's step",
        ["collapsed-embedding"] = "the program draws no negatives",
    };

    private const string ForwardAxes = "the model's own forward exchanges axes";

    /// <summary>Gets why a program cannot be repaired from outside; null when it can.</summary>
    public static string? Reason(CorpusProgram program) => Reasons.GetValueOrDefault(program.Name)
        ?? (TrainingCorpus.IsReported(program) && program.Truth.Expected is [var fault, ..] ? Faults.GetValueOrDefault(fault) : null);

    /// <summary>Gets why a fault of programs made after reports cannot be repaired from outside; null when it can.</summary>
    /// <param name="fault">The rule that names it.</param>
    public static string? ReasonOfFault(string fault) => Faults.GetValueOrDefault(fault);

    /// <summary>Tells whether a program's fault costs it nothing: its clean twin comes out the same on held-back samples, so that no repair can gain.</summary>
    public static bool CostsNothing(CorpusProgram program) => program.Name is "TDC-regr-const-init";
}
