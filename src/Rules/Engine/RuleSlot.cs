using System.Collections.Concurrent;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Engine;

/// <summary>One rule within one run: its evaluators by scope, its symptoms, and whether it is still on.</summary>
internal sealed class RuleSlot
{
    /// <summary>Whether evaluators of a kind look at whole steps: to ask a method where it is declared is slow, and each of thousands of small logs has evaluators of its own.</summary>
    private static readonly ConcurrentDictionary<Type, bool> StepTakers = new();

    private readonly RunFacts _facts;
    private readonly Action<RuleSlot, Symptom> _opened;
    private readonly SortedDictionary<string, string> _suppressed = new(StringComparer.Ordinal);
    private readonly bool _isRunScoped;
    private RuleEvaluator?[] _evaluators = [];

    public RuleSlot(ConfiguredRule configured, RunFacts facts, Action<RuleSlot, Symptom> opened)
    {
        Configured = configured;
        Descriptor = configured.Rule.Descriptor;
        _isRunScoped = Descriptor.Granularity == ScopeKind.Run;
        _facts = facts;
        _opened = opened;
    }

    public ConfiguredRule Configured { get; }

    public Rule Rule => Configured.Rule;

    public RuleDescriptor Descriptor { get; }

    /// <summary>Gets a value indicating whether the rule looks at whole steps; known once the run has begun.</summary>
    public bool TakesSteps { get; private set; }

    public List<Symptom> Symptoms { get; } = [];

    /// <summary>Gets why the rule has no say in this kind of training; null where it has one. The kind may become known while the run goes on, and what was found before does not count then.</summary>
    public Text? WhySilent => TaskProfile.WhySilent(_facts.Run.Task, Descriptor.Id);

    public Exception? Fault { get; private set; }

    public long FaultStep { get; private set; }

    public void Begin()
    {
        if (_isRunScoped)
        {
            Guarded(() =>
            {
                _evaluators = [CreateEvaluator(_facts.Scopes[ScopeTable.Run])];

                // Most rules look at measurements alone; calling each of them after every step costs long logs more than reading does.
                TakesSteps = StepTakers.GetOrAdd(_evaluators[0]!.GetType(), static (_, evaluator) => ((Action<long>)evaluator.StepCompleted).Method.DeclaringType != typeof(RuleEvaluator), _evaluators[0]!);
                _evaluators[0]!.Begin();
            });
        }
    }

    public void Observe(in Measurement measurement)
    {
        if (Fault is not null)
        {
            return;
        }

        try
        {
            Evaluator(measurement.Scope)?.Observe(measurement);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SwitchOff(exception);
        }
    }

    public void StepCompleted(long step)
    {
        if (Fault is not null)
        {
            return;
        }

        try
        {
            _evaluators[0]!.StepCompleted(step);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SwitchOff(exception);
        }
    }

    public void Complete()
    {
        foreach (var evaluator in _evaluators)
        {
            if (evaluator is not null)
            {
                Guarded(evaluator.Complete);
            }
        }
    }

