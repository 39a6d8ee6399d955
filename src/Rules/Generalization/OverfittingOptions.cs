using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>Thresholds of <see cref="Overfitting"/>.</summary>
public sealed class OverfittingOptions
{
    /// <summary>Gets or sets the share of its best by which the validation loss must end above it for a warning.</summary>
    /// <value>The default is 0.1, as in SageMaker Debugger's Overfit; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double ClearRise { get; set; } = 0.1;

    /// <summary>Gets or sets the share of its best from which a rise of the validation loss is worth info.</summary>
    /// <value>The default is 0.03; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double MildRise { get; set; } = 0.03;

    /// <summary>Gets or sets the share of what validation had won since the first that must be lost again for a warning.</summary>
    /// <value>The default is 0.2; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ClearLost { get; set; } = 0.2;

    /// <summary>Gets or sets the share of what validation had won since the first that must be lost again for anything to be said, unless the rise is large.</summary>
    /// <value>The default is 0.04; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastLost { get; set; } = 0.04;

    /// <summary>Gets or sets the share of its best from which a rise is large, however little of the whole fall it is.</summary>
    /// <value>The default is 0.5; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double LargeRise { get; set; } = 0.5;

    /// <summary>Gets or sets the rise that it takes for a warning while the validation score goes on improving.</summary>
    /// <value>The default is 0.25: the network grows overconfident, not worse; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double OverconfidentRise { get; set; } = 0.25;

    /// <summary>Gets or sets the share by which a validation score must have improved since the best loss to count as better.</summary>
    /// <value>The default is 0.01; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double BetterScore { get; set; } = 0.01;

    /// <summary>Gets or sets by how much of a whole, as 0.05 for 5 points of a hundred, the validation score must end below its best for a warning.</summary>
    /// <value>The default is 0.05; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ClearPoints { get; set; } = 0.05;

    /// <summary>Gets or sets by how much of a whole the validation score must end below its best for info.</summary>
    /// <value>The default is 0.02; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MildPoints { get; set; } = 0.02;

    /// <summary>Gets or sets by how much of a whole the validation score must lie below a training score that left it behind.</summary>
    /// <value>The default is 0.2; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double WidePoints { get; set; } = 0.2;

    /// <summary>Gets or sets how many times larger than the training loss the validation loss must be, unless it rose by twice the clear rise.</summary>
    /// <value>The default is 1.1: without a gap there is nothing that generalises badly; at least 0.</value>
    [Range(0.0, 100.0)]
    public double LeastGap { get; set; } = 1.1;

    /// <summary>Gets or sets how many times larger than the training loss a validation loss must be that does not rise but has long stopped improving.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1.0, 1000.0)]
    public double WideGap { get; set; } = 5;

    /// <summary>Gets or sets how many times larger than the scatter of validation the gap to training must be.</summary>
    /// <value>The default is 3: where validation jumps as far, its jumps are the finding; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double GapOverNoise { get; set; } = 3;

    /// <summary>Gets or sets the validation score, of 1, above which a gap between the losses is info only.</summary>
    /// <value>The default is 0.95; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double GoodScore { get; set; } = 0.95;

    /// <summary>Gets or sets what share of the run must have passed since the best validation for it to be long ago.</summary>
    /// <value>The default is a third; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LongAgo { get; set; } = 1 / 3.0;

    /// <summary>Gets or sets by how many standard errors validation must be worse than at its best.</summary>
    /// <value>The default is 4: the best of many noisy validations is low by one or two of them already; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double NoiseMultiple { get; set; } = 4;

    /// <summary>Gets or sets the share by which training must have improved since the best validation.</summary>
    /// <value>The default is 0.05; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TrainingFall { get; set; } = 0.05;

    /// <summary>Gets or sets how many validations there must be after the best for a warning; one less for info.</summary>
    /// <value>The default is 3, Lightning's patience for early stopping; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int Patience { get; set; } = 3;

    /// <summary>Gets or sets how many validations are needed for a judgement.</summary>
    /// <value>The default is 3: the best and two after it; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int MinimumValidations { get; set; } = 3;
}
