using TrainingDoctor.Host.Trials.Knobs;

namespace TrainingDoctor.Host.Trials.Running;

/// <summary>How a set of remedies is applied to a program from outside.</summary>
/// <param name="ForMonitor">The changes that the monitor in the program is asked to make.</param>
/// <param name="Settings">The knobs that are set.</param>
/// <param name="Skipped">Why changes could not be applied at all.</param>
internal sealed record Treatment(IReadOnlyList<RemedyAction> ForMonitor, IReadOnlyList<KnobSetting> Settings, IReadOnlyList<string> Skipped)
{
    /// <summary>Gets the training as it is.</summary>
    public static Treatment None { get; } = new([], [], []);

    /// <summary>Gets the seed; null for the program's own.</summary>
    public int? Seed { get; init; }

    /// <summary>Gets the epoch at which the training is stopped; null for its own end.</summary>
    public double? LastEpoch { get; init; }

    /// <summary>Gets a value indicating whether changes that have no place are left out.</summary>
    public bool IsTolerant { get; init; }

    /// <summary>Gets a value indicating whether the program runs as it is, if perhaps not as long.</summary>
    public bool ChangesNothing => ForMonitor.Count == 0 && Settings.Count == 0;

    /// <summary>Gets what tells treatments apart that do different things.</summary>
    public string Signature => string.Join(' ', [
        .. Settings.Select(setting => $"{setting.Knob.Name}={setting.Value}"),
        .. ForMonitor.Select(action => FormattableString.Invariant($"{action.Kind}({string.Join(',', action.Layers ?? [])},{action.To},{action.Scheme},{action.Factor},{action.Value},{action.Steps},{action.MaxNorm},{action.Rate})")),
    ]);
}
