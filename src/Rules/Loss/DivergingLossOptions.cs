using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Loss;

/// <summary>Thresholds of <see cref="DivergingLoss"/>.</summary>
public sealed class DivergingLossOptions
{
    /// <summary>Gets or sets how many losses are needed.</summary>
    /// <value>The default is 12; at least 6.</value>
    [Range(6, int.MaxValue)]
    public int MinimumSamples { get; set; } = 12;

    /// <summary>Gets or sets how many losses are enough where none comes back near the first.</summary>
    /// <value>The default is 4; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int FewSamples { get; set; } = 4;

    /// <summary>Gets or sets the share of the first loss by which all of a few must lie above it.</summary>
    /// <value>The default is 0.25; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double FewRise { get; set; } = 0.25;

    /// <summary>Gets or sets the share of the lowest level by which the loss must have risen from there for anything to be said.</summary>
    /// <value>The default is 0.05; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double LeastRise { get; set; } = 0.05;

    /// <summary>Gets or sets how many losses are needed to call a rise lasting that ends below the beginning.</summary>
    /// <value>The default is 12; at least 6.</value>
    [Range(6, int.MaxValue)]
    public int SamplesToGiveBack { get; set; } = 12;

    /// <summary>Gets or sets how many losses are needed before the end of the run.</summary>
    /// <value>The default is 30: twice the window of newest losses; at least 16.</value>
    [Range(16, int.MaxValue)]
    public int EarlySamples { get; set; } = 30;

    /// <summary>Gets or sets how many times its beginning the loss must have reached to count as diverging while the run goes on.</summary>
    /// <value>The default is 3; TheDeepChecker asks for growth to twice the best; bounds 1 to 1000.</value>
    [Range(1.0, 1000.0)]
    public double EarlyMultiple { get; set; } = 3;

    /// <summary>Gets or sets how many times its beginning every new loss must reach for an error.</summary>
    /// <value>The default is 10; bounds 1 to 1000000.</value>
    [Range(1.0, 1e6)]
    public double CertainMultiple { get; set; } = 10;

    /// <summary>Gets or sets the share of its beginning by which the loss must end above it.</summary>
    /// <value>The default is 0.1; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double RiseAboveStart { get; set; } = 0.1;

    /// <summary>Gets or sets the share of its fall that the loss must have given back.</summary>
    /// <value>The default is 0.2: more than one restart of a cyclic schedule gives back in the runs that were looked at; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double GivenBack { get; set; } = 0.2;

    /// <summary>Gets or sets by how many standard errors the loss must have risen.</summary>
    /// <value>The default is 5; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double NoiseMultiple { get; set; } = 5;
}
