namespace TrainingDoctor;

/// <summary>TD0001: a rule threw; it was switched off and the run went on. The engine itself reports it.</summary>
public sealed class RuleFailed : Rule<RuleFailedOptions>
{
    /// <summary>Creates the rule.</summary>
    /// <param name="options">Its options.</param>
    public RuleFailed(RuleFailedOptions options)
        : base(options)
    {
    }

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD0001",
        Name = "rule-failed",
        Category = RuleCategory.Diagnosis,
        Severity = Severity.Warning,
        Summary = $"A rule threw an exception and was switched off; the run went on.",
        Explanation = $"The engine isolates every rule. One that throws is switched off for the rest of the run, and its status says so."
            + $" What the monitor itself could not do although nothing failed, such as telemetry that no host took, is reported here as info.",
        Why = $"A check that failed silently reads as health.",
        Inputs = [],
        Granularity = ScopeKind.Run,
        Causes = [],
        Remedies =
        [
            new($"Report the exception to the authors of the rule.", $"The rule met a run that it was not written for."),
        ],
        Sources = ["Design law of this project: isolation"],
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(context);

    /// <inheritdoc/>
    public override TrainingDoctor.Diagnosis Diagnose(Symptom symptom, RunFacts facts) => throw new NotSupportedException("The engine reports failed rules itself.");

    internal static TrainingDoctor.Diagnosis Describe(SourceFault fault) => new(
        $"{fault.Source} failed",
        Message(fault.Source, fault.Fault.GetType().Name, fault.Step, fault.Fault.Message, fault),
        [],
        [
            new Remedy
            {
                Title = $"Report the exception to the authors of the rule",
                Actions = [],
                Rationale = $"The rule met a run that it was not written for.",
            },
        ]);

    private static Text Message(string source, string exception, long step, string message, SourceFault fault) => fault switch
    {
        { Consequence: FaultConsequence.SwitchedOff } => $"{source} threw {exception} at step {step}: {message} It was switched off; nothing else was affected.",
        { Consequence: FaultConsequence.Ended } => $"{source} threw {exception} at step {step}: {message} It ended there; what it had found before stands, and other runs were not affected.",
        { Count: 1 } => $"{source} threw {exception} at step {step}: {message} It was tried again; only what it measures is missing there.",
        _ => $"{source} threw {exception} at step {step}: {message} It failed {fault.Count} times and was tried again after growing pauses; only what it measures is missing meanwhile.",
    };

    private sealed class Evaluator(RuleContext context) : RuleEvaluator
    {
        public override Text? WhyNotEvaluated => context.Facts.StepCount > 0 ? null : (Text)$"nothing was measured";
    }
}

/// <summary>Options of <see cref="RuleFailed"/>; there are none.</summary>
public sealed class RuleFailedOptions;
