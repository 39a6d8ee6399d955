namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Layers of which each takes the output of the one before it unchanged, for certain.</summary>
/// <param name="Layers">The layers, in the order of execution; leaves only.</param>
/// <param name="EndsAtOutput">Whether the output of the last layer is the model's own.</param>
internal sealed record LayerChain(IReadOnlyList<LayerDescription> Layers, bool EndsAtOutput)
{
    /// <summary>
    /// Gets a value indicating whether the last layer was the last to be called where the model's output itself was never seen: presumably its output, though a function may follow in code.
    /// </summary>
    public bool IsLastToFire { get; private init; }

    /// <summary>The scope that the model's own output is measured under.</summary>
    public const string OutputScope = "(output)";

    /// <summary>Reads the chains from the structure: what stands in a <c>Sequential</c> runs in its order. Custom modules hide what they do between their layers.</summary>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<LayerChain> OfStructure(ModelDescription model)
    {
        if (model.IsSequential)
        {
            return [new LayerChain([.. model.Leaves], EndsAtOutput: true)];
        }

        var chains = new List<LayerChain>();
        foreach (var container in model.Layers.Where(layer => IsSequence(layer) && !(Parent(model, layer) is { } parent && IsSequence(parent))))
        {
            var current = new List<LayerDescription>();
            Walk(model, container, chains, ref current);
            Close(chains, ref current);
        }

        return chains;
    }

    /// <summary>Reads the chains from what was measured: a layer whose input is the very tensor that another layer returned.</summary>
    /// <param name="facts">The run.</param>
    /// <returns>The chains; none before the first step was measured.</returns>
    public static IReadOnlyList<LayerChain> OfMeasurement(RunFacts facts)
    {
        if (facts.Run.Model is not { } model || !facts.Has(Metric.InputOrigin))
        {
            return [];
        }

        var byOrder = new Dictionary<int, LayerDescription>();
        foreach (var (scope, summary) in facts.All(Metric.CallOrder))
        {
            if (model.FindLayer(scope.Name) is { } layer)
            {
                byOrder[(int)summary.First] = layer;
            }
        }

        LayerDescription? OriginOf(string path) => facts.Of(Metric.InputOrigin, path) is { } origin ? byOrder.GetValueOrDefault((int)origin.First) : null;
        var output = OriginOf(OutputScope);
        bool isUnseen = output is null && facts.Of(Metric.OutputNonFiniteCount, OutputScope) is null;
        var last = byOrder.Count > 0 ? byOrder[byOrder.Keys.Max()] : null;
        var edges = byOrder.OrderBy(item => item.Key).Select(item => (From: OriginOf(item.Value.Path), To: item.Value)).ToList();
        var followers = edges.Where(edge => edge.From is not null).ToLookup(edge => edge.From!.Path, edge => edge.To);
        var chains = new List<LayerChain>();
        foreach (var (from, to) in edges)
        {
            bool forks = from is not null && followers[from.Path].Count() > 1;
            if (from is not null && !forks)
            {
                continue;
            }

            var layers = from is null ? new List<LayerDescription> { to } : [from, to];
            while (followers[layers[^1].Path].ToList() is [var next])
            {
                layers.Add(next);
            }

            chains.Add(new LayerChain(layers, layers[^1].Path == output?.Path) { IsLastToFire = isUnseen && layers[^1].Path == last?.Path });
        }

        return chains;
    }

    private static bool IsSequence(LayerDescription layer) => layer is { Kind: LayerKind.Container, TypeName: "Sequential" };

    private static LayerDescription? Parent(ModelDescription model, LayerDescription layer) =>
        layer.Path.LastIndexOf('.') is > 0 and var dot ? model.FindLayer(layer.Path[..dot]) : null;

    private static void Walk(ModelDescription model, LayerDescription container, List<LayerChain> chains, ref List<LayerDescription> current)
    {
        string prefix = container.Path + ".";
        foreach (var child in model.Layers.Where(layer => layer.Path.StartsWith(prefix, StringComparison.Ordinal) && !layer.Path[prefix.Length..].Contains('.', StringComparison.Ordinal)))
        {
            if (child.IsLeaf)
            {
                current.Add(child);
            }
            else if (IsSequence(child))
            {
                Walk(model, child, chains, ref current);
            }
            else
            {
                Close(chains, ref current);
            }
        }
    }

    private static void Close(List<LayerChain> chains, ref List<LayerDescription> current)
    {
        if (current.Count > 0)
        {
            chains.Add(new LayerChain(current, EndsAtOutput: false));
            current = [];
        }
    }
}
