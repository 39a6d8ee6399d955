namespace TrainingDoctor;

/// <summary>Which steps are measured in full. Loss and learning rate are taken at every step whatever the schedule.</summary>
/// <remarks>
/// Dense at the start, where most illnesses show, sparser later, dense again while something looks wrong. The monitor also measures its own time and
/// leaves steps out while it takes more than <see cref="TrainingMonitorOptions.MaxOverhead"/>.
/// </remarks>
public sealed record SamplingSchedule
{
    /// <summary>Gets the schedule that measures every step, whatever it costs.</summary>
    public static SamplingSchedule EveryStep { get; } = new() { DenseSteps = long.MaxValue, Interval = 1, KeepsBudget = false };

    /// <summary>Gets the number of steps at the start that are all measured.</summary>
    /// <value>The default is 100.</value>
    public long DenseSteps { get; init; } = 100;

    /// <summary>Gets the number of steps from one measured step to the next, later.</summary>
    /// <value>The default is 10.</value>
    public long Interval { get; init; } = 10;

    /// <summary>Gets a value indicating whether steps are left out while the monitor takes too much time.</summary>
    /// <value>The default is true.</value>
    public bool KeepsBudget { get; init; } = true;

    internal bool Wants(long step, bool alarmed) => step < DenseSteps || alarmed || step % Math.Max(1, Interval) == 0;
}
