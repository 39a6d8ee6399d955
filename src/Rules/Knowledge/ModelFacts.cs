namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Questions about a model's structure that several rules ask. Empty answers where the structure is not known.</summary>
internal static class ModelFacts
{
    /// <summary>Gets the hidden activations with bounds: sigmoid, tanh and their like.</summary>
    public static IReadOnlyList<LayerDescription> Saturating(RunFacts facts) =>
        Hidden(facts, layer => layer.Activation is ActivationKind.Sigmoid or ActivationKind.Tanh or ActivationKind.Hardtanh or ActivationKind.Hardsigmoid or ActivationKind.Softsign);

    /// <summary>Gets the hidden activations that are zero for negative inputs.</summary>
    public static IReadOnlyList<LayerDescription> Rectified(RunFacts facts) => Hidden(facts, layer => layer.Activation is ActivationKind.ReLU or ActivationKind.ReLU6);

    /// <summary>Gets the hidden activations of a kind.</summary>
    public static IReadOnlyList<LayerDescription> Hidden(RunFacts facts, Func<LayerDescription, bool> isWanted)
    {
        var leaves = facts.Run.Model?.Leaves.ToList() ?? [];
        return [.. leaves.Where((layer, index) => index < leaves.Count - 1 && layer.Kind == LayerKind.Activation && isWanted(layer))];
    }

    /// <summary>Gets the paths of the hidden activations, whatever they are.</summary>
    public static IReadOnlyList<string> HiddenPaths(RunFacts facts) => [.. Hidden(facts, _ => true).Select(layer => layer.Path)];

    /// <summary>Gets the number of layers with weights.</summary>
    public static int Depth(RunFacts facts) => facts.Run.Model?.Leaves.Count(layer => layer.Kind is LayerKind.Linear or LayerKind.Convolution or LayerKind.TransposedConvolution) ?? 0;

    /// <summary>Tells whether any layer normalises.</summary>
    public static bool HasNormalization(RunFacts facts) => facts.Run.Model?.Leaves.Any(layer => layer.Kind is LayerKind.BatchNormalization or LayerKind.Normalization) ?? false;

    /// <summary>Tells whether a layer is the model's output: its last leaf, or what the monitor measures as the output.</summary>
    public static bool IsOutput(RunDescription run, string layer) =>
        layer == "(output)" || (run.Model is { } model && model.Leaves.LastOrDefault() is { } last && last.Path == layer);

    /// <summary>Gets the layers' names for a sentence, the first few only.</summary>
    public static string Names(IReadOnlyList<string> layers) =>
        layers.Count <= 4 ? string.Join(", ", layers) : FormattableString.Invariant($"{string.Join(", ", layers.Take(3))} and {layers.Count - 3} more");

    /// <summary>Gets the layer that owns a parameter: its path without the last part.</summary>
    public static string OwnerOf(string parameter) => parameter.LastIndexOf('.') is > 0 and var dot ? parameter[..dot] : parameter;

    /// <summary>Tells whether a layer is an attention, or a part of a module that is called so.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The layer's path.</param>
    public static bool IsInAttention(this ModelDescription model, string path) => model.AttentionOf(path) is not null;

    /// <summary>Finds the attention that a layer is or lies in: the outermost; null for none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The layer's path.</param>
    public static string? AttentionOf(this ModelDescription model, string path)
    {
        string? outermost = null;
        for (string at = path; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOf('.'))])
        {
            if (model.FindLayer(at) is { } layer && (layer.Kind == LayerKind.Attention || IsAttention(layer.TypeName) || IsAttention(at[(at.LastIndexOf('.') + 1)..])))
            {
                outermost = at;
            }
        }

        return outermost;
    }

    /// <summary>
    /// Gets the parameters of copies: parts of the model that the optimizer does not hold and that no training step called, each with the names and shapes of a part that it does hold. An
    /// average of the weights and a teacher are such.
    /// </summary>
    /// <param name="facts">The run.</param>
    public static HashSet<string> UntrainedCopies(RunFacts facts)
    {
        var copies = new HashSet<string>();
        if (facts.Run.Model is not { } model || !model.Parameters.Any(parameter => parameter.IsInOptimizer == false))
        {
            return copies;
        }

        var parts = new Dictionary<string, List<ParameterDescription>>(StringComparer.Ordinal);
        foreach (var parameter in model.Parameters)
        {
            for (int dot = parameter.Name.LastIndexOf('.'); dot > 0; dot = parameter.Name.LastIndexOf('.', dot - 1))
            {
                if (model.FindLayer(parameter.Name[..dot]) is { Path: var path })
                {
                    (parts.TryGetValue(path, out var known) ? known : parts[path] = []).Add(parameter);
                }
            }
        }

        var held = parts.Where(part => part.Value.TrueForAll(parameter => parameter.IsInOptimizer == true))
            .Select(part => Form(part.Key, part.Value)).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, parameters) in parts.Where(part => part.Value.TrueForAll(parameter => parameter.IsInOptimizer == false)))
        {
            if (held.Contains(Form(path, parameters)) && !parameters.Exists(parameter => facts.Of(Metric.CallOrder, parameter.LayerPath) is not null))
            {
                copies.UnionWith(parameters.Select(parameter => parameter.Name));
            }
        }

        return copies;

        static string Form(string path, List<ParameterDescription> parameters) =>
            string.Join(';', parameters.Select(parameter => FormattableString.Invariant($"{parameter.Name[(path.Length + 1)..]}:{string.Join(',', parameter.Shape)}")));
    }

    private static bool IsAttention(string name) => name.Contains("attention", StringComparison.OrdinalIgnoreCase) || name.Contains("attn", StringComparison.OrdinalIgnoreCase);
}
