using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>Thresholds of <see cref="InvalidTarget"/>.</summary>
public sealed class InvalidTargetOptions
{
    /// <summary>Gets or sets how many batches in a row must have targets outside 0 … 1 for a binary loss.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 3;

    /// <summary>Gets or sets by how much targets of a binary loss may lie outside 0 … 1.</summary>
    /// <value>The default is 1e-6, for rounding; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Tolerance { get; set; } = 1e-6;

    /// <summary>Gets or sets in how many batches in a row the value of the loss must show that shapes broadcast.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int CrossedBatches { get; set; } = 5;

    /// <summary>Gets or sets the share of target rows that may hold several ones where the loss takes one class.</summary>
    /// <value>The default is 0.02; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumMultiple { get; set; } = 0.02;

    /// <summary>Gets or sets by how much the sum of every target row may differ from 1 where the loss takes shares.</summary>
    /// <value>The default is 0.02: shares written with two digits; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double SumTolerance { get; set; } = 0.02;

    /// <summary>Gets or sets how many broadcast batches it takes to judge.</summary>
    /// <value>The default is 20; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int BroadcastBatches { get; set; } = 20;

    /// <summary>Gets or sets the share of the targets' variance that no loss may fall below while shapes broadcast.</summary>
    /// <value>The default is 0.9: with broadcasting the share is at least 1 in every batch, by the algebra of variances; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double BestShare { get; set; } = 0.9;

    /// <summary>Gets or sets the share of the targets' variance that losses must have on average (each counted up to 1).</summary>
    /// <value>The default is 0.98; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MeanShare { get; set; } = 0.98;
}
