namespace TrainingDoctor;

/// <summary>Which steps are measured in full. Loss and learning rate are taken at every step whatever the schedule.</summary>
/// <remarks>
/// Dense at the start, where most illnesses show, sparser later, dense again for a while when something looks wrong. The monitor also measures its own time and
/// leaves steps out while it takes more than <see cref="TrainingMonitorOptions.MaxOverhead"/>.
/// </remarks>
public sealed record SamplingSchedule
{
    /// <summary>Gets the schedule that measures every step, whatever it costs.</summary>
    public static SamplingSchedule EveryStep { get; } = new() { DenseSteps = long.MaxValue, Interval = 1, KeepsBudget = false };

    /// <summary>Gets the number of steps at the start that are all measured.</summary>
    /// <value>The default is 100; 0 or more.</value>
    public long DenseSteps { get; init; } = 100;

    /// <summary>Gets the number of steps from one measured step to the next, later.</summary>
    /// <value>The default is 10; 1 or more.</value>
    public long Interval { get; init; } = 10;

    /// <summary>Gets the number of steps that are all measured after a finding has opened, or after the loss jumped or was no number.</summary>
    /// <value>The default is 100; 0 or more.</value>
    public long AlarmedSteps { get; init; } = 100;

    /// <summary>Gets a value indicating whether steps are left out while the monitor takes too much time.</summary>
    /// <value>The default is true.</value>
    public bool KeepsBudget { get; init; } = true;

    internal bool Wants(long step, bool alarmed) => step < DenseSteps || alarmed || step % Interval == 0;

    internal void Validate()
    {
        const string Path = $"{nameof(TrainingMonitorOptions)}.{nameof(TrainingMonitorOptions.Sampling)}.";
        ArgumentOutOfRangeException.ThrowIfNegative(DenseSteps, Path + nameof(DenseSteps));
        ArgumentOutOfRangeException.ThrowIfNegative(AlarmedSteps, Path + nameof(AlarmedSteps));
        ArgumentOutOfRangeException.ThrowIfLessThan(Interval, 1, Path + nameof(Interval));
    }
}
