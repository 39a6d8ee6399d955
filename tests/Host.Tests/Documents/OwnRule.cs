using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Tests.Documents;

// snippet: rule
/// <summary>Too many steps pass without a validation.</summary>
internal sealed class RareValidation(RareValidationOptions options) : Rule<RareValidationOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "OWN001",
        Name = "rare-validation",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"Too many steps pass without a validation.",
        Explanation = $"The steps since the last validation loss are counted; more than the limit is a warning.",
        Why = $"Overfitting between two validations is seen too late, and the best weights are lost.",
        Inputs = [Metric.Loss, Metric.ValidationLoss], // what the evaluator is given
        RequiredInputs = [Metric.Loss],                // without it the rule is not evaluated
        Granularity = ScopeKind.Run,                   // one evaluator for the run; Layer or Parameter: one for each
        Causes = [Cause.TooManyEpochs],
        Remedies = [new($"Validate more often", $"Training can be stopped where it was best only if that place was seen.")],
        Sources = ["Our team's checklist"],
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts) => new(
        $"Nothing was validated for {symptom.Evidence[0].Value} steps",
        $"From step {symptom.FirstStep} to step {symptom.LastStep} there was no validation for up to {symptom.Evidence[0].Value} steps (limit {Options.MostSteps}).",
        [new CauseLikelihood(Cause.TooManyEpochs, 0.5)],
        [new Remedy { Title = $"Validate every {Options.MostSteps} steps", Rationale = $"The best weights are known only where they were validated.", Actions = [] }]);

    private sealed class Evaluator(RareValidationOptions options, RuleContext context) : RuleEvaluator
    {
        private long? _last;
        private Symptom? _symptom;

        public override void Observe(in Measurement measurement)
        {
            _last ??= measurement.Step;
            if (measurement.Metric == Metric.ValidationLoss)
            {
                _last = measurement.Step;
            }
        }

        // Within a step measurements come in any order: what needs all of them waits for its end.
        public override void StepCompleted(long step)
        {
            long gap = step - (_last ?? step);
            if (gap <= options.MostSteps)
            {
                return;
            }

            var evidence = new Evidence("steps_without_validation", null, step, gap, options.MostSteps, ">");
            _symptom ??= context.Open(new Symptom { Severity = Severity.Warning, Confidence = 1, FirstStep = step, Evidence = [evidence] });
            _symptom.LastStep = step;
            _symptom.Evidence[0] = gap > _symptom.Evidence[0].Value ? evidence : _symptom.Evidence[0];
        }
    }
}

/// <summary>Thresholds of <see cref="RareValidation"/>.</summary>
internal sealed class RareValidationOptions
{
    /// <summary>Gets or sets how many steps may pass.</summary>
    /// <value>The default is 1,000; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MostSteps { get; set; } = 1000;
}
// end-snippet
