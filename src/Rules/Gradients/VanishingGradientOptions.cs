using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>Thresholds of <see cref="VanishingGradient"/>.</summary>
public sealed class VanishingGradientOptions
{
    /// <summary>Gets or sets the ratio of early to late relative gradients below which the gradient counts as vanished.</summary>
    /// <value>The default is 1e-3, as the ratio of first to last layer in AUTOTRAINER; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumRatio { get; set; } = 1e-3;

    /// <summary>Gets or sets the ratio below which, with a loss that gets nowhere, there is no other explanation.</summary>
    /// <value>The default is 1e-4, a tenth of AUTOTRAINER's; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double CertainRatio { get; set; } = 1e-4;

    /// <summary>Gets or sets how many measured steps in a row must show the ratio; or for how many steps at least eight measured ones.</summary>
    /// <value>The default is 20, so that the first steps alone decide nothing; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 20;

    /// <summary>Gets or sets the number of losses after which a loss that gets nowhere is reported before the run is over, and may be an error.</summary>
    /// <value>The default is 200, the length of plateaus that healthy small networks leave again; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int StuckSteps { get; set; } = 200;

    /// <summary>Gets or sets the number of weights from which early and late have a meaning.</summary>
    /// <value>The default is 3; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int MinimumDepth { get; set; } = 3;
}
