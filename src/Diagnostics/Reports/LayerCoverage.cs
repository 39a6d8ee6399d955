namespace TrainingDoctor.Reports;

/// <summary>How much of a model was seen.</summary>
/// <param name="Registered">Layers without children that the model has.</param>
/// <param name="Hooked">Those of them that a hook could be placed on.</param>
/// <param name="Fired">Those of them that reported at least once.</param>
/// <param name="Silent">The paths of those that never reported.</param>
public sealed record LayerCoverage(int Registered, int Hooked, int Fired, IReadOnlyList<string> Silent)
{
    /// <summary>Counts the layers of a run.</summary>
    /// <param name="facts">What was measured.</param>
    /// <returns>Null when the model's structure is not known.</returns>
    internal static LayerCoverage? Of(RunFacts facts)
    {
        if (facts.Run.Model is not { } model)
        {
            return null;
        }

        var leaves = model.Leaves.ToList();
        var silent = leaves.Where(layer => !facts.WasSeen(layer.Path)).Select(layer => layer.Path).ToList();
        return new LayerCoverage(leaves.Count, leaves.Count(layer => layer.IsHooked), leaves.Count - silent.Count, silent);
    }
}
