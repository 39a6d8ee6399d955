namespace TrainingDoctor;

/// <summary>One metric of one scope over a run, in constant memory. Only finite values enter minimum, maximum and mean.</summary>
public record struct SeriesSummary
{
    /// <summary>Gets the number of values, non-finite ones included.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the number of NaN and infinite values.</summary>
    public long NonFiniteCount { get; private set; }

    /// <summary>Gets the step of the first NaN or infinite value; -1 when there is none.</summary>
    public long FirstNonFiniteStep { get; private set; }

    /// <summary>Gets the first value.</summary>
    public double First { get; private set; }

    /// <summary>Gets the step of the first value.</summary>
    public long FirstStep { get; private set; }

    /// <summary>Gets the last value.</summary>
    public double Last { get; private set; }

    /// <summary>Gets the step of the last value.</summary>
    public long LastStep { get; private set; }

    /// <summary>Gets the smallest finite value; NaN when there is none.</summary>
    public double Minimum { get; private set; }

    /// <summary>Gets the step of the smallest finite value.</summary>
    public long MinimumStep { get; private set; }

    /// <summary>Gets the largest finite value; NaN when there is none.</summary>
    public double Maximum { get; private set; }

    /// <summary>Gets the step of the largest finite value.</summary>
    public long MaximumStep { get; private set; }

    /// <summary>Gets the sum of the finite values.</summary>
    public double Sum { get; private set; }

    /// <summary>Gets the exponentially weighted mean of the finite values, with weight 0.1 for the newest.</summary>
    public double Recent { get; private set; }

    /// <summary>Gets the mean of the finite values; NaN when there is none.</summary>
    public readonly double Mean => Sum / (Count - NonFiniteCount);

    /// <summary>Takes one value.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="value">The value.</param>
    public void Add(long step, double value)
    {
        if (Count == 0)
        {
            First = value;
            FirstStep = step;
            FirstNonFiniteStep = -1;
            Minimum = double.NaN;
            Maximum = double.NaN;
            Recent = double.NaN;
        }

        Count++;
        Last = value;
        LastStep = step;
        if (!double.IsFinite(value))
        {
            if (NonFiniteCount++ == 0)
            {
                FirstNonFiniteStep = step;
            }

            return;
        }

        Sum += value;
        Recent = double.IsNaN(Recent) ? value : Recent + (0.1 * (value - Recent));
        if (!(value >= Minimum))
        {
            Minimum = value;
            MinimumStep = step;
        }

        if (!(value <= Maximum))
        {
            Maximum = value;
            MaximumStep = step;
        }
    }
}
