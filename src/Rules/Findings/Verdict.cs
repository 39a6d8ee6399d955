namespace TrainingDoctor;

/// <summary>The judgement of a run as a whole.</summary>
public enum Verdict
{
    /// <summary>Nothing at warning or above, and enough was measured to say so.</summary>
    Healthy,

    /// <summary>At least one warning, no error.</summary>
    Warning,

    /// <summary>At least one error.</summary>
    Ill,

    /// <summary>Too little was measured to judge.</summary>
    Inconclusive,
}
