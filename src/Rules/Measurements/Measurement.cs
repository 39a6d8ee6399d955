namespace TrainingDoctor;

/// <summary>One number, measured at one step of a run: the only input of the rules while a run goes on.</summary>
/// <param name="Step">Optimisation step, from 0. Steps never decrease within one run.</param>
/// <param name="Metric">What was measured.</param>
/// <param name="Scope">Where: an index into the run's <see cref="ScopeTable"/>.</param>
/// <param name="Value">The number, in the unit of the metric; NaN and infinities are values like any other.</param>
public readonly record struct Measurement(long Step, Metric Metric, int Scope, double Value);
