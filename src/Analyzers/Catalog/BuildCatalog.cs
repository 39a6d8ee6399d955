namespace TrainingDoctor.Analyzers.Catalog;

/// <summary>All rules of the build, in the order of their IDs.</summary>
internal static class BuildCatalog
{
    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<BuildRule> All { get; } =
    [
        BuildRules.ForwardInsteadOfCall,
        BuildRules.InvalidTarget,
        BuildRules.AccumulatingGradient,
        BuildRules.UninitializedGroupNorm,
        BuildRules.WrongMode,
        BuildRules.OutputLossMismatch,
        BuildRules.UnregisteredParameters,
        BuildRules.SwappedAxes,
        BuildRules.MisplacedStep,
        BuildRules.LateMeasurement,
        BuildRules.RecordedValidation,
        BuildRules.SchedulerCadence,
        BuildRules.RetainedGraph,
        BuildRules.UndisposedTensors,
        BuildRules.UntiedDropout,
        BuildRules.ChangedInput,
    ];
}
