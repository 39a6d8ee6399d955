using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>Thresholds of <see cref="AccumulatingGradient"/>.</summary>
public sealed class AccumulatingGradientOptions
{
    /// <summary>Gets or sets the median cosine between successive gradients from which they count as sums.</summary>
    /// <value>The default is 0.85: a sum of t unrelated gradients has a cosine of √(t/(t+1)) with the sum before it, above 0.86 from the third on; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumCosine { get; set; } = 0.85;

    /// <summary>Gets or sets how often larger than the first the norm must be after the window.</summary>
    /// <value>The default is 3: a sum of 21 unrelated gradients of one size has 4.6 times that size, one of related gradients up to 21 times; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double MinimumGrowth { get; set; } = 3;

    /// <summary>Gets or sets how large what each of the first steps adds must be, as a share of the first gradient.</summary>
    /// <value>The default is 0.5: a sum gains one whole gradient in a step, however alike they are; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumIncrement { get; set; } = 0.5;

    /// <summary>Gets or sets how often larger than at the first step the loss may be after the window.</summary>
    /// <value>The default is 1.2: sums of gradients lead downhill at first, like momentum; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double Climb { get; set; } = 1.2;

    /// <summary>Gets or sets the share of its last value below which a norm was set back.</summary>
    /// <value>The default is 0.6; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Fallback { get; set; } = 0.6;

    /// <summary>Gets or sets the number of steps after the first that are looked at.</summary>
    /// <value>The default is 20; at least 8.</value>
    [Range(8, 1000)]
    public int Window { get; set; } = 20;
}
