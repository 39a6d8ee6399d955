using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5004: NaN or infinite values in a parameter.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class NonFiniteWeights(NonFiniteWeightsOptions options) : Rule<NonFiniteWeightsOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5004",
        Name = "non-finite-weights",
        Category = RuleCategory.Optimization,
        Severity = Severity.Error,
        Summary = $"A parameter holds NaN or infinite values.",
        Explanation = $"Every parameter is counted for NaN and infinities after each measured step. One in a trainable parameter is an error; frozen ones (masks) are info while the loss is finite.",
        Why = $"A NaN in a weight never goes away: every later output and gradient is NaN, and so is the model that is saved.",
        Inputs = [Metric.WeightNonFiniteCount, Metric.Loss],
        RequiredInputs = [Metric.WeightNonFiniteCount],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.NumericOverflow, Cause.CorruptData, Cause.PoorInitialization],
        Remedies =
        [
            new($"Go back to the last good weights and lower the learning rate.", $"Nothing that follows can repair the weights."),
            new($"Clip the gradient and skip steps whose gradient is not finite.", $"The weights then stay finite."),
        ],
        Sources = [RemedySources.Article, "DeepLocalize (ICSE 2021): numerical errors"],
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        string names = ModelFacts.Names(symptom.Layers);
        bool initial = facts.Run.Model?.Parameters.Any(parameter => parameter.InitialNonFiniteCount > 0 && symptom.Layers.Contains(parameter.Name)) ?? false;
        bool badInput = facts.Of(Metric.InputNonFiniteCount) is { Maximum: > 0 };
        bool grew = facts.Of(Metric.GlobalGradientNorm) is { } norm && norm.Maximum > 100 * norm.First || facts.Of(Metric.GlobalUpdateRatio) is { Maximum: > 0.5 };
        List<CauseLikelihood> causes = initial ? [new(Cause.PoorInitialization, 0.95)]
            : badInput ? [new(Cause.CorruptData, 0.9)]
            : grew ? [new(Cause.LearningRateTooHigh, 0.75), new(Cause.NumericOverflow, 0.2)]
            : [new(Cause.NumericOverflow, 0.5), new(Cause.LearningRateTooHigh, 0.4)];
        var remedies = new List<Remedy> { LearningRateRemedies.Lower(facts, 0.1), LearningRateRemedies.Clip(facts), ActivationRemedies.Gelu(ModelFacts.HiddenPaths(facts)) };
        if (initial)
        {
            remedies.Insert(0, GradientRemedies.Reinitialize([.. symptom.Layers.Select(ModelFacts.OwnerOf).Distinct()]));
        }
        else if (badInput)
        {
            remedies.Insert(0, DataRemedies.Clean());
        }
        else if (!grew)
        {
            remedies.Insert(0, DataRemedies.GuardDomain());
        }

        remedies.InsertRange(badInput ? 1 : 0, FineTuningRemedies.ForBrokenNumbers(facts));

        if (symptom.FirstStep > facts.FirstStep)
        {
            remedies.Add(new Remedy
            {
                Title = $"Resume from the weights of step {symptom.FirstStep - 1}",
                Actions = [new RemedyAction { Kind = RemedyActionKind.ResumeFrom, Step = symptom.FirstStep - 1 }],
                Rationale = $"These were the last weights seen to be finite.",
                Caveat = $"Change what led there first; the same steps lead to the same end.",
                Code = "model.load(\"last-good.dat\");",
                Sources = ["Lightning SpikeDetection"],
            });
        }

        return new Diagnosis(
            $"Weights became NaN or infinite: {names}",
            initial
                ? (Text)$"{symptom.Layers.Count} parameter(s) held {Quotation.Values(symptom.Evidence[0].Value)} that are NaN or infinite already before the first step: {names}."
                : $"At step {symptom.FirstStep} {symptom.Layers.Count} parameter(s) held {Quotation.Values(symptom.Evidence[0].Value)} that are NaN or infinite: {names}.",
            causes,
            CauseAnswers.First(causes[0].Cause, remedies));
    }

    private const string Total = "non_finite_weight_values";

    private sealed class Evaluator(RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, 1) { Opening = Severity.Info, Confidence = 1 };
        private readonly List<int> _broken = [];
        private readonly PerScope<bool> _trainable = new();
        private readonly PerScope<bool> _known = new();
        private double _count;
        private bool _measured;
        private bool _lossBroken;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.Loss)
            {
                _lossBroken |= measurement.Scope == ScopeTable.Run && !double.IsFinite(measurement.Value);
                return;
            }

            _measured = true;
            if (measurement.Value > 0)
            {
                _broken.Add(measurement.Scope);
                _count += measurement.Value;
            }
        }

        public override void StepCompleted(long step)
        {
            if (_measured && _broken.Count > 0 && _tracker.Symptom is null)
            {
                var symptom = _tracker.Extend(step, new Reading(Metric.WeightNonFiniteCount, _count, 0, ">", Name: Total));
                symptom.Layers = [.. _broken.Select(scope => context.Facts.Scopes[scope].Name).Order(Comparer<string>.Create(WeightOrder.CompareNaturally))];
            }

            if (_measured)
            {
                _tracker.Observe(step, _broken.Count > 0, new Reading(Metric.WeightNonFiniteCount, 0, 0, ">", Name: Total));
            }

            if (_broken.Count > 0 && (_lossBroken || AnyTrainable()))
            {
                _tracker.Raise(Severity.Error, 1);
            }

            (_measured, _lossBroken, _count) = (false, false, 0);
            _broken.Clear();
        }

        private bool AnyTrainable()
        {
            foreach (int scope in _broken)
            {
                if (!_known[scope])
                {
                    _known[scope] = true;
                    _trainable[scope] = context.Run.Model?.FindParameter(context.Facts.Scopes[scope].Name)?.IsTrainable ?? true;
                }

                if (_trainable[scope])
                {
                    return true;
                }
            }

            return false;
        }
    }
}

/// <summary>Options of <see cref="NonFiniteWeights"/>; there are none: a single NaN is one too many.</summary>
public sealed class NonFiniteWeightsOptions;
