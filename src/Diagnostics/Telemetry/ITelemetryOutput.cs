namespace TrainingDoctor.Telemetry;

/// <summary>Where lines of telemetry go. Called by the thread that trains, never by two threads at a time.</summary>
internal interface ITelemetryOutput : IDisposable
{
    /// <summary>Takes a line that describes the run: the first of all lines, or one that says more than the first did.</summary>
    /// <param name="run">The run, for outputs that have to say again what it is.</param>
    /// <param name="line">The line, its end included.</param>
    void Describe(RunDescription run, ReadOnlySpan<byte> line);

    /// <summary>Takes any other line.</summary>
    /// <param name="line">The line, its end included.</param>
    void Write(ReadOnlySpan<byte> line);

    /// <summary>Says that a step is written in full.</summary>
    void EndStep();

    /// <summary>Says that nothing more comes.</summary>
    void Complete();
}
