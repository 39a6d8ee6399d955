using TrainingDoctor.Reports;

namespace TrainingDoctor.Differences;

/// <summary>A comparison of runs as it is written to JSON.</summary>
public sealed record DifferenceDocument
{
    /// <summary>The version of the schema.</summary>
    public const string CurrentSchemaVersion = "1.0";

    /// <summary>Gets the version of the schema.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>Gets a value indicating whether the runs do not part.</summary>
    public required bool IsSame { get; init; }

    /// <summary>Gets the answer in a sentence.</summary>
    public required string Answer { get; init; }

    /// <summary>Gets how sure it is, in a sentence.</summary>
    public required string Certainty { get; init; }

    /// <summary>Gets where the runs part; null when they do not.</summary>
    public required Stage? Place { get; init; }

    /// <summary>Gets the first step at which they part, as the run in question counts them; null when they do not.</summary>
    public required long? PartsAt { get; init; }

    /// <summary>Gets whether the run in question computes the same as the first good one, layer by layer and to within rounding; null where that was not asked.</summary>
    public required EqualityDocument? Equality { get; init; }

    /// <summary>Gets the first step at which a number differs although all were the same to the last digits before; null when they did not begin alike.</summary>
    public required long? IdenticalUntil { get; init; }

    /// <summary>Gets what the runs were laid over each other by.</summary>
    public required AlignmentAxis Axis { get; init; }

    /// <summary>Gets the number of series that all runs have.</summary>
    public required int SeriesCompared { get; init; }

    /// <summary>Gets the runs that went well.</summary>
    public required IReadOnlyList<ComparedRunDocument> Good { get; init; }

    /// <summary>Gets the run in question.</summary>
    public required ComparedRunDocument Bad { get; init; }

    /// <summary>Gets what was set differently, in causal order.</summary>
    public required IReadOnlyList<SettingDifference> Settings { get; init; }

    /// <summary>Gets the series that part, the first in time and causal order in front.</summary>
    public required IReadOnlyList<DepartureDocument> Departures { get; init; }

    /// <summary>Gets the findings of the run in question that no good run has, by identity.</summary>
    public required IReadOnlyList<RowFindingDocument> OnlyInBad { get; init; }

    /// <summary>Gets the findings of the first good run that the run in question does not have, by identity.</summary>
    public required IReadOnlyList<RowFindingDocument> OnlyInGood { get; init; }
}

/// <summary>A run of a comparison.</summary>
public sealed record ComparedRunDocument
{
    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the file or folder that it was read from; null for live runs.</summary>
    public required string? Path { get; init; }

    /// <summary>Gets the judgement of it.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Gets the number of optimisation steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Gets the smallest loss: of the validation, where there was one; null when no loss is known.</summary>
    public required LossDocument? BestLoss { get; init; }

    /// <summary>Gets the last loss, of the same curve; null when no loss is known.</summary>
    public required LossDocument? LastLoss { get; init; }
}

/// <summary>One series that parts.</summary>
public sealed record DepartureDocument
{
    /// <summary>Gets the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Gets the layer, parameter, data set or rank; null for the run.</summary>
    public required string? Scope { get; init; }

    /// <summary>Gets where in a training it is measured.</summary>
    public required Stage Stage { get; init; }

    /// <summary>Gets the step from which the difference lasts.</summary>
    public required long Step { get; init; }

    /// <summary>Gets the value of the good runs there, their mean when they are several.</summary>
    public required double Good { get; init; }

    /// <summary>Gets the value of the run in question there.</summary>
    public required double Bad { get; init; }

    /// <summary>Gets the largest distance in units of what a person would call a difference; possibly infinite.</summary>
    public required double Effect { get; init; }

    /// <summary>Gets the share of false ones among all departures that are as sure as this one, from 0 to 1.</summary>
    public required double FalseDiscoveryRate { get; init; }
}

/// <summary>Whether two runs compute the same, layer by layer, to within rounding of the element type.</summary>
public sealed record EqualityDocument
{
    /// <summary>Gets a value indicating whether nothing was computed differently.</summary>
    public required bool IsEqual { get; init; }

    /// <summary>Gets the element type whose rounding is the measure.</summary>
    public required string ElementType { get; init; }

    /// <summary>Gets the relative difference that rounding allows in one step.</summary>
    public required double Allowed { get; init; }

    /// <summary>Gets the largest relative difference among the numbers that agree.</summary>
    public required double Largest { get; init; }

    /// <summary>Gets the number of series that were compared.</summary>
    public required int SeriesCompared { get; init; }

    /// <summary>Gets the number of layers of which something was compared.</summary>
    public required int LayersCompared { get; init; }

    /// <summary>Gets the number of steps at which something was compared.</summary>
    public required int StepsCompared { get; init; }

    /// <summary>Gets the step from which rounding alone has grown beyond what the element type allows in one step; null when it never did.</summary>
    public required long? GrownFrom { get; init; }

    /// <summary>Gets the first number that was computed differently; null when there is none.</summary>
    public required InequalityDocument? First { get; init; }
}

/// <summary>One number that was computed differently.</summary>
public sealed record InequalityDocument
{
    /// <summary>Gets the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Gets the layer or parameter; null for the run.</summary>
    public required string? Scope { get; init; }

    /// <summary>Gets the type of the layer; null where it is none, or not known.</summary>
    public required string? LayerType { get; init; }

    /// <summary>Gets where in a training it is measured.</summary>
    public required Stage Stage { get; init; }

    /// <summary>Gets the step.</summary>
    public required long Step { get; init; }

    /// <summary>Gets its value in the good run.</summary>
    public required double Good { get; init; }

    /// <summary>Gets its value in the run in question.</summary>
    public required double Bad { get; init; }

    /// <summary>Gets the difference over the size of what is compared; possibly infinite.</summary>
    public required double Relative { get; init; }

    /// <summary>Gets the relative difference that rounding would have allowed there.</summary>
    public required double Allowed { get; init; }
}
