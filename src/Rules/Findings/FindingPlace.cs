namespace TrainingDoctor.Rules.Findings;

/// <summary>Chooses the place in the source that a finding is about: the optimizer's line for rates, the layer's for dead units, the loop's for a forgotten zero_grad.</summary>
internal static class FindingPlace
{
    private static readonly HashSet<string> Rates = ["TD5001", "TD5002", "TD5003", "TD5006", "TD5009", "TD4003"];
    private static readonly HashSet<string> Criteria = ["TD7001", "TD7009", "TD1006", "TD1008", "TD1011", "TD4008"];

    /// <summary>The place of a finding; null where the source of the run is not known.</summary>
    public static SourcePlace? Of(Finding finding, RunDescription run)
    {
        if (run.Places is not { Count: > 0 } places)
        {
            return null;
        }

        SourceRole[] roles = finding.Rule switch
        {
            { Id: var id } when Rates.Contains(id) => [SourceRole.Optimizer, SourceRole.Step],
            { Id: var id } when Criteria.Contains(id) => [SourceRole.Criterion, SourceRole.Step],
            { Category: RuleCategory.Generalization } => [SourceRole.Validation, SourceRole.Step],
            { Category: RuleCategory.Structure } => [SourceRole.Model, SourceRole.Attach],
            _ => [SourceRole.Step],
        };
        bool isAboutLayers = roles[0] is not (SourceRole.Optimizer or SourceRole.Criterion or SourceRole.Validation);
        return (isAboutLayers ? finding.Layers.Select(layer => OfLayer(layer, places)).FirstOrDefault(place => place is not null) : null)
            ?? roles.Append(SourceRole.Attach).Select(role => places.FirstOrDefault(place => place.What == role)).FirstOrDefault(place => place is not null);
    }

    // A parameter stands in its layer, a layer in what holds it: the nearest of them whose line is known.
    private static SourcePlace? OfLayer(string path, IReadOnlyList<SourcePlace> places)
    {
        for (int end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
        {
            if (places.FirstOrDefault(place => place.What == SourceRole.Layer && place.Name is { } name && path.AsSpan(0, end).SequenceEqual(name)) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
