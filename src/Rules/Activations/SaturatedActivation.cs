using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Activations;

/// <summary>TD3002: a bounded activation is stuck at its bounds.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class SaturatedActivation(SaturatedActivationOptions options) : Rule<SaturatedActivationOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD3002",
        Name = "saturated-activation",
        Category = RuleCategory.Activations,
        Severity = Severity.Error,
        Summary = $"A hidden activation with bounds (sigmoid, tanh) is stuck at them.",
        Explanation = $"A unit is saturated while its output lies within 1 % of a bound for nearly every sample of a window of recent batches. The rule fires when the share of saturated units of a "
            + $"hidden layer stays above a limit. An output layer is meant to reach its bounds and is not judged.",
        Why = $"At its bounds the function is flat: its slope is below 0.01, so that next to no gradient passes, and the layer and all before it stop learning.",
        Inputs = [Metric.SaturatedUnitFraction],
        Granularity = ScopeKind.Layer,
        Causes = [Cause.SaturatingActivation, Cause.UnscaledData, Cause.PoorInitialization, Cause.LearningRateTooHigh, Cause.MissingNormalization],
        Remedies =
        [
            new($"Standardise the inputs, or normalise before the activation.", $"Inputs of unit scale fall where the function is steep."),
            new($"Change the hidden activation to ReLU or SiLU, with He initialisation.", $"They have no upper bound to be stuck at."),
        ],
        Sources = [RemedySources.Article, RemedySources.Glorot, "TheDeepChecker (TOSEM 2022): more than half of a layer saturated"],
        Limitations = $"Gates (products of a sigmoid with a signal) may rest at their bounds on purpose.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var worst = symptom.Evidence.MaxBy(evidence => evidence.Value)!;
        bool unscaled = facts.Of(Metric.InputAbsoluteMaximum) is { Mean: > 10 };
        bool born = symptom.Layers.Any(layer => facts.Of(Metric.SaturatedUnitFraction, layer) is { } share && share.First >= 0.5 * share.Maximum);
        string? from = facts.Run.Model?.FindLayer(worst.Layer ?? string.Empty)?.Activation.ToString();
        List<CauseLikelihood> causes = (unscaled, born) switch
        {
            (true, _) => [new(Cause.UnscaledData, 0.6), new(Cause.SaturatingActivation, 0.3)],
            (_, true) => [new(Cause.PoorInitialization, 0.5), new(Cause.SaturatingActivation, 0.35), new(Cause.MissingNormalization, 0.1)],
            _ => [new(Cause.LearningRateTooHigh, 0.45), new(Cause.SaturatingActivation, 0.4), new(Cause.MissingNormalization, 0.1)],
        };
        List<Remedy> remedies = [ActivationRemedies.Relu(symptom.Layers, from), ActivationRemedies.Silu(symptom.Layers, from), ActivationRemedies.Normalize(symptom.Layers, "LayerNorm")];
        remedies.Insert(unscaled ? 0 : 2, unscaled ? DataRemedies.StandardizeInputs() : LearningRateRemedies.Lower(facts, 0.1));
        return new Diagnosis(
            $"{worst.Value:P0} of the units of {worst.Layer} are saturated",
            $"{Quotation.Span(symptom, facts, Metric.SaturatedUnitFraction)} more than {worst.Limit:P0} of the units lay within 1 % of a bound for nearly every sample in {symptom.Layers.Count} layer(s), at most {worst.Value:P0} in {worst.Layer} at step {worst.Step}.",
            causes,
            CauseAnswers.First(causes[0].Cause, remedies));
    }

    private sealed class Evaluator(SaturatedActivationOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, options.Patience) { Opening = Severity.Info };
        private bool? _isJudged;

        public override Text? WhyNotEvaluated => _isJudged == false
            ? (Text)$"only an output layer has bounds, and it is meant to reach them"
            : _tracker.WhyNotEvaluated(options.Patience, Metric.SaturatedUnitFraction);

        public override void Observe(in Measurement measurement)
        {
            _isJudged ??= !ModelFacts.IsOutput(context.Run, context.Scope.Name) && context.Layer?.Activation is not (ActivationKind.Softmax or ActivationKind.LogSoftmax);
            if (_isJudged == true)
            {
                _tracker.Observe(
                    measurement.Step,
                    measurement.Value > options.MaximumFraction,
                    new Reading(Metric.SaturatedUnitFraction, measurement.Value, options.MaximumFraction, ">"));
            }
        }

        public override void Complete()
        {
            if (_tracker.Symptom is not { } symptom)
            {
                return;
            }

            var progress = LossProgress.Of(context.Facts);
            if (!progress.IsGood && symptom.RecoveredAt is null)
            {
                _tracker.Raise(Severity.Warning);
                if (progress.IsBad && symptom.Evidence[0].Value >= options.BlockingFraction)
                {
                    _tracker.Raise(Severity.Error, 0.97);
                }
            }
        }
    }
}

/// <summary>Thresholds of <see cref="SaturatedActivation"/>.</summary>
public sealed class SaturatedActivationOptions
{
    /// <summary>Gets or sets the share of a layer's units that may be stuck at a bound.</summary>
    /// <value>The default is 0.5, as in TheDeepChecker and SageMaker Debugger; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumFraction { get; set; } = 0.5;

    /// <summary>Gets or sets the share from which the layer passes next to no gradient on.</summary>
    /// <value>The default is 0.9; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double BlockingFraction { get; set; } = 0.9;

    /// <summary>Gets or sets how many measurements in a row must exceed the limit.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;
}
