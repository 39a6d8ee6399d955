namespace TrainingDoctor;

/// <summary>A rule: immutable, with its options. What changes during a run lives in the evaluators that it creates.</summary>
public abstract class Rule
{
    /// <summary>Gets what is known of the rule.</summary>
    public abstract RuleDescriptor Descriptor { get; }

    /// <summary>Gets the metrics that the evaluators are given: <see cref="RuleDescriptor.Inputs"/>, unless this rule as it was made has no use for them.</summary>
    public virtual IReadOnlyList<Metric> Observed => Descriptor.Inputs;

    /// <summary>Creates the state machine for one scope of one run.</summary>
    /// <param name="context">The scope, the run, and the way to report.</param>
    public abstract RuleEvaluator CreateEvaluator(RuleContext context);

    /// <summary>Puts a symptom into words, ranks its causes and prescribes.</summary>
    /// <param name="symptom">The symptom, merged over all scopes that show it.</param>
    /// <param name="facts">What was measured in the run so far.</param>
    /// <remarks>Called when the symptom opens and again when the run is over, with more facts. Must be a pure function of its arguments.</remarks>
    public abstract Diagnosis Diagnose(Symptom symptom, RunFacts facts);
}

/// <summary>A rule with options.</summary>
/// <typeparam name="TOptions">Thresholds, each with a default, bounds and its origin.</typeparam>
/// <param name="options">The options of this rule.</param>
public abstract class Rule<TOptions>(TOptions options) : Rule
    where TOptions : class, new()
{
    /// <summary>Gets the options.</summary>
    public TOptions Options { get; } = options;
}

/// <summary>What a rule says of a symptom.</summary>
/// <param name="Title">The symptom in a few words.</param>
/// <param name="Message">What was observed: value, limit, layer, steps; no advice.</param>
/// <param name="Causes">Causes with likelihoods, in any order.</param>
/// <param name="Remedies">Remedies, best first; at least one.</param>
public sealed record Diagnosis(Text Title, Text Message, IReadOnlyList<CauseLikelihood> Causes, IReadOnlyList<Remedy> Remedies);
