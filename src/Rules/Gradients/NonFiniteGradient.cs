using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Gradients;

/// <summary>TD2003: NaN or infinite gradients, with the layer and direction where they began.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class NonFiniteGradient(NonFiniteGradientOptions options) : Rule<NonFiniteGradientOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD2003",
        Name = "non-finite-gradient",
        Category = RuleCategory.Gradients,
        Severity = Severity.Error,
        Summary = $"A gradient holds NaN or infinite values.",
        Explanation = $"Every gradient is counted for NaN and infinities. At the first step that has any, the last parameter concerned in forward order is where the backward pass broke; whether the "
            + $"loss and the layers' outputs were finite at that step tells if the fault came forward or arose on the way back. One such step alone, or several at the very beginning with finite ones after them, is info: mixed precision skips them on purpose.",
        Why = $"A step along such a gradient makes the weights NaN, and they stay so.",
        Inputs = [Metric.GradientNonFiniteCount, Metric.GradientNorm, Metric.GlobalGradientNorm, Metric.OutputNonFiniteCount, Metric.Loss, Metric.LossScale],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.NumericOverflow, Cause.LearningRateTooHigh, Cause.CorruptData, Cause.PoorInitialization],
        Remedies =
        [
            new($"Lower the learning rate and clip the gradient.", $"Overflow mostly ends a growth that began earlier."),
            new($"Keep roots, logarithms and divisions away from the ends of their domains.", $"Their derivatives are infinite there, even where a mask hides the value."),
        ],
        Sources = [RemedySources.Article, RemedySources.Pascanu, "DeepLocalize (ICSE 2021): numerical errors by layer and direction"],
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
        bool cameForward = symptom.Values.ContainsKey("forward");
        string where = symptom.Layers.Count > 0 ? symptom.Layers[0] : "all parameters together";
        bool grew = facts.Of(Metric.GlobalGradientNorm) is { } norm && norm.Maximum > 100 * norm.First;
        bool badInput = facts.Of(Metric.InputNonFiniteCount) is { Maximum: > 0 };
        List<CauseLikelihood> causes = badInput ? [new(Cause.CorruptData, 0.85), new(Cause.NumericOverflow, 0.1)]
            : grew ? [new(Cause.LearningRateTooHigh, 0.7), new(Cause.NumericOverflow, 0.2)]
            : [new(Cause.NumericOverflow, 0.6), new(Cause.LearningRateTooHigh, 0.25), new(Cause.PoorInitialization, 0.1)];
        var remedies = new List<Remedy> { LearningRateRemedies.Lower(facts, 0.1), LearningRateRemedies.Clip(facts), ActivationRemedies.Gelu(ModelFacts.HiddenPaths(facts)) };
        remedies.Insert(grew ? 2 : 0, badInput ? DataRemedies.Clean() : DataRemedies.GuardDomain());
        remedies.InsertRange(badInput ? 1 : 0, FineTuningRemedies.ForBrokenNumbers(facts));
        return new Diagnosis(
            $"The gradient became NaN or infinite at {where}",
            cameForward
                ? (Text)$"At step {symptom.FirstStep} {Held(symptom, where)}; outputs or the loss of that step were not finite either, so that the fault came from the forward pass."
                : $"At step {symptom.FirstStep} {Held(symptom, where)}; nothing of the forward pass was seen to be so, so that the fault arose in the backward pass.",
            causes,
            CauseAnswers.First(causes[0].Cause, remedies));
    }

    /// <summary>Counts are told where they were measured; of a norm alone it is only known that it is no number.</summary>
    private static Text Held(Symptom symptom, string where) => symptom.Evidence[0].Metric == Total
        ? (Text)$"the gradient of {where} held {Quotation.Values(symptom.Evidence[0].Value)} that are NaN or infinite"
        : $"the norm of the gradient of {where} was NaN or infinite";

    private const string Total = "non_finite_gradient_values";

    private sealed class Evaluator(NonFiniteGradientOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, 1) { Opening = Severity.Info, Confidence = 1 };
        private readonly List<int> _scopes = [];
        private double _count;
        private bool _measured;
        private bool _global;
        private bool _forward;
        private bool _scaled;
        private int _badSteps;
        private int _firstStreak;
        private bool _wereFinite;

        public override Text? WhyNotEvaluated =>
            _tracker.Samples > 0 ? null : (Text)$"not measured: gradient_non_finite_count, gradient_norm, global_gradient_norm";

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.LossScale:
                    _scaled = true;
                    break;
                case Metric.Loss:
                    _forward |= measurement.Scope == ScopeTable.Run && !double.IsFinite(measurement.Value);
                    break;
                case Metric.OutputNonFiniteCount:
                    _forward |= measurement.Value > 0;
                    break;
                case Metric.GradientNonFiniteCount:
                    _measured = true;
                    if (measurement.Value > 0)
                    {
                        _scopes.Add(measurement.Scope);
                        _count += measurement.Value;
                    }

                    break;
                default:
                    _measured = true;
                    if (!double.IsFinite(measurement.Value))
                    {
                        _global = true;
                    }

                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            if (!_measured)
            {
                _forward = false;
                return;
            }

            bool ill = _count > 0 || _global;
            if (_tracker.Symptom is null && ill)
            {
                Open(step);
            }
            else if (ill)
            {
                _tracker.Extend(step, ToReading(0));
            }

            _tracker.Observe(step, ill, ToReading(0));
            _badSteps += ill ? 1 : 0;
            _wereFinite |= !ill;
            _firstStreak += _wereFinite ? 0 : 1;
            if (ill && (_tracker.Streak >= options.ErrorStreak || (_forward && _tracker.Streak >= 2)) && !(_scaled && _tracker.Streak < options.ScaledStreak))
            {
                _tracker.Raise(Severity.Error, 1);
            }
            else if (ill && !_scaled && _tracker.Streak >= 2)
            {
                _tracker.Raise(Severity.Warning, 1);
            }

            (_count, _global, _measured, _forward) = (0, false, false, false);
            _scopes.Clear();
        }

        public override void Complete()
        {
            if (_tracker.Symptom is { RecoveredAt: null } && !_scaled)
            {
                _tracker.Raise(LossProgress.Of(context.Facts).IsWorse ? Severity.Error : Severity.Warning, 1);
            }
            else if (_tracker.Symptom is { RecoveredAt: not null } symptom && _badSteps == _firstStreak && _badSteps < options.ScaledStreak)
            {
                // Weights that took such a step would never be numbers again: the first ones were left out, as a loss scale does that is still too large.
                symptom.Severity = Severity.Info;
            }
        }

        private void Open(long step)
        {
            var symptom = _tracker.Extend(step, _count > 0 ? new Reading(Metric.GradientNonFiniteCount, _count, 0, ">", Name: Total) : new Reading(Metric.GlobalGradientNorm, 1, 0, ">", Name: "non_finite_gradient_norms"));
            symptom.Layers = [.. _scopes.Select(scope => context.Facts.Scopes[scope].Name).OrderByDescending(Place).ThenByDescending(name => name, StringComparer.Ordinal)];
            if (_forward)
            {
                symptom.Values["forward"] = 1;
            }
        }

        /// <summary>The backward pass meets parameters in the reverse order of registration.</summary>
        private int Place(string name)
        {
            var parameters = context.Run.Model?.Parameters ?? [];
            for (int i = 0; i < parameters.Count; i++)
            {
                if (parameters[i].Name == name)
                {
                    return i;
                }
            }

            return -1;
        }

        private static Reading ToReading(double value) => new(Metric.GradientNonFiniteCount, value, 0, ">", Name: Total);
    }
}

/// <summary>Thresholds of <see cref="NonFiniteGradient"/>.</summary>
public sealed class NonFiniteGradientOptions
{
    /// <summary>Gets or sets how many measured steps in a row must have such gradients for an error.</summary>
    /// <value>The default is 3: weights that became NaN give nothing else any more; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int ErrorStreak { get; set; } = 3;

    /// <summary>Gets or sets the same for runs with a loss scale.</summary>
    /// <value>The default is 20: dynamic loss scaling halves a scale of 65,536 at most 16 times before it fits; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int ScaledStreak { get; set; } = 20;
}
