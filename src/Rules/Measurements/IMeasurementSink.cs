namespace TrainingDoctor;

/// <summary>Takes the measurements of one run, in the order of their steps.</summary>
/// <remarks>
/// <see cref="Begin"/> comes first and once, then any number of <see cref="Observe(in Measurement)"/> and <see cref="Update"/>, then <see cref="Complete"/> once. Calls never overlap.
/// Implementations must not throw for any measured value; a fault of their own is recorded, not passed on.
/// </remarks>
public interface IMeasurementSink
{
    /// <summary>Tells what is known of the run before its first measurement.</summary>
    /// <param name="run">The run.</param>
    void Begin(RunDescription run);

    /// <summary>Replaces what is known of the run, when more becomes known while it goes on: the order of layers, damage of a log.</summary>
    /// <param name="run">The run.</param>
    void Update(RunDescription run);

    /// <summary>Takes one measurement.</summary>
    /// <param name="measurement">The measurement; its scope is an index into the <see cref="ScopeTable"/> that the sink was made with.</param>
    void Observe(in Measurement measurement);

    /// <summary>Takes how the numbers of one parameter or layer are spread, now and then; passed over unless a sink has a use for it.</summary>
    /// <param name="distribution">The distribution.</param>
    void Observe(Distribution distribution)
    {
    }

    /// <summary>Tells that the run is over.</summary>
    void Complete();
}
