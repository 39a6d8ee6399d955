namespace TrainingDoctor.Rules.Gradients;

/// <summary>Whether the gradient of the step before was still there when backward passes began: what a recorder saw that looked.</summary>
internal sealed class KeptGradients
{
    private long _cleared;

    /// <summary>Gets the number of steps that were looked at.</summary>
    public long Looks { get; private set; }

    /// <summary>Gets a value indicating whether nothing was ever cleared where somebody looked.</summary>
    public bool AreAll => Looks > 0 && _cleared == 0;

    /// <summary>Gets the first step that was looked at.</summary>
    public long FirstStep { get; private set; }

    /// <summary>Gets the last step that was looked at.</summary>
    public long LastStep { get; private set; }

    /// <summary>Takes a look.</summary>
    /// <param name="step">The step.</param>
    /// <param name="isKept">Whether the gradient of the step before was still there.</param>
    public void Add(long step, bool isKept)
    {
        FirstStep = Looks == 0 ? step : FirstStep;
        LastStep = step;
        Looks++;
        _cleared += isKept ? 0 : 1;
    }
}
