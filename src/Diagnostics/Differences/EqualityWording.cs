namespace TrainingDoctor.Differences;

/// <summary>The check of a port or a refactoring in sentences.</summary>
internal static class EqualityWording
{
    /// <summary>Returns the answer: whether both compute the same, and where they first do not.</summary>
    public static Text Answer(LayerEquality equality)
    {
        if (equality.First is not { } first)
        {
            return $"They compute the same: {equality.SeriesCompared} series of {equality.LayersCompared} layers over {equality.StepsCompared} steps agree to within rounding of {equality.ElementType}.";
        }

        string name = first.Scope.Length == 0 ? MetricCatalog.NameOf(first.Metric) : first.LayerType is null ? $"{MetricCatalog.NameOf(first.Metric)} of {first.Scope}" : $"{MetricCatalog.NameOf(first.Metric)} of {first.Scope} ({first.LayerType})";
        return $"They first compute differently at step {first.Step} in the {DifferenceWording.Of(first.Stage)}: {name} is {first.Copy:G9} against {first.Original:G9}.";
    }

    /// <summary>Returns what the answer rests on.</summary>
    public static Text Certainty(LayerEquality equality)
    {
        if (equality.First is { } first)
        {
            return $"The relative difference is {first.Relative:G3}, where rounding of {equality.ElementType} allows {first.Allowed:G3}; all that comes before it agrees to {equality.Largest:G2}.";
        }

        return equality.GrownFrom is { } step
            ? (Text)$"The largest relative difference is {equality.Largest:G3}: from step {step} on it is beyond the {equality.Allowed:G3} of a single step, grown gradually as rounding grows in training."
            : $"The largest relative difference is {equality.Largest:G3}, where rounding of {equality.ElementType} allows {equality.Allowed:G3}.";
    }
}
