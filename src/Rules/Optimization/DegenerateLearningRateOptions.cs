using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>Thresholds of <see cref="DegenerateLearningRate"/>.</summary>
public sealed class DegenerateLearningRateOptions
{
    /// <summary>Gets or sets how many rates it takes to judge zeros and rises.</summary>
    /// <value>The default is 10; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets how many rates, all zero, are enough while the loss stands still.</summary>
    /// <value>The default is 3; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int FewSamples { get; set; } = 3;

    /// <summary>Gets or sets by how much the rate must have risen without a break over a run that came to its end.</summary>
    /// <value>The default is 1.02: a schedule meant for steps but moved by epochs hardly rises; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double LeastRise { get; set; } = 1.02;

    /// <summary>Gets or sets the share of the run, at its end, that a schedule may have come to zero too early.</summary>
    /// <value>The default is 0.2; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double EndedShare { get; set; } = 0.2;

    /// <summary>Gets or sets the share of the largest rate below which a log must have told rates for its zeros to be no rounding.</summary>
    /// <value>The default is 0.01; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ToldShare { get; set; } = 0.01;

    /// <summary>Gets or sets the share of the run, in one piece, that may be spent at zero.</summary>
    /// <value>The default is 0.3; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ZeroShare { get; set; } = 0.3;

    /// <summary>Gets or sets how many times a rate must have come back up by degrees.</summary>
    /// <value>The default is 3; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int FewestTurns { get; set; } = 3;

    /// <summary>Gets or sets within how many epochs it must come back up.</summary>
    /// <value>The default is 1.5: cycles that are meant take four epochs and more; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double TurnEpochs { get; set; } = 1.5;

    /// <summary>Gets or sets within how many steps it must come back up.</summary>
    /// <value>The default is 400: twice two hundred epochs taken for steps; cycles that are meant in steps take thousands; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int LongestTurn { get; set; } = 400;

    /// <summary>Gets or sets the share of its largest at and below which a rate is next to nothing.</summary>
    /// <value>The default is 0.0001; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double VanishedFactor { get; set; } = 0.0001;

    /// <summary>Gets or sets the share of the run, up to its end, that may be spent next to nothing while nothing is learned.</summary>
    /// <value>The default is 0.5; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double VanishedShare { get; set; } = 0.5;

    /// <summary>Gets or sets the share of its largest at and below which a rate that was cut from level to level is spent.</summary>
    /// <value>The default is 0.001; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double SpentFactor { get; set; } = 0.001;

    /// <summary>Gets or sets the share of the run, at its end, in which a rate too small for single precision is a fault whatever was learned before, where the loss no longer falls.</summary>
    /// <value>The default is 0.5: no schedule is planned to stand still for half of a run; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LostShare { get; set; } = 0.5;

    /// <summary>Gets or sets the share of the run, at its end, that a rate must have been spent for.</summary>
    /// <value>The default is 0.33: schedules by milestones end so low for a tenth or two of a run; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double SpentShare { get; set; } = 0.33;

    /// <summary>Gets or sets the share by which the loss must have fallen from the third quarter of the time before the first cut to the fourth, for the cut to have come too soon.</summary>
    /// <value>The default is 0.05; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double SpentFall { get; set; } = 0.05;

    /// <summary>Gets or sets how many cuts must have come while each validation was better than the one before, by however little, for the cuts to have come too soon.</summary>
    /// <value>The default is 3: milestones that come a little early come once or twice; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int CutsWhileImproving { get; set; } = 3;

    /// <summary>Gets or sets the share of its level by which the loss must rise where a schedule begins again, for a warning.</summary>
    /// <value>The default is 0.1; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double ResetRise { get; set; } = 0.1;

    /// <summary>Gets or sets how many times all rates before it a rate may be after a steady time.</summary>
    /// <value>The default is 10: restarts come back to the largest rate before, not beyond it; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double JumpFactor { get; set; } = 10;

    /// <summary>Gets or sets how many rates within a factor of two make a steady time.</summary>
    /// <value>The default is 20, so that coarsely logged warm-up is no jump; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int SteadySamples { get; set; } = 20;

    /// <summary>Gets or sets by how much the rate must have risen over the run to count as unfinished warm-up.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double RiseFactor { get; set; } = 5;

    /// <summary>Gets or sets by how much the rate must have grown over the run to count as growing without end.</summary>
    /// <value>The default is 20: range tests grow further, and are no training; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double GrowthFactor { get; set; } = 20;

    /// <summary>Gets or sets the correlation with the step from which a rise counts as straight.</summary>
    /// <value>The default is 0.995; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Straightness { get; set; } = 0.995;
}
