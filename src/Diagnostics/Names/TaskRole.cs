namespace TrainingDoctor.Names;

/// <summary>How a logged number becomes the measurement.</summary>
internal enum NumberSign : byte
{
    /// <summary>It is the measurement.</summary>
    AsIs,

    /// <summary>It is the square of the measurement.</summary>
    Squared,

    /// <summary>It has the opposite sign.</summary>
    Opposite,

    /// <summary>It has the opposite sign where the first value is negative.</summary>
    OppositeWhereNegative,

    /// <summary>It is the logarithm to base 2.</summary>
    Logarithm,
}

/// <summary>What a name means in one kind of training.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Rank">How well the name fits; of several columns the highest wins.</param>
/// <param name="Sign">How the number becomes the measurement.</param>
/// <param name="Part">The part that the name tells; empty for the whole.</param>
internal sealed record TaskRole(Metric Metric, int Rank, NumberSign Sign, string Part);
