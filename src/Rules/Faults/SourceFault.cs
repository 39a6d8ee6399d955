namespace TrainingDoctor;

/// <summary>What failed in the diagnosis itself.</summary>
/// <param name="Source">What it was, in a few words.</param>
/// <param name="Fault">The first exception.</param>
/// <param name="Step">The step of the first exception.</param>
/// <param name="Count">How often it failed.</param>
/// <param name="Consequence">What came of it.</param>
internal sealed record SourceFault(string Source, Exception Fault, long Step, long Count, FaultConsequence Consequence);

/// <summary>What comes of a fault in the diagnosis itself.</summary>
public enum FaultConsequence
{
    /// <summary>The part is left alone for a while and tried again; only what it measures is missing meanwhile.</summary>
    TriedAgain,

    /// <summary>The part does nothing any more; all others go on.</summary>
    SwitchedOff,

    /// <summary>The diagnosis of the run ended where it was; other runs go on.</summary>
    Ended,
}
