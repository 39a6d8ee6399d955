namespace TrainingDoctor;

/// <summary>Which steps are measured in full. Loss and learning rate are taken at every step whatever the schedule.</summary>
/// <remarks>
/// The first step, those at powers of two and every tenth; all of the first 100 and of 100 more while something looks wrong or a rule is in doubt. The monitor also measures its own time: beyond the first step, the powers of two and what the
/// first 100 steps give reason for, it leaves steps out while it takes more than <see cref="TrainingMonitorOptions.MaxOverhead"/>, and measures more of the first 100 where it takes less.
/// </remarks>
public sealed record SamplingSchedule
{
    private const long UsualDenseSteps = 100;

    private readonly long? _denseSteps;

    /// <summary>Gets the schedule that measures every step, whatever it costs.</summary>
    public static SamplingSchedule EveryStep { get; } = new() { DenseSteps = long.MaxValue, Interval = 1, KeepsBudget = false };

    /// <summary>Gets the number of steps at the start that are all measured, whatever they cost, where it is set.</summary>
    /// <value>
    /// The default is 100; 0 or more. Unless it is set, the steps at the start are spread: of the first 100 the first and those at powers of two are measured, all while the loss looks wrong, a finding has opened or a rule is in doubt, and
    /// others as the budget allows. <see cref="KeepsBudget"/> switched off takes that back.
    /// </value>
    public long DenseSteps { get => _denseSteps ?? UsualDenseSteps; init => _denseSteps = value; }

    /// <summary>Gets the number of steps from one measured step to the next, later.</summary>
    /// <value>The default is 10; 1 or more.</value>
    public long Interval { get; init; } = 10;

    /// <summary>Gets the number of steps that are all measured after a finding has opened, or after the loss jumped or was no number.</summary>
    /// <value>The default is 100; 0 or more.</value>
    public long AlarmedSteps { get; init; } = 100;

    /// <summary>Gets a value indicating whether steps are left out while the monitor takes too much time.</summary>
    /// <value>The default is true.</value>
    public bool KeepsBudget { get; init; } = true;

    /// <summary>Gets a value indicating whether the steps at the start are spread.</summary>
    internal bool IsSpread => _denseSteps is null && KeepsBudget;

    internal bool Wants(long step, bool alarmed) => step < DenseSteps || alarmed || step % Interval == 0;

    internal void Validate()
    {
        const string Path = $"{nameof(TrainingMonitorOptions)}.{nameof(TrainingMonitorOptions.Sampling)}.";
        ArgumentOutOfRangeException.ThrowIfNegative(DenseSteps, Path + nameof(DenseSteps));
        ArgumentOutOfRangeException.ThrowIfNegative(AlarmedSteps, Path + nameof(AlarmedSteps));
        ArgumentOutOfRangeException.ThrowIfLessThan(Interval, 1, Path + nameof(Interval));
    }
}
