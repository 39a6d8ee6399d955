using TrainingDoctor.Changes;
using TrainingDoctor.Host.Trials.Knobs;
using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Host.Trials;

/// <summary>
/// Decides for each change of a remedy how it gets into the program: through the monitor where one attached and can, else by a knob. What a monitor answers that it cannot is remembered. Stopping early needs
/// neither: a trial is ended there.
/// </summary>
internal sealed class TreatmentPlanner
{
    private readonly HashSet<string> _refused = [];
    private readonly Lock _lock = new();

    /// <summary>Gets or sets a value indicating whether a monitor in the program follows plans.</summary>
    public bool HasMonitor { get; set; }

    /// <summary>Gets or sets the knobs.</summary>
    public IReadOnlyList<Knob> Knobs { get; set; } = [];

    /// <summary>Gets or sets what tells a present value that a knob does not.</summary>
    public Func<string, double?> PresentOf { get; set; } = _ => null;

    /// <summary>Gets the knob of the seed; null when there is none.</summary>
    public Knob? SeedKnob => Knobs.FirstOrDefault(knob => knob.Name == "seed");

    /// <summary>Gets a value indicating whether another seed can be asked for.</summary>
    public bool CanSeed => HasMonitor || SeedKnob is not null;

    /// <summary>Gets the settings that a remedy may be about and that nothing reaches.</summary>
    public IEnumerable<string> MissingKnobs => KnobNames.All.Where(name => Knobs.All(knob => knob.Name != name));

    /// <summary>Plans a set of remedies.</summary>
    /// <param name="candidate">The set.</param>
    /// <param name="seed">The seed; null for the program's own.</param>
    public Treatment Plan(RemedyCandidate candidate, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        var forMonitor = new List<RemedyAction>();
        var settings = new KnobSettings(Knobs, PresentOf);
        var skipped = new List<string>();
        double? lastEpoch = null;
        foreach (var action in candidate.Remedies.SelectMany(remedy => remedy.Actions))
        {
            if (CanMonitor(action))
            {
                forMonitor.Add(action);
            }
            else if (settings.Apply(action) is { } reason)
            {
                if (action is { Kind: RemedyActionKind.StopEarly, Epoch: { } epoch })
                {
                    lastEpoch = Math.Min(lastEpoch ?? double.PositiveInfinity, epoch);
                }
                else
                {
                    skipped.Add($"{KebabCase.Of(action.Kind)}: {reason}.");
                }
            }
        }

        IReadOnlyList<KnobSetting> set = seed is { } number && SeedKnob is { } knob
            ? [.. settings.Set, new KnobSetting(knob, number.ToString(System.Globalization.CultureInfo.InvariantCulture))]
            : settings.Set;
        return new Treatment(forMonitor, set, skipped) { Seed = seed, LastEpoch = lastEpoch, IsTolerant = candidate.IsTolerant };
    }

    /// <summary>Tells whether anything of a set can be applied.</summary>
    /// <param name="candidate">The set.</param>
    public bool IsApplicable(RemedyCandidate candidate) => Plan(candidate) is { ChangesNothing: false } or { LastEpoch: not null };

    /// <summary>Tells whether a knob could do what the monitor could not.</summary>
    /// <param name="action">The change.</param>
    public bool HasKnobFor(RemedyAction action) => new KnobSettings(Knobs, PresentOf).Apply(action) is null;

    /// <summary>Remembers that the monitor cannot make a change.</summary>
    /// <param name="action">The change.</param>
    public void Refuse(RemedyAction action)
    {
        lock (_lock)
        {
            _refused.Add(KeyOf(action));
        }
    }

    /// <summary>Learns from a monitor's answer, and tells whether a trial has to begin again: another way is there for what the monitor cannot change, or nothing is changed at all.</summary>
    /// <param name="run">The trial.</param>
    public bool IsRefused(TrialRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.Treatment.ForMonitor.Count == 0)
        {
            return false;
        }

        var refused = run.Treatment.ForMonitor.Where(action => run.Answer!.Skipped.Any(skipped => skipped.Kind == action.Kind) && run.Answer.Applied.All(applied => applied.Kind != action.Kind)).ToList();
        bool hasOtherWay = refused.Exists(HasKnobFor);
        bool isNothing = refused.Count == run.Treatment.ForMonitor.Count && run.Treatment.Settings.Count == 0;
        foreach (var action in refused.Where(_ => hasOtherWay || isNothing))
        {
            Refuse(action);
        }

        return hasOtherWay || isNothing;
    }

    private bool CanMonitor(RemedyAction action)
    {
        lock (_lock)
        {
            // What no trial in a process could change, no monitor can; and the length of a training is the program's own.
            return HasMonitor && action.Kind is not (RemedyActionKind.StopEarly or RemedyActionKind.TrainLonger) && !_refused.Contains(KeyOf(action)) && RemedyPlan.Of([action]).Changes.Count > 0;
        }
    }

    private static string KeyOf(RemedyAction action) => $"{action.Kind}|{string.Join(',', action.Layers ?? [])}|{action.To}|{action.Method}";
}
