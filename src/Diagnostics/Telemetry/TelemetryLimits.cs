namespace TrainingDoctor.Telemetry;

/// <summary>How much of anything a recording may hold. They are far above what trainings write and far below what hurts who reads; <c>docs/guides/limits.md</c> lists them.</summary>
internal static class TelemetryLimits
{
    /// <summary>The largest step, and the largest number of a line: what every reader of JSON can hold exactly.</summary>
    public const long LargestStep = (1L << 53) - 1;

    /// <summary>The most layers, parameters and scopes of a run.</summary>
    public const int MostNames = 100_000;

    /// <summary>The most entries of any other list of a description.</summary>
    public const int MostEntries = 10_000;

    /// <summary>The most dimensions of a parameter.</summary>
    public const int MostDimensions = 64;

    /// <summary>The longest text, in characters: a layer's path may be as deep as its model.</summary>
    public const int LongestText = 10_000;

    /// <summary>The most places of damage that are kept; of further ones only their number is told.</summary>
    public const int MostDamage = 50;
}
