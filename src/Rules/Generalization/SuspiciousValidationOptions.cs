using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>Thresholds of <see cref="SuspiciousValidation"/>.</summary>
public sealed class SuspiciousValidationOptions
{
    /// <summary>Gets or sets how many validations it takes to tell a sum of all from one that rises.</summary>
    /// <value>The default is 4; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int SummedValidations { get; set; } = 4;

    /// <summary>Gets or sets the share of evaluated rows from which on they count as training data.</summary>
    /// <value>The default is 0.95: who also evaluates the training set stays below; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumOverlap { get; set; } = 0.95;

    /// <summary>Gets or sets how many validations must have given the same score, from the first on.</summary>
    /// <value>The default is 10; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int MinimumValidations { get; set; } = 10;

    /// <summary>Gets or sets how many validations must have given the same score where the training score lies far above it.</summary>
    /// <value>The default is 3; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int FewValidations { get; set; } = 3;

    /// <summary>Gets or sets by how much of a whole the training score must lie above it for that.</summary>
    /// <value>The default is 0.15; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double FarBetter { get; set; } = 0.15;

    /// <summary>Gets or sets the share of the first training loss below which a validation loss is too good, if it lies below half of the training loss as well.</summary>
    /// <value>The default is 0.001; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TooGood { get; set; } = 0.001;

    /// <summary>Gets or sets how many validation losses in a row must equal the training loss.</summary>
    /// <value>The default is 5; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int IdenticalLosses { get; set; } = 5;
}
