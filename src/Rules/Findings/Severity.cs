namespace TrainingDoctor;

/// <summary>How serious a finding is: a promise about false positives.</summary>
public enum Severity
{
    /// <summary>Worth knowing; never changes the verdict.</summary>
    Info,

    /// <summary>Rare false positives, measured on healthy runs; a person should look.</summary>
    Warning,

    /// <summary>No known false positive: training is broken or its result worthless.</summary>
    Error,
}