    /// <summary>Says what came of the rule. It was evaluated when it saw all that it requires and at least one evaluator was able to judge.</summary>
    public RuleStatus Status()
    {
        if (Configured.OffReason is { } off)
        {
            return new RuleStatus(Descriptor, RuleOutcome.Off, Text.FromString(off));
        }

        if (Fault is { } fault)
        {
            return new RuleStatus(Descriptor, RuleOutcome.NotEvaluated, $"the rule failed at step {FaultStep}: {fault.Message}");
        }

        if (WhySilent is { } silence)
        {
            return new RuleStatus(Descriptor, RuleOutcome.NotEvaluated, silence);
        }

        if (Symptoms.Count > 0)
        {
            return new RuleStatus(Descriptor, RuleOutcome.Found, Suppression());
        }

        if (Suppression() is { } suppression)
        {
            // There was something to find: the rule must not count as passed.
            return new RuleStatus(Descriptor, RuleOutcome.Off, suppression);
        }

        if (Descriptor.NeedsModel && _facts.Run.Model is null)
        {
            return new RuleStatus(Descriptor, RuleOutcome.NotEvaluated, $"needs the structure of the model, which a log does not hold");
        }

        var missing = Descriptor.RequiredInputs.Where(metric => !_facts.Has(metric)).Select(MetricCatalog.NameOf).ToList();
        if (missing.Count > 0)
        {
            return new RuleStatus(Descriptor, RuleOutcome.NotEvaluated, $"not measured: {string.Join(", ", missing)}");
        }

        var evaluators = _evaluators.OfType<RuleEvaluator>().ToList();
        if (evaluators.Count == 0)
        {
            return new RuleStatus(Descriptor, RuleOutcome.NotEvaluated, $"nothing in this run is of the kind that the rule looks at");
        }

        try
        {
            var reasons = evaluators.Select(evaluator => evaluator.WhyNotEvaluated).ToList();
            return reasons.Contains(null)
                ? new RuleStatus(Descriptor, RuleOutcome.Passed)
                : new RuleStatus(Descriptor, RuleOutcome.NotEvaluated, reasons[0]);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SwitchOff(exception);
            return Status();
        }
    }

    public Diagnosis? Diagnose(Symptom symptom)
    {
        try
        {
            return Rule.Diagnose(symptom, _facts);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SwitchOff(exception);
            return null;
        }
    }

    /// <summary>Returns the severity to report: what was configured for the symptom's layers or the rule, else the evaluator's own.</summary>
    public Severity SeverityOf(Symptom symptom) =>
        symptom.Layers.Select(Configured.For).FirstOrDefault(o => o?.Severity is not null)?.Severity ?? Configured.Severity ?? symptom.Severity;

    /// <summary>Tells whether the severity of a symptom was configured.</summary>
    public bool IsSeverityChosen(Symptom symptom) => Configured.Severity is not null || symptom.Layers.Select(Configured.For).FirstOrDefault(o => o?.Severity is not null) is not null;

    private RuleEvaluator? Evaluator(int scope)
    {
        if (_isRunScoped)
        {
            return _evaluators[0];
        }

        if (scope < _evaluators.Length && _evaluators[scope] is { } evaluator)
        {
            return evaluator;
        }

        var described = _facts.Scopes[scope];
        if (described.Kind != Descriptor.Granularity)
        {
            return null;
        }

        if (scope >= _evaluators.Length)
        {
            Array.Resize(ref _evaluators, Math.Max(scope + 1, 2 * _evaluators.Length));
        }

        evaluator = CreateEvaluator(described);
        _evaluators[scope] = evaluator;
        evaluator.Begin();
        return evaluator;
    }

    private RuleEvaluator CreateEvaluator(Scope scope)
    {
        var rule = Configured.For(scope.Name)?.Rule ?? Rule;
        return rule.CreateEvaluator(new RuleContext(_facts, scope, symptom => Open(symptom)));
    }

    private void Open(Symptom symptom)
    {
        if (WhySilent is not null)
        {
            return;
        }

        var overrides = symptom.Layers.Select(Configured.For).ToList();
        if (overrides.Count > 0 && overrides.All(o => o?.OffReason is not null))
        {
            foreach (string layer in symptom.Layers)
            {
                _suppressed[layer] = Configured.For(layer)!.OffReason!;
            }

            return;
        }

        Symptoms.Add(symptom);
        _opened(this, symptom);
    }

    /// <summary>Says what was found and is not reported, because the configuration says so; null for nothing.</summary>
    private Text? Suppression() => _suppressed.Count == 0
        ? null
        : (Text)$"suppressed: {string.Join("; ", _suppressed.Select(pair => $"{pair.Key} ({pair.Value})"))}";

    private void Guarded(Action action)
    {
        if (Fault is not null)
        {
            return;
        }

        try
        {
            action();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SwitchOff(exception);
        }
    }

    private void SwitchOff(Exception exception)
    {
        Fault = exception;
        FaultStep = Math.Max(0, _facts.LastStep);
    }
}
