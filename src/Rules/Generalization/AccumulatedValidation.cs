namespace TrainingDoctor.Rules.Generalization;

/// <summary>
/// Looks for a validation loss that is never set back to zero: each value is the one before and one validation more, so that what is added from one to the next keeps step with the training loss, from the first validation on. An overfitted
/// network's validation loss rises, too, but by no such amounts, and not from the first.
/// </summary>
internal sealed class AccumulatedValidation
{
    /// <summary>By what factor what was added may differ from what the training loss leads to expect.</summary>
    private const double Tolerance = 3;

    /// <summary>The share of the training loss below which a first validation is no sum with it.</summary>
    private const double LeastOfTraining = 0.4;

    /// <summary>How much the training loss may have risen: one that diverges is like its own sum.</summary>
    private const double Risen = 1.05;
    private double _sum;
    private long _losses;
    private double _ratio;
    private bool _isOther;

    /// <summary>Gets the number of validations.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the first validation loss.</summary>
    public double First { get; private set; }

    /// <summary>Gets the step of the first validation.</summary>
    public long FirstStep { get; private set; }

    /// <summary>Gets the last validation loss.</summary>
    public double Last { get; private set; }

    /// <summary>Gets the step of the last validation.</summary>
    public long LastStep { get; private set; }

    /// <summary>Gets what the last validation added to the one before.</summary>
    public double Added { get; private set; }

    /// <summary>Gets the mean training loss before the first validation.</summary>
    public double FirstTraining { get; private set; }

    /// <summary>Gets the mean training loss between the last two validations.</summary>
    public double LastTraining { get; private set; }

    /// <summary>Gets a value indicating whether all validations so far are sums of those before.</summary>
    public bool AddsUp => Count > 1 && !_isOther && LastTraining <= Risen * FirstTraining;

    /// <summary>Takes a training loss.</summary>
    /// <param name="loss">The loss.</param>
    public void AddTraining(double loss)
    {
        _sum += loss;
        _losses++;
    }

    /// <summary>Takes a validation loss, behind the training losses of its step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="loss">The loss.</param>
    public void AddValidation(long step, double loss)
    {
        double training = _sum / _losses;
        Added = loss - Last;
        if (Count == 0)
        {
            (First, FirstStep, FirstTraining, _ratio) = (loss, step, training, loss / training);
            _isOther = !(training > 0 && _ratio >= LeastOfTraining);
        }
        else
        {
            // Written so that what is no number is something else.
            double expected = _ratio * training;
            _isOther |= !(Added > expected / Tolerance && Added < expected * Tolerance);
        }

        (Last, LastStep, LastTraining) = (loss, step, training);
        (_sum, _losses) = (0, 0);
        Count++;
    }
}
