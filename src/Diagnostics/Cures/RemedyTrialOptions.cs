using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor;

/// <summary>How remedies are tried.</summary>
public sealed record RemedyTrialOptions
{
    /// <summary>Gets the seed of every run: remedies are compared from the same start.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>Gets the rules of the diagnosis.</summary>
    public RuleSet Rules { get; init; } = RuleSet.Default;

    /// <summary>Gets how many sets of remedies are tried at most.</summary>
    /// <value>The default is 4; at least 1.</value>
    [Range(1, 100)]
    public int MaximumCandidates { get; init; } = 4;

    /// <summary>Gets the share of a whole training that the first, short trials take.</summary>
    /// <value>The default is 0.15; above 0, at most 1. With four candidates all trials together cost about one training.</value>
    [Range(0.001, 1.0)]
    public double ShortShare { get; init; } = 0.15;

    /// <summary>Gets by how much the score must grow for a remedy to count as better.</summary>
    /// <value>The default is 0.01: one point of accuracy.</value>
    [Range(0.0, 1.0)]
    public double MinimumGain { get; init; } = 0.01;

    /// <summary>Gets how often what is left of the problem is diagnosed and treated again.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, 100)]
    public int MaximumRounds { get; init; } = 3;

    /// <summary>Gets the number of whole trainings, the first included, after which nothing new is begun.</summary>
    /// <value>The default is 6; at least 1.</value>
    [Range(1.0, 1000.0)]
    public double Budget { get; init; } = 6;

    /// <summary>Gets what watches every training, those of the trials included; null for nobody.</summary>
    public ITrainingObserver? Observer { get; init; }

    /// <summary>Gets what is given the outcome of the program as it is, for the benchmark of repairs.</summary>
    internal Action<TrainingOutcome>? OnBaseline { get; init; }

    internal void Validate() => Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
}
