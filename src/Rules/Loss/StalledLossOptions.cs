using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Loss;

/// <summary>Thresholds of <see cref="StalledLoss"/>.</summary>
public sealed class StalledLossOptions
{
    /// <summary>Gets or sets how many losses are needed.</summary>
    /// <value>The default is 12: a third of them must still have a mean; at least 6.</value>
    [Range(6, int.MaxValue)]
    public int MinimumSamples { get; set; } = 12;

    /// <summary>Gets or sets how many losses are enough where they repeat themselves to the last digit.</summary>
    /// <value>The default is 3; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int FewLosses { get; set; } = 3;

    /// <summary>Gets or sets how many losses are enough where all are those of guessing, or lie within a small range.</summary>
    /// <value>The default is 5; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int SomeLosses { get; set; } = 5;

    /// <summary>Gets or sets the share of the level within which a few losses count as the same.</summary>
    /// <value>The default is 0.002; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double FewRange { get; set; } = 0.002;

    /// <summary>Gets or sets how many losses are needed before the end of the run.</summary>
    /// <value>The default is 200; plateaus of small networks often last a hundred steps; at least 20.</value>
    [Range(20, int.MaxValue)]
    public int EarlySamples { get; set; } = 200;

    /// <summary>Gets or sets the share of its beginning by which the loss must fall to count as moving.</summary>
    /// <value>The default is 0.02; DeepDiagnosis asks for any change, TheDeepChecker for 5 % per period; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastFall { get; set; } = 0.02;

    /// <summary>Gets or sets the share of its first value by which the validation loss must fall, part of it in the last half, to show that the network learns.</summary>
    /// <value>The default is 0.03; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastFallOfValidation { get; set; } = 0.03;

    /// <summary>Gets or sets by how many standard errors the loss must fall to count as moving.</summary>
    /// <value>The default is 3, one in a thousand by chance; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double NoiseMultiple { get; set; } = 3;

    /// <summary>Gets or sets the share of the level that a fall must not exceed unseen: where noise could hide more, nothing is said.</summary>
    /// <value>The default is 0.1: TheDeepChecker's 5 % per period, over two periods; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double SensitiveShare { get; set; } = 0.1;

    /// <summary>Gets or sets the z-score of the trend test from which a slow fall is certain.</summary>
    /// <value>The default is 4; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double CertainTrend { get; set; } = 4;

    /// <summary>Gets or sets how many losses in a row, from the first on, must be equal to the last digit.</summary>
    /// <value>The default is 10; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int EqualLosses { get; set; } = 10;
}
