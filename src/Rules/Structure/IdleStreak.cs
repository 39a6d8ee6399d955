namespace TrainingDoctor.Rules.Structure;

/// <summary>For how many measured steps the same share of a gradient was exactly zero, up to the last of them, and how it was before.</summary>
internal sealed class IdleStreak
{
    private const double Same = 1e-6;
    private readonly double _least;
    private int _before;
    private int _beforeIdle;

    /// <summary>Begins with the first step that was measured.</summary>
    /// <param name="first">What was measured.</param>
    /// <param name="least">The least share of a gradient that counts as idle.</param>
    public IdleStreak(in Measurement first, double least)
    {
        _least = least;
        Begin(first);
    }

    /// <summary>Gets the share, from 0 to 1.</summary>
    public double Share { get; private set; }

    /// <summary>Gets the number of measured steps in which it was that.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the first of them.</summary>
    public long FirstStep { get; private set; }

    /// <summary>Gets the last of them, which is the last that was measured.</summary>
    public long LastStep { get; private set; }

    /// <summary>Takes what was measured in the next step.</summary>
    /// <param name="measurement">What was measured.</param>
    public void Observe(in Measurement measurement)
    {
        if (Math.Abs(measurement.Value - Share) < Same)
        {
            Count++;
            LastStep = measurement.Step;
            return;
        }

        _before += Count;
        _beforeIdle += Share >= _least ? Count : 0;
        Begin(measurement);
    }

    /// <summary>Tells whether a part of a gradient that lived went to zero for good: zeros that come and go did so before.</summary>
    /// <param name="steps">For how many measured steps it must have lived, and have been zero since.</param>
    public bool HasDied(int steps) => Count >= steps && _before >= steps && 5 * _beforeIdle <= _before && Share >= _least && Share < 1;

    private void Begin(in Measurement measurement) => (Share, Count, FirstStep, LastStep) = (measurement.Value, 1, measurement.Step, measurement.Step);
}
