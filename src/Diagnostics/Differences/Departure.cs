namespace TrainingDoctor.Differences;

/// <summary>One series in which a run departs from runs that went well.</summary>
/// <param name="Metric">What was measured.</param>
/// <param name="Scope">The layer, parameter, data set or rank; empty for the run.</param>
/// <param name="Stage">Where in a training it is measured.</param>
/// <param name="Step">The step from which the difference lasts, as the run in question counts them.</param>
/// <param name="Good">The value of the good runs there, their mean when they are several; NaN where it was none.</param>
/// <param name="Bad">The value of the run in question there; NaN where it was none.</param>
/// <param name="Effect">The largest lasting distance in units of what a person would call a difference; at least 1 and possibly infinite.</param>
/// <param name="FalseDiscoveryRate">The share of false ones among all departures that are as sure as this one (Benjamini and Hochberg 1995); from 0 to 1.</param>
public sealed record Departure(Metric Metric, string Scope, Stage Stage, long Step, double Good, double Bad, double Effect, double FalseDiscoveryRate);
