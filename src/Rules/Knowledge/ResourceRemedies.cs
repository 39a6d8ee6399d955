namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Remedies for trainings that need more and more of their machine.</summary>
internal static class ResourceRemedies
{
    private const string TorchSharpMemory = "TorchSharp documentation: memory management";
    private const string Questions = "PyTorch documentation: frequently asked questions";

    /// <summary>Gets the remedy against tensors that pile up.</summary>
    public static Remedy Dispose { get; } = new()
    {
        Title = $"Dispose of what each step makes when the step is over",
        Actions = [new RemedyAction { Kind = RemedyActionKind.DisposeTensors }],
        Rationale = $"Outputs, losses and everything in between hold memory outside of the runtime until they are disposed of.",
        Caveat = $"What is needed after the step must leave the scope: MoveToOuterDisposeScope(), or a number taken from it.",
        Code = "foreach (var (x, y) in batches)\n{\n    using var scope = torch.NewDisposeScope(); // everything made in this step ends with it\n    // the step\n}",
        Sources = [TorchSharpMemory],
    };

    /// <summary>Gets the remedy against graphs that are kept by sums and lists.</summary>
    public static Remedy Detach { get; } = new()
    {
        Title = $"Keep losses and outputs of past steps as numbers, not as tensors",
        Actions = [new RemedyAction { Kind = RemedyActionKind.DetachKept }],
        Rationale = $"A tensor that is added to a sum or a list keeps the graph of its step, and the sum that of all steps.",
        Code = "total += loss.item<float>(); // not: total += loss",
        Sources = [Questions],
    };

    /// <summary>Gets the remedy for data that come ever more slowly.</summary>
    public static Remedy FindGrowth { get; } = new()
    {
        Title = $"Find what grows in the loading of data: open files, caches, lists",
        Actions = [new RemedyAction { Kind = RemedyActionKind.InspectData }],
        Rationale = $"Loading does the same for each batch. If it takes longer every time, it keeps something.",
        Sources = [Questions],
    };
}
