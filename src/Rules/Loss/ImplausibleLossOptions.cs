using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Loss;

/// <summary>Thresholds of <see cref="ImplausibleLoss"/>.</summary>
public sealed class ImplausibleLossOptions
{
    /// <summary>Gets or sets how many steps must have been looked at to tell a running sum.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int FewestLooks { get; set; } = 5;

    /// <summary>Gets or sets the share of them that must be sums.</summary>
    /// <value>The default is 0.5; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double RunningShare { get; set; } = 0.5;

    /// <summary>Gets or sets how many times the guesses at all labels of a step a loss may begin at, and how many times one guess it may end at, that is more than that of the classes.</summary>
    /// <value>The default is 1,000: sums over a batch, a sequence or the pixels of an image stay below; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double DominanceFactor { get; set; } = 1000;

    /// <summary>Gets or sets how many times the size of its beginning a loss must have fallen below zero to be called endless.</summary>
    /// <value>The default is 10; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double EndlessMultiple { get; set; } = 10;

    /// <summary>Gets or sets the size that a beginning near zero counts as.</summary>
    /// <value>The default is 1: cosines, correlations and overlaps with a minus begin near zero and end at -1; at least 0.001.</value>
    [Range(0.001, double.MaxValue)]
    public double BoundedSize { get; set; } = 1;

    /// <summary>Gets or sets how many times the fall of the first half of the run that of the second must be.</summary>
    /// <value>The default is 0.95: a constant fall has 1, the root of the time 0.55, its logarithm less; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double Unslowed { get; set; } = 0.95;

    /// <summary>Gets or sets how many times the fall of the third quarter that of the last must be.</summary>
    /// <value>The default is 0.8; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double UnslowedAtTheEnd { get; set; } = 0.8;

    /// <summary>Gets or sets how often an impossible value must come.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Repeats { get; set; } = 3;

    /// <summary>Gets or sets the loss of guessing among the words of the largest vocabulary.</summary>
    /// <value>The default is 12.5, of 268,000 words; bounds 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double LargestGuess { get; set; } = 12.5;

    /// <summary>Gets or sets the share of its first value above which the loss of a language model must stay that began worse than guessing.</summary>
    /// <value>The default is 0.25: a prompt format that the model did not know is learnt in a few steps; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double StaysShare { get; set; } = 0.25;

    /// <summary>Gets or sets how near to a whole multiple of guessing a first loss must be, as a share.</summary>
    /// <value>The default is 0.01; bounds 0 to 0.1.</value>
    [Range(0.0, 0.1)]
    public double SumTolerance { get; set; } = 0.01;

    /// <summary>Gets or sets the training accuracy from which the loss must be low.</summary>
    /// <value>The default is 0.9; bounds 0.5 to 1.</value>
    [Range(0.5, 1.0)]
    public double HighAccuracy { get; set; } = 0.9;

    /// <summary>Gets or sets how many times the entropy of the accuracy the loss must be.</summary>
    /// <value>The default is 5; bounds 1 to 1000.</value>
    [Range(1.0, 1000.0)]
    public double EntropyMultiple { get; set; } = 5;

    /// <summary>Gets or sets the least loss that contradicts a high accuracy.</summary>
    /// <value>The default is 0.3, below that of two classes whose probabilities pass a second softmax; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double LeastContradiction { get; set; } = 0.3;

    /// <summary>Gets or sets the share of its level by which a loss at rest may still move between the last fifths.</summary>
    /// <value>The default is 0.03; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double RestShare { get; set; } = 0.03;
}
