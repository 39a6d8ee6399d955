using TrainingDoctor.Rules.Engine;
using TrainingDoctor.Rules.Findings;
using TrainingDoctor.Rules.Triage;

namespace TrainingDoctor;

/// <summary>
/// Runs the rules over one run: routes each measurement by metric and scope, keeps rules from harming each other or the run,
/// merges what layers report, and hands the findings to triage.
/// </summary>
public sealed class RuleEngine : IMeasurementSink
{
    private const int MostFaultSources = 50;
    private const string FurtherSources = "Further parts of the diagnosis";

    private readonly RuleSet _rules;
    private readonly ScopeTable _scopes;
    private readonly RuleSlot[][] _routes = new RuleSlot[MetricCatalog.All.Count][];
    private readonly List<(RuleSlot Slot, string Variant)> _openings = [];
    private readonly Dictionary<string, SourceFault> _faults = new(StringComparer.Ordinal);
    private readonly List<(Diagnosis Diagnosis, long Step)> _shortfalls = [];
    private int _announced;
    private RunFacts _facts;
    private RuleSlot[] _slots = [];
    private RuleSlot[] _stepListeners = [];
    private long _step = -1;
    private bool _isClosed;
    private RunDiagnosis? _diagnosis;

    /// <summary>Creates an engine for one run.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="scopes">The scopes of the run.</param>
    public RuleEngine(RuleSet rules, ScopeTable scopes)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(scopes);
        _rules = rules;
        _scopes = scopes;
        _facts = new RunFacts(new RunDescription(), scopes);
        Array.Fill(_routes, []);
    }

    /// <summary>Occurs when a finding opens, on the thread that observes. It is not yet triaged, and its causes are those of the evidence so far.</summary>
    public event Action<Finding>? FindingOpened;

    /// <summary>Gets a value indicating whether the run goes on while it is observed, so that what needs its whole course is judged on the way too. The default is false: a run that is over is judged at its end.</summary>
    public bool IsLive { get; init; }

    /// <summary>Gets the summaries of everything measured so far.</summary>
    public RunFacts Facts => _facts;

    /// <summary>Gets the last step after which a rule was in doubt, having seen too little of what looks ill; -1 before any. See <see cref="RuleContext.Doubt"/>.</summary>
    public long DoubtedStep => _facts.DoubtedStep;

    /// <summary>Gets a value indicating whether a symptom at or above a severity is open now.</summary>
    /// <param name="severity">The severity.</param>
    public bool HasOpen(Severity severity) => _slots.Any(slot => slot.WhySilent is null && slot.Symptoms.Any(symptom => slot.SeverityOf(symptom) >= severity && symptom.RecoveredAt is null));

    /// <inheritdoc/>
    public void Begin(RunDescription run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _facts = new RunFacts(run, _scopes) { IsLive = IsLive };
        _slots = [.. _rules.Rules.Select(rule => new RuleSlot(rule, _facts, OnOpened))];
        var active = _slots.Where(slot => slot.Configured.OffReason is null).ToList();
        RuleRoutes.Fill(_routes, active);
        foreach (var slot in active)
        {
            slot.Begin();
        }

        _stepListeners = [.. active.Where(slot => slot.TakesSteps)];

        Announce();
    }

    /// <inheritdoc/>
    public void Update(RunDescription run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _facts.Run = run;
    }

    /// <inheritdoc/>
    public void Observe(in Measurement measurement)
    {
        if (measurement.Step != _step)
        {
            CompleteStep();
            _step = measurement.Step;
        }

        _facts.Add(measurement);
        foreach (var slot in _routes[(int)measurement.Metric])
        {
            slot.Observe(measurement);
        }

        Announce();
    }

    /// <summary>Reports that a source or a taker of measurements failed; the report says so once for each source, with the number of its faults (TD0001). Safe for concurrent use.</summary>
    /// <param name="source">What failed, in a few words.</param>
    /// <param name="fault">The exception; of several, the first is told.</param>
    /// <param name="consequence">What came of it.</param>
    public void ReportFault(string source, Exception fault, FaultConsequence consequence = FaultConsequence.TriedAgain)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(fault);
        lock (_faults)
        {
            // A model of ten thousand layers that all fail is one story, not ten thousand findings.
            source = _faults.Count < MostFaultSources || _faults.ContainsKey(source) ? source : FurtherSources;
            var known = _faults.GetValueOrDefault(source) ?? new SourceFault(source, fault, Math.Max(0, _facts.LastStep), 0, consequence);
            _faults[source] = known with { Count = known.Count + 1, Consequence = consequence };
        }
    }

    /// <summary>Reports what a source of measurements or a taker of them could not do although nothing failed; the report says so as info (TD0001).</summary>
    /// <param name="shortfall">What was not done, and what to do about it.</param>
    public void ReportShortfall(Diagnosis shortfall)
    {
        ArgumentNullException.ThrowIfNull(shortfall);
        _shortfalls.Add((shortfall, Math.Max(0, _facts.LastStep)));
    }

    /// <inheritdoc/>
    public void Complete() => _ = Diagnose();

    /// <summary>Ends the run, unless it is ended already, and returns what was found.</summary>
    public RunDiagnosis Diagnose()
    {
        if (_diagnosis is not null)
        {
            return _diagnosis;
        }

        Close();
        _diagnosis = Judge(_facts);
        return _diagnosis;
    }

    /// <summary>Ends the rules, unless they have ended: what only the end can tell is announced by <see cref="FindingOpened"/>. Until <see cref="Diagnose"/> the run may still be described anew.</summary>
    public void Close()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        CompleteStep();
        foreach (var slot in _slots.Where(slot => slot.Configured.OffReason is null))
        {
            slot.Complete();
        }

        Announce();
    }

    /// <summary>Returns what was found so far, while the run goes on. What only its end can tell is not in it.</summary>
    /// <remarks>To be called by the thread that observes. What is returned does not change any more, so that other threads may show it.</remarks>
    public RunDiagnosis Snapshot() => _diagnosis ?? Judge(_facts.Copy());

    private RunDiagnosis Judge(RunFacts facts)
    {
        var findings = _openings.Select((opening, index) => opening.Slot.WhySilent is null ? ToFinding(opening.Slot, opening.Variant, index) : null).OfType<Finding>().ToList();
        var statuses = _slots.Select(slot => SharedStatuses.Of(slot.Status())).ToList();
        int judged = findings.Count;
        findings.AddRange(FaultFindings(_openings.Count));
        if (findings.Count > judged)
        {
            statuses = [.. statuses.Select(status => status.Rule == RuleFailed.Metadata ? new RuleStatus(status.Rule, RuleOutcome.Found) : status)];
        }

        return FindingTriage.Order(findings.ConvertAll(finding => finding with { Location = FindingPlace.Of(finding, facts.Run) }), statuses, facts);
    }

    private void CompleteStep()
    {
        if (_step < 0)
        {
            return;
        }

        foreach (var slot in _stepListeners)
        {
            slot.StepCompleted(_step);
        }

        Announce();
    }

    private void OnOpened(RuleSlot slot, Symptom symptom)
    {
        if (!_openings.Any(opening => opening.Slot == slot && opening.Variant == symptom.Variant))
        {
            _openings.Add((slot, symptom.Variant));
        }
    }

    /// <summary>Tells of what was opened since the last time: not while a rule is at it, so that it may fill its symptom after opening it.</summary>
    private void Announce()
    {
        for (; _announced < _openings.Count; _announced++)
        {
            if (FindingOpened is { } opened && ToFinding(_openings[_announced].Slot, _openings[_announced].Variant, _announced) is { } finding)
            {
                opened(finding);
            }
        }
    }

    private Finding? ToFinding(RuleSlot slot, string variant, int index)
    {
        var parts = slot.Symptoms.Where(s => s.Variant == variant).ToList();
        var symptom = Merge(parts);
        return slot.Diagnose(symptom) is { } diagnosis
            ? ToFinding(slot.Descriptor, symptom, diagnosis with { Causes = CauseWeighing.Weigh(diagnosis.Causes, symptom, slot.Descriptor, _facts) }, index) with { Severity = parts.Max(slot.SeverityOf), IsSeverityChosen = parts.Any(slot.IsSeverityChosen), IsOpenEnded = IsOpenEnded(slot.Descriptor, symptom) }
            : null;
    }

    private bool IsOpenEnded(RuleDescriptor rule, Symptom symptom)
    {
        var shown = symptom.Evidence.Count > 0 ? MetricCatalog.All.FirstOrDefault(info => MetricCatalog.NameOf(info.Metric) == symptom.Evidence[0].Metric) : null;
        return (shown?.Metric ?? (rule.Inputs.Count > 0 ? rule.Inputs[0] : null)) is { } metric && Quotation.IsOpenEnded(symptom.LastStep, symptom.RecoveredAt, _facts, metric);
    }

    private static Finding ToFinding(RuleDescriptor rule, Symptom symptom, Diagnosis diagnosis, int index) => new()
    {
        Id = FormattableString.Invariant($"F{index + 1}"),
        Rule = rule,
        Severity = symptom.Severity,
        Confidence = symptom.Confidence,
        Title = diagnosis.Title,
        Message = diagnosis.Message,
        Layers = [.. symptom.Layers],
        FirstStep = symptom.FirstStep,
        LastStep = symptom.LastStep,
        RecoveredAt = symptom.RecoveredAt,
        Evidence = [.. symptom.Evidence],
        Causes = [.. diagnosis.Causes.Where(cause => cause.Likelihood > 0).OrderByDescending(cause => cause.Likelihood)],
        Remedies = diagnosis.Remedies,
    };

    private static Symptom Merge(IReadOnlyList<Symptom> parts)
    {
        if (parts.Count == 1)
        {
            return parts[0];
        }

        // Scopes arrive in an order that means nothing; the earliest symptom leads, then the first layer by name.
        var ordered = parts.OrderBy(part => part.FirstStep ?? -1).ThenBy(part => part.Layers is [var first, ..] ? first : string.Empty, StringComparer.Ordinal).ToList();
        var values = new Dictionary<string, double>();
        foreach (var (key, value) in ordered.SelectMany(part => part.Values))
        {
            values.TryAdd(key, value);
        }

        return new Symptom
        {
            Severity = ordered.Max(part => part.Severity),
            Confidence = ordered.Max(part => part.Confidence),
            Variant = ordered[0].Variant,
            Layers = [.. ordered.SelectMany(part => part.Layers).Distinct()],
            FirstStep = ordered[0].FirstStep,
            LastStep = ordered.Max(part => part.LastStep),
            RecoveredAt = ordered.Any(part => part.RecoveredAt is null) ? null : ordered.Max(part => part.RecoveredAt),
            Evidence = [.. ordered.SelectMany(part => part.Evidence)],
            Values = values,
            Parts = ordered,
        };
    }

    private IEnumerable<Finding> FaultFindings(int count)
    {
        var rules = _slots.Where(slot => slot.Fault is not null)
            .Select(slot => new SourceFault($"{slot.Descriptor.Id} ({slot.Descriptor.Name})", slot.Fault!, slot.FaultStep, 1, FaultConsequence.SwitchedOff));
        SourceFault[] sources;
        lock (_faults)
        {
            sources = [.. _faults.Values];
        }

        foreach (var fault in rules.Concat(sources))
        {
            yield return ToFinding(RuleFailed.Metadata, Fault(Severity.Warning, fault.Step), RuleFailed.Describe(fault), count++);
        }

        foreach (var (diagnosis, step) in _shortfalls)
        {
            yield return ToFinding(RuleFailed.Metadata, Fault(Severity.Info, step), diagnosis, count++);
        }

        static Symptom Fault(Severity severity, long step) => new() { Severity = severity, Confidence = 1, FirstStep = step, LastStep = step, Evidence = [] };
    }
}
