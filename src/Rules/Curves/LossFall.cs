namespace TrainingDoctor.Rules.Curves;

/// <summary>
/// How a loss fell over a run: from where, how far, and how much of it late. All levels are means of parts of the run, beside the standard errors that tell what is significant.
/// </summary>
/// <remarks>Computed once the run has ended. An effect counts where it is both larger than a person would overlook and larger than the noise explains.</remarks>
internal readonly record struct LossFall
{
    /// <summary>By how many standard errors a difference must exceed the noise.</summary>
    public const double Sure = 3;

    /// <summary>Gets the level of the first fortieth.</summary>
    public required double Start { get; init; }

    /// <summary>Gets the level a third of the way.</summary>
    public required double Third { get; init; }

    /// <summary>Gets the level of the last third.</summary>
    public required double Level { get; init; }

    /// <summary>Gets the level at the end.</summary>
    public required double End { get; init; }

    /// <summary>Gets the lowest level that an eighth of the run held, or the last third.</summary>
    public required double Lowest { get; init; }

    /// <summary>Gets the standard error of the difference between the beginning and the last third.</summary>
    public required double Error { get; init; }

    /// <summary>Gets the standard error of the difference between a third of the way and the end.</summary>
    public required double LateError { get; init; }

    /// <summary>Gets by how much the end lies below the beginning.</summary>
    public double Whole => Start - End;

    /// <summary>Gets by what share of its beginning the loss fell.</summary>
    public double Share => Whole / Start;

    /// <summary>Gets by how much the loss fell after the first third.</summary>
    public double Late => Third - End;

    /// <summary>Gets by how much the loss fell to its lowest level.</summary>
    public double Deepest => Start - Lowest;

    /// <summary>Gets by how much the last third lies above the beginning.</summary>
    public double Rise => Level - Start;

    /// <summary>Tells whether a fall by a share of the beginning would show through the noise.</summary>
    /// <param name="share">The share.</param>
    public bool WouldShow(double share) => Sure * Error < share * Start;

    /// <summary>Tells whether a change of this size after the first third would show through the noise.</summary>
    /// <param name="size">The size, in the unit of the loss.</param>
    public bool WouldShowLate(double size) => Sure * LateError < size;

    /// <summary>Describes a curve.</summary>
    /// <param name="curve">The curve; at least one block.</param>
    public static LossFall Of(LossCurve curve)
    {
        var series = curve.Series;
        double level = series.MeanOf(2 / 3.0, 1);
        return new LossFall
        {
            Start = curve.Start,
            Third = series.MeanOf(0.25, 0.4),
            Level = level,
            End = series.MeanOf(0.85, 1),
            Lowest = Math.Min(level, series.Lowest(Math.Max(1, series.BlockCount / 8)).Mean),
            Error = curve.FallError,
            LateError = Math.Sqrt(Math.Pow(series.ErrorOf(0.25, 0.4), 2) + Math.Pow(series.ErrorOf(0.85, 1), 2)),
        };
    }
}
