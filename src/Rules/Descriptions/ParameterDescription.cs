namespace TrainingDoctor;

/// <summary>One parameter of a model, with the statistics of its values when the monitor was attached.</summary>
public sealed record ParameterDescription
{
    /// <summary>Gets the name, as in <c>named_parameters</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the path of the layer that owns it.</summary>
    public required string LayerPath { get; init; }

    /// <summary>Gets its role.</summary>
    public required ParameterRole Role { get; init; }

    /// <summary>Gets the shape.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>Gets the element type, e.g. <c>float32</c>.</summary>
    public string DataType { get; init; } = "float32";

    /// <summary>Gets the number of elements.</summary>
    public long Count { get; init; }

    /// <summary>Gets a value indicating whether it requires a gradient.</summary>
    public bool IsTrainable { get; init; } = true;

    /// <summary>Gets a value indicating whether the optimizer holds it; null when no optimizer was given.</summary>
    public bool? IsInOptimizer { get; init; }

    /// <summary>Gets the number of inputs that one output sums over; null when that has no meaning.</summary>
    public long? FanIn { get; init; }

    /// <summary>Gets the number of outputs that one input reaches; null when that has no meaning.</summary>
    public long? FanOut { get; init; }

    /// <summary>Gets the mean of the initial values.</summary>
    public double InitialMean { get; init; }

    /// <summary>Gets the standard deviation of the initial values (population).</summary>
    public double InitialStandardDeviation { get; init; }

    /// <summary>Gets the largest initial magnitude.</summary>
    public double InitialAbsoluteMaximum { get; init; }

    /// <summary>Gets the share of initial values that are exactly zero.</summary>
    public double InitialZeroFraction { get; init; }

    /// <summary>Gets the number of initial values that are NaN or infinite.</summary>
    public long InitialNonFiniteCount { get; init; }

    /// <summary>Gets the number of initial values that are denormal: a sign of memory that was never written.</summary>
    public long InitialDenormalCount { get; init; }

    /// <summary>Gets a value indicating whether all units (rows) of a weight start equal.</summary>
    public bool HasEqualUnits { get; init; }
}

/// <summary>What a parameter does in its layer.</summary>
public enum ParameterRole
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>Weight matrix or kernel.</summary>
    Weight,

    /// <summary>Bias.</summary>
    Bias,

    /// <summary>Scale of a normalisation.</summary>
    NormalizationScale,

    /// <summary>Shift of a normalisation.</summary>
    NormalizationShift,

    /// <summary>Embedding table.</summary>
    Embedding,

    /// <summary>Weights from the input of a recurrent layer.</summary>
    RecurrentInput,

    /// <summary>Weights from the state of a recurrent layer.</summary>
    RecurrentState,
}
