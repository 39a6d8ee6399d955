namespace TrainingDoctor.Differences;

/// <summary>Something that was set differently.</summary>
/// <param name="Name">What it is, e.g. <c>learning rate</c>, <c>loss</c>, <c>fc1.weight initial deviation</c>.</param>
/// <param name="Stage">Where in a training it acts.</param>
/// <param name="Good">How it was set in the runs that went well; empty where it was not.</param>
/// <param name="Bad">How it was set in the run in question; empty where it was not.</param>
public sealed record SettingDifference(string Name, Stage Stage, string Good, string Bad);
