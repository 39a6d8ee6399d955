namespace TrainingDoctor;

/// <summary>What one's own good runs usually do. Other runs are held against it.</summary>
public interface INormalRuns
{
    /// <summary>Gets the number of good runs that it was learnt from; at least 1.</summary>
    int RunCount { get; }

    /// <summary>Begins to follow a run.</summary>
    /// <param name="scopes">The scopes of the run.</param>
    INormalComparison Follow(ScopeTable scopes);
}

/// <summary>One run held against what good runs usually do.</summary>
/// <remarks>Not safe for concurrent use. Memory grows with the number of series and the logarithm of the number of steps.</remarks>
public interface INormalComparison
{
    /// <summary>Takes one measurement of the run.</summary>
    /// <param name="measurement">The measurement.</param>
    void Observe(in Measurement measurement);

    /// <summary>Tells in what the run departs by now.</summary>
    /// <param name="run">What is known of the run.</param>
    /// <param name="falseDiscoveryRate">The share of false ones that is accepted among departures; from 0 to 1.</param>
    NormalJudgement Judge(RunDescription run, double falseDiscoveryRate);
}

/// <summary>In what a run departs from what good runs usually do.</summary>
/// <param name="SeriesCompared">The number of series that the run and the good runs have in common.</param>
/// <param name="PhasesCompared">The largest number of phases of training in which one of them could be compared.</param>
/// <param name="Departures">The series that depart, the first in time and causal order in front.</param>
public sealed record NormalJudgement(int SeriesCompared, int PhasesCompared, IReadOnlyList<NormalDeparture> Departures);

/// <summary>One series that leaves what good runs usually do.</summary>
public sealed record NormalDeparture
{
    /// <summary>Gets what was measured; of a relation, its first part.</summary>
    public required Metric Metric { get; init; }

    /// <summary>Gets the layer, parameter, data set or rank; empty for the run.</summary>
    public required string Scope { get; init; }

    /// <summary>Gets what departs, in words: <c>gradient_norm of fc1.weight</c>, <c>validation_loss / loss</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets a value indicating whether it is the relation of two series and no series of its own.</summary>
    public required bool IsRelation { get; init; }

    /// <summary>Gets the first step of the phase from which it departs.</summary>
    public required long FirstStep { get; init; }

    /// <summary>Gets the last step of that phase that was measured.</summary>
    public required long LastStep { get; init; }

    /// <summary>Gets the number of measurements in that phase.</summary>
    public required int Count { get; init; }

    /// <summary>Gets the mean of these measurements; of a relation, that of the means.</summary>
    public required double Value { get; init; }

    /// <summary>Gets what it usually is in good runs in that phase.</summary>
    public required double Typical { get; init; }

    /// <summary>Gets the smallest that it was in a good run in that phase.</summary>
    public required double Low { get; init; }

    /// <summary>Gets the largest that it was in a good run in that phase.</summary>
    public required double High { get; init; }

    /// <summary>Gets the share of false ones among all departures that are as sure as this one; from 0 to 1.</summary>
    public required double FalseDiscoveryRate { get; init; }

    /// <summary>Gets a value indicating whether it is a loss or a score that is better than those of good runs.</summary>
    public required bool IsBetter { get; init; }
}
