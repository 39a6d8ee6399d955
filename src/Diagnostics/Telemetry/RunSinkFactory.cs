namespace TrainingDoctor;

/// <summary>Makes the sink of a run that a reader has come upon.</summary>
/// <param name="run">What is known of the run; the sink is told the same by <see cref="IMeasurementSink.Begin"/>.</param>
/// <param name="scopes">The scopes that the run's measurements refer to.</param>
/// <returns>The sink; null when the run is of no interest.</returns>
public delegate IMeasurementSink? RunSinkFactory(RunDescription run, ScopeTable scopes);
